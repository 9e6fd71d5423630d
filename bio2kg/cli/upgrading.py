"""The command that carries an assessment to another edition."""

from pathlib import Path
from typing import Annotated

import typer

from bio2kg.cli.consoles import err, out
from bio2kg.cli.files import replace
from bio2kg.errors import InputError


def upgrade(
    file: Annotated[Path, typer.Argument(metavar="FILE.ttl", help="The assessment, in Turtle.")],
    first: Annotated[str, typer.Option("--from", metavar="E", help="The edition of BIO2 it uses, as 1.2.")],
    second: Annotated[str, typer.Option("--to", metavar="E", help="The edition to carry it to, newer or older.")],
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.ttl", help="Write the new assessment here.")
    ] = None,
    form: Annotated[
        str, typer.Option("--report", metavar="NAME", help="The list of changes: text, json, csv or html.")
    ] = "text",
    lang: Annotated[str, typer.Option(help="Language of the list and of added notes: nl or en.")] = "nl",
) -> None:
    """Carry an assessment to another edition of BIO2 and list what must be judged anew."""
    from bio2kg import turtle
    from bio2kg import upgrade as carrying
    from bio2kg.results import require_form
    from bio2kg.settings import open_store
    from bio2kg.upgrade import report, words

    if lang not in words.WORDS:
        raise InputError(f"there is no language “{lang}” here", remedy="Choose nl or en.")
    require_form(form, report.FORMATS)
    if target and target.resolve() == file.resolve():
        raise InputError(
            "the new assessment cannot replace the old one",
            where=str(target),
            remedy="It refers to the old one; name another file with --out.",
        )
    try:
        upgraded = carrying.upgrade(turtle.read(file), open_store(), first, second, lang)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(file)) from error
    if target:
        replace(target, turtle.write(upgraded.triples).encode())
    out.file.write(report.write(upgraded, form, lang))
    note = f"written: {target}" if target else "Nothing was written; name a file with --out."
    err.print(note, markup=False, highlight=False, soft_wrap=True)
