"""The store at another address: any SPARQL 1.1 endpoint, spoken to by its protocol."""

from bio2kg.remote.store import RemoteStore

__all__ = ["RemoteStore"]
