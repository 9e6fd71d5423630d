"""The command line. Exit codes: 0 fine, 1 findings, 2 bad input or usage, 3 internal error."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import bio2kg
from bio2kg import paths
from bio2kg.errors import Bio2kgError, FindingsError, InputError, StateError

app = typer.Typer(
    help="The information-security rules of the Dutch government as a checked knowledge graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ingest_app = typer.Typer(help="Read a publisher's own text into the next build.", no_args_is_help=True)
app.add_typer(ingest_app, name="ingest")
out = Console()
err = Console(stderr=True)


def main() -> None:
    """Runs the command line and turns every error into one message and an exit code."""
    try:
        app()
    except Bio2kgError as error:
        err.print(f"bio2kg: {error}", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        if os.environ.get("BIO2KG_DEBUG"):
            raise
        err.print(
            f"bio2kg: internal error: {type(error).__name__}: {error}. Set BIO2KG_DEBUG=1 for the details.",
            markup=False,
            soft_wrap=True,
        )
        raise SystemExit(3) from None


def _version(value: bool) -> None:
    if value:
        out.print(f"bio2kg {bio2kg.__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def build(
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the release goes; default: this installation's own."),
    ] = None,
) -> None:
    """Make a checked release from data/ and what was ingested."""
    from bio2kg import printing
    from bio2kg.build import STAGES
    from bio2kg.build import build as run

    if folder and folder.exists() and not folder.is_dir():
        raise InputError("this is a file", where=str(folder), remedy="Give a folder with --out.")
    with _progress() as progress:
        task = progress.add_task("checking what changed", total=None)
        result = run(
            folder,
            on_stage=lambda stage: progress.update(
                task, description=f"{STAGES.index(stage) + 1}/{len(STAGES)} {stage}"
            ),
        )
    manifest, place = result.manifest, folder or paths.release()
    if result.unchanged:
        out.print(
            f"Nothing changed: release {manifest['release']} ({manifest['quads']:,} quads) in {place} is up to date.",
            highlight=False,
            soft_wrap=True,
        )
        return
    total = sum(result.seconds.values())
    table = Table("stage", "seconds", "share", box=None, title_justify="left")
    for stage, seconds in result.seconds.items():
        table.add_row(stage, f"{seconds:.2f}", f"{seconds / total:.0%}")
    table.add_row("total", f"{total:.2f}", "")
    out.print(table)
    for finding in result.findings:
        if finding.erratum:
            out.print(
                f"known: {finding} Explained by {finding.erratum}.", markup=False, highlight=False, soft_wrap=True
            )
    printing.mapping_sets(out, place)
    out.print(
        f"Release {manifest['release']}: {manifest['quads']:,} quads in {len(manifest['graphs'])} graphs, in {place}",
        highlight=False,
        soft_wrap=True,
    )


@ingest_app.command("bio2")
def ingest_bio2(
    place: Annotated[
        Path, typer.Argument(metavar="PATH", help="A checkout of the publisher's repository, or a git repository.")
    ],
    revision: Annotated[
        str | None, typer.Option(metavar="REV", help="The commit, tag or branch to read; needs a git repository.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(metavar="E", help="The edition's label, where the documents do not name it.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write N-Quads to this file only, not into the next build."),
    ] = None,
) -> None:
    """Read BIO2 from its publisher's repository, any generation of the text."""
    from pyoxigraph import RdfFormat, serialize

    from bio2kg import ingest, printing, release
    from bio2kg.reader.publication import open_publication

    reading = ingest.read(open_publication(place, revision), edition)
    quads = sorted(ingest.quads(reading, with_facts=file is not None or not reading.known), key=str)
    target = file or paths.ingested() / f"bio2-{reading.edition}.nq"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        release.replace_file(target, serialize(quads, format=RdfFormat.N_QUADS) or b"")
    except OSError as error:
        raise StateError(
            f"cannot be written: {error.strerror or error}", where=str(target), remedy="Choose another file with --out."
        ) from error
    printing.reading(out, reading, target, len(quads), into_build=file is None)
    if reading.account.problems or reading.differences:
        raise FindingsError(
            f"{len(reading.account.problems)} problem(s) and {len(reading.differences)} difference(s) were found; "
            "what could be read was written."
        )


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
) -> None:
    """Serve the last release: linked data, SPARQL and pages."""
    import uvicorn

    from bio2kg import release

    manifest, _ = release.read(paths.release())
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StateError(
                f"cannot listen on {host} port {port}: {error.strerror or error}",
                remedy="Stop what runs there, or choose another port with --port.",
            ) from error
    err.print(
        f"bio2kg {bio2kg.__version__}: release {manifest['release']} on http://{host}:{port}",
        highlight=False,
        soft_wrap=True,
    )
    uvicorn.run(
        "bio2kg.web.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        server_header=False,
    )


@app.command()
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


def _complete(incomplete: str) -> list[str]:
    from bio2kg import queries

    return [name for name in queries.load() if name.startswith(incomplete)]


@app.command()
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


@app.command()
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


@app.command("format")
def format_files(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file is not in the project's layout.")
    ] = False,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]…", help="Turtle files; default: all of the project.")
    ] = None,
) -> None:
    """Write Turtle files in the one deterministic layout of this project."""
    from bio2kg import turtle

    root = paths.files()
    chosen = files or sorted(p for folder in ("ontology", "shapes", "data") for p in (root / folder).rglob("*.ttl"))
    other = []
    for path in chosen:
        triples = turtle.read(path)
        text = path.read_text(encoding="utf-8")
        layout = turtle.write(triples, turtle.header(text))
        if layout != text:
            other.append(path)
            if not check:
                path.write_text(layout, encoding="utf-8")
    for path in other:
        out.print(f"{'not in layout' if check else 'written'}: {path}", highlight=False, soft_wrap=True)
    if check and other:
        raise FindingsError(f"{len(other)} file(s) are not in the project's layout.", remedy="Run: bio2kg format")


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


def _progress() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True)
