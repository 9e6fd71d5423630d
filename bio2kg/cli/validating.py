"""Commands about rules: an assessment against them, and the rules themselves."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bio2kg.cli.consoles import err, out
from bio2kg.cli.files import content, write
from bio2kg.errors import FindingsError

if TYPE_CHECKING:
    from bio2kg.validation.verdict import Verdict


def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Assessments: Turtle, JSON-LD, other RDF, .xlsx or .csv.")
    ],
    profile: Annotated[str, typer.Option(help="Which rules run: draft, submission or public.")] = "submission",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day to judge on, as 2026-07-01; default: today.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: nl or en.")] = "nl",
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="text, html, json, csv, turtle, jsonld, sarif or junit.")
    ] = "text",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="From which severity on to exit with 1: violation, warning or info.")
    ] = "violation",
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An earlier report in JSON: only what is new counts.")
    ] = None,
    suppressions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings set aside (b:Suppression), in Turtle.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the report there; default: standard output.")
    ] = None,
    graph: Annotated[
        Path | None,
        typer.Option("--graph", metavar="FILE", help="Also write the graph that the shapes ran on, as N-Triples."),
    ] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Use pyshacl alone; slow, the same results.")] = False,
) -> None:
    """Check assessments against the rules. Nothing is stored."""
    from bio2kg.settings import open_store
    from bio2kg.validation import reports, service

    chosen, language = reports.form_named(form), service.language_named(lang)
    day = service.day_named(as_of)
    store = open_store()
    session = service.Session(store)
    extra = session.suppressions(content(suppressions), str(suppressions)) if suppressions else []
    known = service.baseline_of(content(baseline), str(baseline)) if baseline else set()
    verdicts: list[Verdict] = []
    inputs = [session.read(content(path), str(path)) for path in files]  # all of them, before anything is written
    for given in inputs:
        given.triples += extra
    if graph:
        write(graph, "".join(session.graph(given, day) for given in inputs))
    for given in inputs:
        verdicts.append(
            session.validate(given, profile=profile, as_of=day, fail_on=fail_on, baseline=known, reference=reference)
        )
    verdict = service.together(verdicts, [str(path) for path in files])
    report = chosen.write(verdict, session.names, language)
    if file:
        write(file, report)
    else:
        sys.stdout.buffer.write(report.encode())
        sys.stdout.buffer.flush()
    if not verdict.passed:
        raise FindingsError(f"{sum(verdict.counts().values())} finding(s) as of {day.isoformat()}.")


def rules(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="One rule, as VT-03; default: all.")] = None,
    profile: Annotated[str, typer.Option(help="Those of this profile: draft, submission or public.")] = "public",
    lang: Annotated[str, typer.Option(help="Language: nl or en.")] = "nl",
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="table, json, jsonld, csv or turtle.")
    ] = "table",
) -> None:
    """List the rules for assessments, with what each demands, its source, severity and profile."""
    from bio2kg.settings import open_store
    from bio2kg.validation import catalogue as frameworks
    from bio2kg.validation import listing, service
    from bio2kg.validation import rules as rulebook

    language = service.language_named(lang)
    store = open_store()
    book, catalogue = rulebook.load(store), frameworks.load(store)
    chosen = listing.select(book, catalogue, profile, code)
    if form != "table":
        sys.stdout.buffer.write(listing.write(chosen, book, catalogue, form, language).encode())
        sys.stdout.buffer.flush()
        return
    if code:
        # A code of a deadline with two parts, as PD-05, is two rules.
        text = "\n\n".join(listing.as_text(rule, catalogue, language) for rule in chosen)
        out.print(text, markup=False, highlight=False)
        return
    table = Table(*listing.headings(language), box=None)
    for rule in chosen:
        table.add_row(*listing.row(rule, catalogue, language))
    out.print(table, highlight=False)
    err.print(listing.counted(chosen, language), highlight=False)
