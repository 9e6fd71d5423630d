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

    from bio2kg import ingest, release
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
    _report(reading, target, len(quads), into_build=file is None)
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

    from bio2kg import results
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
        _table(answer)
    elif form == "table" and isinstance(answer, ox.QueryBoolean):
        out.print("true" if answer else "false")
    else:
        content = results.serialise(answer, results.by_name(form, formats))
        sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
        sys.stdout.buffer.flush()


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


def _table(answer: object) -> None:
    import pyoxigraph as ox

    from bio2kg.namespaces import short

    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - chosen by the caller
    table = Table(*(v.value for v in answer.variables))
    rows = 0
    for row in answer:
        cells = [
            (short(t.value) if isinstance(t, ox.NamedNode) else t.value)
            if isinstance(t, ox.NamedNode | ox.Literal)
            else str(t or "")
            for t in row
        ]
        table.add_row(*(c.replace("[", r"\[") for c in cells))
        rows += 1
    out.print(table)
    out.print(f"{rows} row{'' if rows == 1 else 's'}", highlight=False)


def _report(reading: object, target: Path, count: int, *, into_build: bool) -> None:
    from bio2kg.ingest import Reading

    assert isinstance(reading, Reading)  # noqa: S101
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


def _progress() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True)
