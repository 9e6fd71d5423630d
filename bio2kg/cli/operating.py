"""Commands for whoever keeps an installation running."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bio2kg.cli.consoles import err, out
from bio2kg.errors import InputError


def doctor(
    host: Annotated[str, typer.Option(help="The address that the server listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port that it listens on.")] = 8000,
    form: Annotated[str, typer.Option("--format", metavar="NAME", help="text or json.")] = "text",
) -> None:
    """Check this installation. Exit code 0: fine, 1: warnings, 2: something is wrong."""
    from bio2kg.operations import doctor

    if form not in ("text", "json"):
        raise InputError(f"there is no form “{form}” here", remedy="Choose text or json.")
    findings = []
    for finding in doctor.examine(host, port):
        findings.append(finding)
        if form == "text":
            remedy = f" → {finding.remedy}" if finding.remedy else ""
            line = f"{finding.status:8} {finding.name:10} {finding.said}{remedy}"
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if form == "json":
        out.file.write(json.dumps([vars(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n")
    raise typer.Exit(doctor.exit_code(findings))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, as backup.tar.gz.")],
    include_release: Annotated[
        bool, typer.Option("--include-release", help="Put the release in it too; it can also be built again.")
    ] = False,
) -> None:
    """Copy everything that is stored into one file; the server may go on."""
    from bio2kg.operations import backup
    from bio2kg.settings import settings

    manifest = backup.make(file, settings(), include_release=include_release)
    _say(f"written and verified: {file} ({_contents(manifest)})")
    if manifest["assessments"] == "elsewhere":
        _say("The assessments are in the store elsewhere and not in this file: make a backup of that store too.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that bio2kg backup made.")],
    force: Annotated[
        bool, typer.Option("--force", help="Also if something is stored already; that is kept under another name.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only say whether the backup is whole.")] = False,
) -> None:
    """Put back what a backup holds, after verifying it; the server must not run."""
    from bio2kg.operations import archive, backup
    from bio2kg.settings import settings

    if verify:
        _say(f"whole: {file} ({_contents(backup.verify(file))})")
        return
    chosen = settings()
    manifest, kept = backup.restore(file, chosen, force=force)
    _say(f"restored: {_contents(manifest)}")
    if kept:
        _say(f"What was stored before is in {kept}")
    if archive.TOKENS in manifest["members"]:
        _say("Tokens that were revoked after the backup was made are valid again: see bio2kg token list.")
    for name, used in ((archive.TOKENS, chosen.tokens), (archive.AUDIT, chosen.audit)):
        if name in manifest["members"] and used != chosen.home / name:
            _say(f"The settings name {used}; put {chosen.home / name} there yourself.")


def _contents(manifest: dict[str, object]) -> str:
    members = manifest["members"]
    named = [name.partition("/")[2] for name in members] if isinstance(members, dict) else []
    return f"made {manifest.get('made')}, assessments: {manifest.get('assessments')}; {', '.join(named)}"


def _say(text: str) -> None:
    err.print(text, markup=False, highlight=False, soft_wrap=True)
