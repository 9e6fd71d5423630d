"""bio2kg: the information-security rules of the Dutch government as a checked knowledge graph."""

__version__ = "0.1.0"
