"""The command that reports what one assessment shows."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bio2kg.errors import InputError, StateError


def report(
    assessment: Annotated[
        str, typer.Argument(metavar="FILE|ID", help="An assessment: a file, or the identifier of one in the release.")
    ],
    compare: Annotated[
        str | None, typer.Option("--compare", metavar="FILE|ID", help="An earlier assessment of the organisation.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="text, html or json.")] = "text",
    lang: Annotated[str, typer.Option(help="Language of the report: nl or en.")] = "nl",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day to look on, as 2026-07-01; default: today.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the report there; default: standard output.")
    ] = None,
) -> None:
    """Say what an assessment shows, what to do first and what is unknown. Nothing is stored."""
    from pyoxigraph import NamedNode

    from bio2kg import posture
    from bio2kg.parameters import assessment_named
    from bio2kg.settings import open_release, open_store
    from bio2kg.store import Store, add_assessment
    from bio2kg.validation import catalogue, reading, service

    posture.require_format(form)
    language, day = service.language_named(lang), service.day_named(as_of)
    given = [assessment, *([compare] if compare else [])]
    files = [text for text in given if Path(text).is_file()]
    store: Store = open_release() if files else open_store()
    frameworks = catalogue.load(store) if files else None

    def named(text: str) -> NamedNode:
        if frameworks is None or text not in files:
            return assessment_named(store, text)
        read = reading.read(_content(Path(text)), text, store, frameworks)
        return add_assessment(store, read.triples, text)

    iris = [named(text) for text in given]
    found = posture.look(store, iris[0], language, day, iris[1] if compare else None)
    written = posture.write(found, form, language)
    if file:
        try:
            file.write_text(written, encoding="utf-8")
        except OSError as error:
            raise StateError(f"cannot be written: {error.strerror}", where=str(file)) from error
    else:
        sys.stdout.buffer.write(written.encode())
        sys.stdout.buffer.flush()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
