"""Commands that answer: named questions, free queries, what became of measures."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bio2kg.cli.consoles import err, out
from bio2kg.errors import InputError


def _complete(incomplete: str) -> list[str]:
    from bio2kg import queries

    return [name for name in queries.load() if name.startswith(incomplete)]


def query(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The question; without it, all are listed.", autocompletion=_complete),
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", metavar="k=v", help="A value for a parameter; may be repeated.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="table, csv, json, markdown, tsv or xml.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what the question means and takes.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the explanation: nl or en.")] = "en",
) -> None:
    """Answer a named question from the last release."""
    from bio2kg import asking, printing, queries
    from bio2kg.settings import open_store

    known = queries.load()
    if name is None:
        table = Table("question", "title", box=None)
        for found in known.values():
            table.add_row(found.name, found.title[lang])
        out.print(table)
        return
    chosen = queries.get(name, known)
    if explain:
        printing.explanation(out, chosen, lang)
        return
    given: dict[str, list[str]] = {}
    for pair in param or []:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"“{pair}” is not of the form name=value", remedy="Give --param name=value.")
        given.setdefault(key, []).append(value)
    if form == "table" or (form is None and sys.stdout.isatty()):
        answered = asking.ask(open_store(), chosen, given)
        printing.understood(err, answered.understood, given)
        names = [column.name for column in chosen.columns]
        printing.rows(out, names, [[asking.cell(term) for term in row.values()] for row in answered.rows])
        return
    sys.stdout.buffer.write(asking.write(open_store(), chosen, given, form or "csv"))
    sys.stdout.buffer.flush()


def sparql(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A file with a SPARQL 1.1 query, or - for standard input.")
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="table, csv, json, xml, tsv; turtle, ntriples, jsonld, rdfxml."),
    ] = None,
) -> None:
    """Answer a SPARQL query from the last release."""
    import pyoxigraph as ox

    from bio2kg import asking, printing, results
    from bio2kg.settings import open_store

    text = _query_text(file)
    answer = open_store().query(text)
    formats = results.formats_of(answer)
    if form is None:
        form = (
            ("table" if sys.stdout.isatty() else "csv")
            if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean)
            else "turtle"
        )
    if form == "table" and isinstance(answer, ox.QuerySolutions):
        printing.rows(
            out,
            [variable.value for variable in answer.variables],
            [[asking.cell(asking.term(value)) for value in row] for row in answer],
        )
    elif form == "table" and isinstance(answer, ox.QueryBoolean):
        out.print("true" if answer else "false")
    else:
        content = results.serialise(answer, results.by_name(form, formats))
        sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
        sys.stdout.buffer.flush()


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="An edition of BIO2, as 1.2.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another edition, newer or older.")],
    numbers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Only the measures of A in this file, a number a line.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="table, json, csv, markdown or html.")
    ] = "table",
    lang: Annotated[str, typer.Option(help="Language of names and comments: nl or en.")] = "nl",
) -> None:
    """Say what became of every measure between two editions of BIO2."""
    from bio2kg import diff as changes
    from bio2kg import printing
    from bio2kg.settings import open_store

    store = open_store()
    chosen = changes.read_numbers(store, numbers, first) if numbers else None
    found = changes.compare(store, first, second, lang, chosen)
    if form == "table":
        printing.rows(out, changes.COLUMNS, [changes.cells(change) for change in found])
    elif form == "html":
        from bio2kg.web.rendering import render, stylesheet

        out.file.write(
            render("diff.html", lang, first=first, second=second, changes=found, style=stylesheet(), path="")
        )
    else:
        out.file.write(changes.write(found, form))


def _query_text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(
            "there is no such file", where=file, remedy="Give a file with a query, or - for standard input."
        ) from error
    except IsADirectoryError as error:
        raise InputError("this is a folder", where=file, remedy="Give a file with a query.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=file, remedy="Save it as UTF-8 text.") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=file) from error
