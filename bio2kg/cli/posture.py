"""The command that reports what one assessment shows."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bio2kg.cli import files


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
    given_as_file = [text for text in given if Path(text).is_file()]
    store: Store = open_release() if given_as_file else open_store()
    frameworks = catalogue.load(store) if given_as_file else None

    def named(text: str) -> NamedNode:
        if frameworks is None or text not in given_as_file:
            return assessment_named(store, text)
        read = reading.read(files.content(Path(text)), text, store, frameworks)
        return add_assessment(store, read.triples, text)

    iris = [named(text) for text in given]
    found = posture.look(store, iris[0], language, day, iris[1] if compare else None)
    written = posture.write(found, form, language)
    if file:
        files.write(file, written)
    else:
        sys.stdout.buffer.write(written.encode())
        sys.stdout.buffer.flush()
