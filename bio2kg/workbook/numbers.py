"""Which measure or control a cell means, after everything that people and spreadsheets do to a number."""

from datetime import date

from pyoxigraph import NamedNode

from bio2kg.workbook.catalogue import Catalogue, normal
from bio2kg.workbook.grids import Raw, shown
from bio2kg.workbook.messages import Problem, problem


def number(value: Raw, catalogue: Catalogue) -> tuple[NamedNode | None, list[Problem]]:
    """The measure or control that a cell names in an edition, or None, and what is to be said about it.

    A number that the edition has but asks nothing under (moved, withdrawn, no measure) is named all the same.
    """
    text = shown(value)
    if isinstance(value, bool):
        return None, [_unknown(text, catalogue)]
    if isinstance(value, date):
        return _from_date(value, catalogue)
    if isinstance(value, int | float):
        # 5.10 and 5.1 are the same number to a spreadsheet.
        options = [form for form in (text, f"{text}0") if form in catalogue.items and "." in form]
        if len(options) > 1:
            return None, [problem("number-ambiguous", text, options=" / ".join(options))]
        if not options:
            return None, [_unknown(text, catalogue)]
        return catalogue.items[options[0]].iri, []
    form = normal(text)
    if form is None:
        return None, [_unknown(text, catalogue)]
    said = [problem("number-form", text, read=form)] if form != text else []
    item = catalogue.items.get(form)
    if item and item.active:
        return item.iri, said
    if successors := (item.successors if item else catalogue.elsewhere.get(form, ())):
        problem_ = problem("number-moved", form, edition=catalogue.version, successors=", ".join(successors))
    elif not item:
        problem_ = _unknown(text, catalogue)
    elif item.status == "no-measure":
        control = normal(form.rpartition(".")[0])
        problem_ = problem("number-no-measure", form, edition=catalogue.version, control=control)
    else:
        problem_ = problem("number-withdrawn", form, edition=catalogue.version)
    return item.iri if item else None, [*said, problem_]


def _unknown(text: str, catalogue: Catalogue) -> Problem:
    near = ", ".join(catalogue.nearest_numbers(normal(text) or text))
    return problem(
        "number-unknown",
        text,
        edition=catalogue.version,
        near_nl=f"; het lijkt op {near}" if near else "",
        near_en=f"; it looks like {near}" if near else "",
    )


def _from_date(value: date, catalogue: Catalogue) -> tuple[NamedNode | None, list[Problem]]:
    """The number that a spreadsheet took for a date: 5.1 became 5 January of some year, 5.01.01 became 5-1-2001."""
    year = value.year % 100
    orders = ((value.day, value.month), (value.month, value.day))
    measures = [f"{first}.{second:02d}.{year:02d}" for first, second in orders]
    controls = [f"{first}.{second}" for first, second in orders]
    for forms in (measures, controls):
        options = dict.fromkeys(form for form in forms if form in catalogue.items)
        if len(options) == 1:
            form = next(iter(options))
            return catalogue.items[form].iri, [problem("number-date", shown(value), read=form)]
        if options:
            break
    return None, [problem("number-date-unclear", shown(value))]
