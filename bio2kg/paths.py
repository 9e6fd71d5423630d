"""Where things are: the project's files (checkout or installed package) and the state of this installation."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def files() -> Path:
    """The folder that holds ``ontology/``, ``shapes/``, ``data/`` and ``queries/``."""
    installed = _PACKAGE / "_files"
    return installed if installed.is_dir() else _PACKAGE.parent


def state() -> Path:
    """The folder for what is made here: ``$BIO2KG_HOME``, ``build/`` in a checkout, or the user's data folder."""
    if home := os.environ.get("BIO2KG_HOME"):
        return Path(home)
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        return _PACKAGE.parent / "build"
    return Path(platformdirs.user_data_dir("bio2kg"))


def built() -> Path:
    """The folder of the release that ``build`` makes."""
    return state() / "release"


def release() -> Path:
    """The folder of the release that everything answers from: what was built, or else ``$BIO2KG_RELEASE``."""
    shipped = os.environ.get("BIO2KG_RELEASE")
    return Path(shipped) if shipped and not built().exists() else built()


def ingested() -> Path:
    """The folder of N-Quads files that ``ingest`` made for the next build."""
    return state() / "ingested"
