"""The command line. Exit codes: 0 fine, 1 findings, 2 bad input or usage, 3 internal error.

Each command imports what it needs when it runs, so that ``--help`` and an up-to-date build answer at once.
"""

import os
import sys
from typing import Annotated

import typer

import bio2kg
from bio2kg.cli.answers import diff, query, sparql
from bio2kg.cli.assessing import assess_app
from bio2kg.cli.consoles import err, out
from bio2kg.cli.making import bench, build, format_files, ingest_bio2
from bio2kg.cli.operating import backup, doctor, restore
from bio2kg.cli.posture import report
from bio2kg.cli.serving import serve
from bio2kg.cli.tokens import audit_app, token_app
from bio2kg.cli.upgrading import upgrade
from bio2kg.cli.validating import rules, validate
from bio2kg.errors import Bio2kgError

app = typer.Typer(
    help="The information-security rules of the Dutch government as a checked knowledge graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ingest_app = typer.Typer(help="Read a publisher's own text into the next build.", no_args_is_help=True)
app.command()(build)
app.add_typer(ingest_app, name="ingest")
ingest_app.command("bio2")(ingest_bio2)
app.add_typer(assess_app, name="assess")
assess_app.command()(upgrade)
assess_app.command()(report)
app.command()(serve)
app.add_typer(token_app, name="token")
app.add_typer(audit_app, name="audit")
app.command()(query)
app.command()(sparql)
app.command()(diff)
app.command()(validate)
app.command()(rules)
app.command()(bench)
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.command("format")(format_files)


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
