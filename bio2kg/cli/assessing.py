"""The commands of an assessment: make its workbook, read it into a graph, write it again."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bio2kg.cli import files
from bio2kg.cli.consoles import err, out
from bio2kg.errors import FindingsError, InputError

if TYPE_CHECKING:
    from bio2kg.workbook import Imported, Message

assess_app = typer.Typer(
    help="Fill in an assessment in a workbook, and take it in and out of the graph.", no_args_is_help=True
)

Edition = Annotated[str | None, typer.Option("--edition", metavar="E", help="The edition of BIO2, such as 1.3.")]
Organisation = Annotated[
    str | None, typer.Option("--org", metavar="CODE", help="The organisation's TOOI code, such as gm0218, or an IRI.")
]
Language = Annotated[str, typer.Option("--lang", metavar="nl|en", help="The language: nl or en.")]


@assess_app.command("new")
def new(
    edition: Annotated[str, typer.Option("--edition", metavar="E", help="The edition of BIO2, such as 1.3.")],
    org: Annotated[
        str, typer.Option("--org", metavar="CODE", help="The organisation's TOOI code, such as gm0218, or an IRI.")
    ],
    file: Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="Where the workbook goes.")] = None,
    name: Annotated[str | None, typer.Option(help="The organisation's name.")] = None,
    year: Annotated[int | None, typer.Option(min=2000, max=2099, help="The year; default: this year.")] = None,
    lang: Language = "nl",
) -> None:
    """Make an empty workbook: a row for every control and every measure of an edition."""
    from bio2kg import settings, workbook

    identity = workbook.Identity(org, edition, year or date.today().year, _language(lang))
    target = file or Path(f"bio2-{identity.name}.xlsx")
    content = workbook.new(settings.open_store(), identity, name)
    _write_new(target, content)
    out.print(f"written: {target}", highlight=False, soft_wrap=True)


@assess_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx), or one sheet of it (.csv).")],
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.ttl", help="Where the Turtle goes; default: beside the file.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write the messages to this file too: .json, .csv or .txt."),
    ] = None,
    edition: Edition = None,
    org: Organisation = None,
    year: Annotated[int | None, typer.Option(min=2000, max=2099, help="The year, for CSV; default: this year.")] = None,
    lang: Language = "nl",
) -> None:
    """Read a workbook into Turtle, with a message for each unclear cell. Exit 1: some cells were not used."""
    from bio2kg import settings, turtle, workbook
    from bio2kg.workbook.opening import LARGEST

    language = _language(lang)
    if report and report.suffix not in (".json", ".csv", ".txt"):
        raise InputError(
            "a report is not written in this form", where=str(report), remedy="Choose .json, .csv or .txt."
        )
    imported = workbook.read(files.content(file, LARGEST + 1), file.name, settings.open_store(), edition, org, year)
    place = target or file.with_suffix(".ttl")
    files.replace(place, turtle.write(imported.triples).encode())
    for message in imported.messages:
        err.print(_line(message, language), markup=False, highlight=False, soft_wrap=True)
    if report:
        files.replace(report, _report(imported, report.suffix, language).encode())
    notices = len(imported.messages) - imported.errors
    out.print(
        f"{imported.assessment.value}: {len(imported.triples)} statements written to {place}; "
        f"{imported.errors} error(s), {notices} notice(s).",
        highlight=False,
        soft_wrap=True,
    )
    if imported.errors:
        raise FindingsError(
            f"{imported.errors} cell(s) could not be used; everything else was written.",
            remedy="Correct these cells and import again.",
        )


@assess_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.ttl", help="A graph of one assessment, as import writes it.")],
    form: Annotated[str, typer.Option("--format", metavar="xlsx|csv", help="The form: xlsx or csv.")] = "xlsx",
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where it goes; default: beside the file.")
    ] = None,
) -> None:
    """Write the workbook of an assessment again. Cells that nobody touched come back as they were."""
    from bio2kg import settings, turtle, workbook

    if not file.is_file():
        raise InputError("there is no such file", where=str(file))
    store, triples = settings.open_store(), turtle.read(file)
    content = workbook.write(triples, store, form)
    place = target or file.with_suffix(f".{form}")
    (files.replace if target else _write_new)(place, content)
    out.print(f"written: {place}", highlight=False, soft_wrap=True)
    if lost := workbook.lost(triples, content, form, store):
        counted = ", ".join(f"{name} ({count})" for name, count in lost.items())
        err.print(
            f"{sum(lost.values())} statement(s) have no cell in this form and stay in {file.name} only: {counted}.",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _language(lang: str) -> str:
    if lang not in ("nl", "en"):
        raise InputError(f"“{lang}” is no language of a workbook", remedy="Choose nl or en.")
    return lang


def _write_new(path: Path, content: bytes) -> None:
    """Writes a file that nobody named, or that must not be written over."""
    if path.exists():
        raise InputError("this file is there already", where=str(path), remedy="Choose another file with --out.")
    files.replace(path, content)


def _line(message: "Message", language: str) -> str:
    from bio2kg.workbook.messages import LEVELS

    return f"{message.place} {LEVELS[language][message.level]}: {message.text(language)}"


def _report(imported: "Imported", suffix: str, language: str) -> str:
    import csv
    import io
    import json

    if suffix == ".txt":
        return "".join(f"{_line(message, language)}\n" for message in imported.messages)
    rows = [
        {
            "sheet": message.sheet,
            "cell": message.cell,
            "level": message.level,
            "kind": message.kind,
            "text": message.text(language),
        }
        for message in imported.messages
    ]
    if suffix == ".json":
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("sheet", "cell", "level", "kind", "text"))
    writer.writerows(row.values() for row in rows)
    return text.getvalue()
