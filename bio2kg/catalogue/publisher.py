"""Who publishes a release: the project's editors, or the organisation that a steward names in ``publisher.yaml``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import yamltext
from bio2kg.catalogue.stated import of, term
from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from bio2kg.organisations import organisation

FILE = "publisher.yaml"
CONTACT = f"{ID}contact/publisher"
_EDITORS_CONTACT = f"{ID}contact/bio2kg"
_TOOI = "https://identifier.overheid.nl/tooi/id/"
_REMEDY = "See docs/how-to/publish-a-catalogue.md."
_LANGUAGES = ("nl", "en")
Text = dict[str, str]


@dataclass(frozen=True)
class Publisher:
    """An organisation that publishes, and where to reach it; texts by language, the empty one for a plain text."""

    iri: NamedNode
    name: Text
    contact: Text
    url: str = ""
    email: str = ""

    def applied(self, stated: Iterable[Triple]) -> Iterator[Triple]:
        """The stated catalogue with this publisher and contact point in place of those it has."""
        replaced = {term("dcterms:publisher"): self.iri, term("dcat:contactPoint"): NamedNode(CONTACT)}
        for t in stated:
            if t.subject != NamedNode(_EDITORS_CONTACT):
                yield Triple(t.subject, t.predicate, replaced.get(t.predicate, t.object))
        yield from of(self.iri.value, (("foaf:name", name) for name in _literals(self.name)))
        yield from of(CONTACT, [("rdf:type", term("vcard:Organization"))])
        yield from of(CONTACT, (("vcard:fn", name) for name in _literals(self.contact)))
        if self.url:
            yield from of(CONTACT, [("vcard:hasURL", NamedNode(self.url))])
        if self.email:
            yield from of(CONTACT, [("vcard:hasEmail", NamedNode(f"mailto:{self.email}"))])


def read(path: Path) -> Publisher | None:
    """The publisher that a file names; None if there is no such file.

    Raises InputError that says what is not right in it.
    """
    if not path.is_file():
        return None
    try:
        given = yamltext.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot be read as YAML: {error}", where=str(path), remedy=_REMEDY) from error
    try:
        return _publisher(given)
    except InputError as error:
        raise InputError(error.what, where=str(path), remedy=error.remedy or _REMEDY) from error


def _publisher(given: object) -> Publisher:
    fields = _mapping(given, "the file", {"publisher", "name", "contact"})
    contact = _mapping(fields.get("contact"), "contact", {"name", "url", "email"})
    url, email = str(contact.get("url") or ""), str(contact.get("email") or "")
    if not url and not email:
        raise InputError("contact has no url and no email", remedy=f"Give at least one of them. {_REMEDY}")
    if url and not _is_web_address(url):
        raise InputError(f"“{url}” is no web address", remedy=f"Write it out, with https://. {_REMEDY}")
    if email and not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", email):
        raise InputError(f"“{email}” is no e-mail address", remedy=_REMEDY)
    name = _text(fields.get("name"), "name")
    return Publisher(
        _identifier(str(fields.get("publisher") or "")), name, _text(contact.get("name") or name, "name"), url, email
    )


def _identifier(given: str) -> NamedNode:
    """The IRI of an organisation. Raises InputError for one of TOOI that is not of the form TOOI gives."""
    iri = organisation(given)
    if not iri.value.startswith(_TOOI):
        return iri
    register, _, code = iri.value.removeprefix(_TOOI).partition("/")
    try:
        fits = organisation(code) == iri
    except InputError:
        # A register whose codes we do not know.
        fits = bool(re.fullmatch(r"[a-z]+/[a-z]+\d+", f"{register}/{code}"))
    if not fits:
        raise InputError(
            f"<{iri.value}> is not of the form of TOOI",
            remedy=f"Look the organisation up at https://identifier.overheid.nl/tooi, or give its code. {_REMEDY}",
        )
    return iri


def _mapping(given: object, what: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError(f"{what} must hold: {', '.join(sorted(known))}", remedy=_REMEDY)
    if unknown := sorted(map(str, given.keys() - known)):
        raise InputError(
            f"“{unknown[0]}” is not known in {what}", remedy=f"Known are: {', '.join(sorted(known))}. {_REMEDY}"
        )
    return given


def _text(given: object, what: str) -> Text:
    """A text as it stands, or one per language."""
    texts = given if isinstance(given, dict) else {"": given}
    found = {language: text.strip() for language, text in texts.items() if isinstance(text, str) and text.strip()}
    if not found or len(found) != len(texts) or not set(found) <= {"", *_LANGUAGES}:
        raise InputError(f"{what} must be a text, or one for nl and one for en", remedy=_REMEDY)
    return found


def _literals(texts: Text) -> Iterator[Literal]:
    for language, text in sorted(texts.items()):
        yield Literal(text, language=language) if language else Literal(text)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        NamedNode(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
