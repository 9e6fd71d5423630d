"""Commands that make things: a release, the reading of a publication, the layout of files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bio2kg import paths
from bio2kg.cli.consoles import err, out
from bio2kg.errors import FindingsError, InputError, StateError


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
    manifest, place = result.manifest, folder or paths.built()
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
        line = f"known: {finding} Explained by {finding.erratum}." if finding.erratum else f"found: {finding}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    printing.mapping_sets(out, place)
    out.print(
        f"Release {manifest['release']}: {manifest['quads']:,} quads in {len(manifest['graphs'])} graphs, in {place}",
        highlight=False,
        soft_wrap=True,
    )


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
    quads = sorted(ingest.quads(reading, alone=file is not None), key=str)
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


def bench(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="questions or validation.")] = "questions",
    peer: Annotated[bool, typer.Option("--peer/--no-peer", help="Time the peer on the same data too.")] = True,
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds that the peer gets for one question.")] = 5.0,
    sizes: Annotated[str, typer.Option(help="Numbers of assessments to validate, as 1,100,1000.")] = "1,100",
) -> None:
    """Time every named question, or the validation of assessments, on the last release with a peer beside it."""
    if what == "questions":
        _bench_questions(peer, limit)
    elif what == "validation":
        _bench_validation(peer, sizes)
    else:
        raise InputError(f"there is no benchmark “{what}”", remedy="Give questions or validation.")


def _bench_validation(peer: bool, sizes: str) -> None:
    from bio2kg import bench_validation as timing

    if not all(size.strip().isdigit() and int(size) for size in sizes.split(",")):
        raise InputError(f"“{sizes}” are no numbers of assessments", remedy="Give them as 1,100,1000.")
    numbers = tuple(int(size) for size in sizes.split(","))
    with _progress() as progress:
        task = progress.add_task("loading", total=None)
        found = list(timing.run(numbers, 2 if peer else 0, lambda step: progress.update(task, description=step)))
    table = Table("what", "assessments", "seconds", "seconds each", "memory MB", box=None)
    for item in found:
        row = (item.what, str(item.assessments), f"{item.seconds:.2f}", f"{item.each:.3f}", f"{item.memory:.0f}")
        table.add_row(*row)
    out.print(table, highlight=False)
    if peer:
        theirs = found[-1].each
        for item in found[:-1]:
            out.print(f"pyshacl / {item.what}, {item.assessments}: {theirs / item.each:.0f}", highlight=False)


def _bench_questions(peer: bool, limit: float) -> None:
    from bio2kg import bench as timing

    with _progress() as progress:
        task = progress.add_task("loading", total=None)
        found = list(
            timing.run(with_peer=peer, limit=limit, on_query=lambda name: progress.update(task, description=name))
        )
    table = Table("question", "rows", "median ms", "max ms", "peer ms", "peer / ours", box=None)
    for item in sorted(found, key=lambda item: -item.median):
        theirs = f"{item.peer:.0f}" if item.peer is not None else "–"
        ratio = f"{item.peer / item.median:.0f}" if item.peer is not None else "–"
        table.add_row(item.name, str(item.rows), f"{item.median:.1f}", f"{item.maximum:.1f}", theirs, ratio)
    out.print(table, highlight=False)
    slow = sum(item.median > 50 for item in found)
    out.print(f"{len(found)} questions, {slow} above 50 ms. Peer: rdflib; –: over {limit:g} s, or it asks for graphs.")


def _progress() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True)
