"""A release: canonical, sorted N-Quads and a manifest that names it by its hash.

The N-Quads file carries its hash in its name and never changes; the manifest is replaced in one step. So a crash at any
moment leaves either the old release or the new one.
"""

import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from bio2kg.errors import NotFoundError, StateError

MANIFEST = "manifest.json"


def canonical(quads: Iterable[Quad]) -> list[str]:
    """The quads as canonical N-Quads (RDFC-1.0), one a line, sorted by code point."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n" for quad in dataset)


def graph_hashes(lines: Iterable[str], graphs: Iterable[str]) -> dict[str, tuple[int, str]]:
    """For each graph the number of its statements and the SHA-256 of its canonical lines."""
    found: dict[str, Any] = defaultdict(lambda: [0, hashlib.sha256()])
    wanted = {f"<{iri}>": iri for iri in graphs}
    for line in lines:
        entry = found[wanted[line[:-3].rpartition(" ")[2]]]
        entry[0] += 1
        entry[1].update(line.encode())
    return {iri: (count, hasher.hexdigest()) for iri, (count, hasher) in found.items()}


def write(folder: Path, lines: list[str], manifest: dict[str, Any]) -> dict[str, Any]:
    """Writes a release into ``folder`` and returns its manifest, completed with name, size and hash.

    Raises StateError if the folder cannot be written; what was there before then stays as it was.
    """
    content = "".join(lines).encode()
    digest = hashlib.sha256(content).hexdigest()
    data = f"bio2kg-{digest[:16]}.nq"
    manifest = {
        "release": digest[:16],
        "file": data,
        "sha256": digest,
        "bytes": len(content),
        "quads": len(lines),
        **manifest,
    }
    try:
        before = _manifest_or_none(folder)
        replace_file(folder / data, content)
        replace_file(folder / MANIFEST, (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())
        if before and before.get("file") not in (None, data):
            (folder / str(before["file"])).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return manifest


def require_writable(folder: Path) -> None:
    """Raises StateError if a release cannot be written into ``folder``; to be asked before the work, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".probe.")
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> StateError:
    return StateError(
        f"the release cannot be written: {error.strerror or error}",
        where=str(folder),
        remedy="Free space or choose another folder with --out.",
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the release in ``folder``. Raises NotFoundError if there is none, StateError if it is damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(
            "there is no release here", where=str(folder), remedy="Make one with: bio2kg build"
        ) from error
    except (OSError, ValueError) as error:
        raise StateError(
            f"the manifest cannot be read: {error}",
            where=str(folder / MANIFEST),
            remedy="Make the release again with: bio2kg build",
        ) from error
    if not (
        isinstance(manifest, dict)
        and {"file", "sha256", "release", "graphs"} <= manifest.keys()
        and isinstance(manifest["file"], str)
    ):
        raise StateError(
            "the manifest is not one of a release",
            where=str(folder / MANIFEST),
            remedy="Make the release again with: bio2kg build",
        )
    return manifest


def read(folder: Path) -> tuple[dict[str, Any], bytes]:
    """The manifest and the N-Quads of the release in ``folder``, checked against its hash.

    Raises NotFoundError if there is none and StateError if it is truncated or changed.
    """
    manifest = read_manifest(folder)
    path = folder / manifest["file"]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateError(
            f"the release cannot be read: {error.strerror}", where=str(path), remedy="Make it again with: bio2kg build"
        ) from error
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise StateError(
            f"the release is damaged: {len(content)} bytes with another hash than the manifest has for its "
            f"{manifest.get('bytes')} bytes",
            where=str(path),
            remedy="Make it again with: bio2kg build",
        )
    return manifest, content


def _manifest_or_none(folder: Path) -> dict[str, Any] | None:
    try:
        return read_manifest(folder)
    except (NotFoundError, StateError):
        return None


def replace_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes a file in one step, durably: a reader sees the old content or the new, also after a crash."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Returns when the names in a folder are on disk: of files that were made, renamed or removed there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
