"""Organisations by the code that the government's own register (TOOI) gives them."""

import re
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from bio2kg.errors import InputError

_TOOI = "https://identifier.overheid.nl/tooi/id/"
# The letters a code begins with, and the register that holds it.
_REGISTERS = {
    "gm": "gemeente",
    "mnre": "ministerie",
    "oorg": "oorg",
    "pv": "provincie",
    "ws": "waterschap",
    "zb": "zbo",
}
_CODE = re.compile(r"(gm|mnre|oorg|pv|ws|zb)\d{2,6}")


def organisation(name: str) -> NamedNode:
    """The IRI of an organisation from its TOOI code (``gm0218``) or from an IRI, which is taken as it is.

    Raises InputError for anything else.
    """
    text = name.strip()
    if match := _CODE.fullmatch(text.lower()):
        return NamedNode(f"{_TOOI}{_REGISTERS[match[1]]}/{text.lower()}")
    if urlsplit(text).scheme in ("http", "https"):
        try:
            return NamedNode(text)
        except ValueError:
            pass
    known = ", ".join(f"{letters}… ({register})" for letters, register in _REGISTERS.items())
    raise InputError(
        f"“{name}” is no code of an organisation",
        remedy=f"Give a TOOI code such as gm0218, or an IRI. Known codes: {known}.",
    )


def code(iri: NamedNode) -> str:
    """The short name of an organisation in the identifiers of its assessments: the last part of its IRI."""
    last = re.split(r"[/#]", iri.value.rstrip("/#"))[-1]
    return re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-") or "organisation"
