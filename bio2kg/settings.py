"""What the environment decides: which store answers."""

import os

from bio2kg import paths, release
from bio2kg.remote import RemoteStore
from bio2kg.store import EmbeddedStore, Store


def open_store() -> Store:
    """The store to answer from: the endpoint in ``BIO2KG_STORE``, else the last release in memory.

    Raises NotFoundError if there is no release, StateError if it is damaged.
    """
    if endpoint := os.environ.get("BIO2KG_STORE"):
        return RemoteStore(endpoint, os.environ.get("BIO2KG_STORE_UPDATE"))
    return EmbeddedStore(release.read(paths.release())[1])
