"""Files that a command is given or told to write, with errors that name them."""

from pathlib import Path

from bio2kg.errors import InputError, StateError


def content(path: Path, most: int = -1) -> bytes:
    """What is in a file, no more than ``most`` bytes of it. Raises InputError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise InputError(what, where=str(path)) from error


def write(path: Path, text: str) -> None:
    """Writes a report; a device such as /dev/stdout will do. Raises StateError if it cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise StateError(f"cannot be written: {error.strerror}", where=str(path)) from error


def replace(path: Path, data: bytes) -> None:
    """Makes this the content of a file in one step. Raises StateError if it cannot be written."""
    from bio2kg import release

    try:
        release.replace_file(path, data)
    except OSError as error:
        raise StateError(
            f"cannot be written: {error.strerror or error}", where=str(path), remedy="Choose another file with --out."
        ) from error
