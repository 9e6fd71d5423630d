"""What the command line prints: tables, explanations, reports."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bio2kg import asking, queries, release
from bio2kg.ingest import Reading
from bio2kg.parameters import Understood
from bio2kg.queries import NamedQuery
from bio2kg.store import EmbeddedStore


def rows(out: Console, names: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Rows as a table, or one under the other where the terminal is too narrow for that."""
    cells = [list(map(len, names)), *([max(map(len, v.splitlines()), default=0) for v in line] for line in lines)]
    if sum(map(max, zip(*cells, strict=True))) + 2 * len(names) <= out.width:
        table = Table(*names, box=None, header_style="bold", padding=(0, 2, 0, 0))
        for line in lines:
            table.add_row(*(Text(value) for value in line))
        out.print(table)
    else:
        width = max(map(len, names), default=0)
        for line in lines:
            for name, value in zip(names, line, strict=True):
                if value:
                    out.print(Text(f"{name:<{width}}  {value}"), soft_wrap=True)
            out.print()
    out.print(f"{len(lines)} row{'' if len(lines) == 1 else 's'}", highlight=False)


def understood(err: Console, found: Understood, given: Mapping[str, Sequence[str]]) -> None:
    """How the values given were understood."""
    for name, values in found.names.items():
        if values and name in given:
            err.print(f"{name}: {', '.join(values)}", markup=False, highlight=False)


def mapping_sets(out: Console, release_folder: Path) -> None:
    """The mapping sets of a release: counts, coverage of both sides, and what is disputed or in conflict."""
    store = EmbeddedStore(release.read(release_folder)[1])
    answered = asking.ask(store, queries.get("mapping-sets", queries.load()), {"lang": ["en"]})
    table = Table("mapping set", "claims", "subjects", "objects", "disputed", "conflicts", box=None)
    named = [asking.cell(row["set"]) for row in answered.rows]
    for row in answered.rows:
        value = {name: asking.cell(term) for name, term in row.items()}
        name = value["set"].removeprefix("mapping:")
        if named.count(value["set"]) > 1:
            name += f" to {value['objectEdition']}"
        objects = f"{value['objects']}/{value['objectItems']}" if value["objectItems"] else "–"
        subjects = f"{value['subjects']}/{value['subjectItems']}"
        table.add_row(name, value["claims"], subjects, objects, value["disputed"], value["conflicts"])
    out.print(table, highlight=False)


def explanation(out: Console, query: NamedQuery, language: str) -> None:
    """What a question means, takes and gives."""
    out.print(
        f"{query.title[language]} ({query.name})\n\n{query.description[language]}\n", markup=False, highlight=False
    )
    parameters = Table("parameter", "", box=None)
    for parameter in query.parameters:
        default = f"default {parameter.default}" if parameter.default is not None else "optional"
        need = "required" if parameter.required else default
        parameters.add_row(parameter.name, f"{parameter.description[language]} ({parameter.type}, {need})")
    columns = Table("column", "", box=None)
    for column in query.columns:
        columns.add_row(column.name, column.meaning[language])
    out.print(parameters, columns, highlight=False)
    out.print(f"\n{query.example_command()}", markup=False, highlight=False, soft_wrap=True)


def reading(out: Console, reading: Reading, target: Path, count: int, *, into_build: bool) -> None:
    """The report of an ingest: what was read, what became of every heading, what is wrong or different."""
    publication, account = reading.publication, reading.account
    table = Table("what was read", "", box=None, show_header=False)
    at = f"commit {publication.commit}" if publication.commit else "no revision known"
    table.add_row(
        "source", f"{publication.place} ({at}{', changed since' if publication.changed_since_commit else ''})"
    )
    table.add_row("edition", f"{reading.edition} (from {reading.edition_from})")
    table.add_row("licence", publication.licence or "none recognised in this revision")
    table.add_row(
        "numbers",
        f"{len(reading.part2.measures)}: "
        + ", ".join(f"{n} {status}" for status, n in sorted(reading.statuses().items())),
    )
    table.add_row(
        "headings",
        f"{sum(account.headings.values())}: " + ", ".join(f"{n} {what}" for what, n in account.headings.items()),
    )
    table.add_row(
        "blocks", f"{sum(account.blocks.values())}: " + ", ".join(f"{n} {what}" for what, n in account.blocks.items())
    )
    out.print(table, highlight=False)
    editions = {s.edition for s in reading.statements if s.kind != "transition"}
    if len(editions) > 1:
        out.print(
            f"The documents name more than one edition: {', '.join(sorted(editions))}. Taken: {reading.edition}.",
            highlight=False,
            soft_wrap=True,
        )
    for problem in account.problems:
        out.print(f"not read: {problem}", markup=False, highlight=False, soft_wrap=True)
    for difference in reading.differences:
        out.print(f"differs from data/: {difference}", markup=False, highlight=False, soft_wrap=True)
    if reading.known and not reading.differences:
        out.print(
            f"Compared with data/frameworks/bio2/{reading.edition}: no difference.", highlight=False, soft_wrap=True
        )
    remedy = " Run bio2kg build to take it into the release." if into_build else ""
    out.print(f"{count:,} quads written to {target}.{remedy}", highlight=False, soft_wrap=True)
