"""What the environment decides: which store answers."""

import os

from bio2kg import paths, release
from bio2kg.store import EmbeddedStore, Store


def answers_from() -> str:
    """What ``open_store`` will answer from, in words; a release is checked for being whole.

    Raises NotFoundError if there is no release, StateError if it is damaged.
    """
    if endpoint := os.environ.get("BIO2KG_STORE"):
        return f"the store at {endpoint}"
    return f"release {release.read(paths.release())[0]['release']}"


def open_store() -> Store:
    """The store to answer from: the endpoint in ``BIO2KG_STORE``, else the last release in memory.

    Raises NotFoundError if there is no release, StateError if it is damaged.
    """
    if endpoint := os.environ.get("BIO2KG_STORE"):
        from bio2kg.remote import RemoteStore

        return RemoteStore(endpoint, os.environ.get("BIO2KG_STORE_UPDATE"))
    return EmbeddedStore(release.read(paths.release())[1])


def open_release() -> EmbeddedStore:
    """The last release in memory, to which an assessment can be added; what is added is gone with it.

    Raises NotFoundError if there is no release, StateError if it is damaged.
    """
    return EmbeddedStore(release.read(paths.release())[1], read_only=False)
