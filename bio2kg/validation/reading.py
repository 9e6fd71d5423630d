"""From a file that somebody sends to the triples of an assessment, or an error that says what is wrong with it."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from bio2kg.errors import InputError, TooLargeError, UnsupportedMediaTypeError
from bio2kg.namespaces import BASE, DEF, ID, PREFIXES, short
from bio2kg.store import Store
from bio2kg.turtle import natural
from bio2kg.validation.blanknodes import named
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.rules import LANGUAGES, Text

if TYPE_CHECKING:
    from bio2kg.workbook import Message

LARGEST = 20 * 1024 * 1024
# JSON-LD nested deeper than this ends the parser, and the process with it, before it can say so.
DEEPEST = 200
# A string without an end goes on to the end, so that it is not looked for again from each quote in it.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_RDF = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
_TABLES = (".xlsx", ".csv")
MEDIA_TYPES = {
    "text/turtle": ".ttl",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/rdf+xml": ".rdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
}
_TYPE = f"{PREFIXES['rdf']}type"
_TOOI = "https://identifier.overheid.nl/tooi/id/"


@dataclass
class Input:
    """An assessment as read: its triples, where its things stand in the sheet, and what to know about the reading."""

    triples: list[Triple]
    places: Callable[[str, str], str] = field(default=lambda node, path: "")
    notices: list[Text] = field(default_factory=list)


def read(content: bytes, name: str, store: Store, catalogue: Catalogue) -> Input:
    """The assessment in a file, whose form is told by the end of its name (see ``MEDIA_TYPES`` for those over HTTP).

    Raises InputError for what cannot be used: with line and column for RDF, with the cell for a workbook.
    """
    if form_of(name) in _TABLES:
        from bio2kg import workbook

        _require_size(content, name)
        imported = workbook.read(content, name, store)
        found = Input(imported.triples, workbook.places(imported.triples), [_said(m) for m in imported.messages])
    else:
        found = Input(triples(content, name))
    _require_assessment(found.triples, name)
    _require_known(found.triples, name, catalogue)
    found.notices += unknown_terms(found.triples, catalogue)
    return found


def _said(message: "Message") -> Text:
    return {language: f"{message.place}: {message.text(language)}" for language in LANGUAGES}


def triples(content: bytes, name: str) -> list[Triple]:
    """The triples of an RDF file, with an IRI for each blank node. Raises InputError with line and column."""
    _require_size(content, name)
    form = _RDF.get(form_of(name))
    if form is None:
        raise UnsupportedMediaTypeError("this is no RDF", where=name, remedy=f"Read are: {', '.join(_RDF)}.")
    return named(parsed(content, name, form))


def _require_size(content: bytes, name: str) -> None:
    if not content.strip():
        raise InputError("the file is empty", where=name, remedy="Give the assessment itself.")
    if len(content) > LARGEST:
        raise TooLargeError(
            f"{len(content) / 1024**2:.0f} MB is more than the {LARGEST // 1024**2} MB that is read here", where=name
        )


def form_of(name: str) -> str:
    """The suffix that tells the form. Raises UnsupportedMediaTypeError for one that is not read."""
    suffix = "." + name.lower().rpartition(".")[2]
    if suffix in (".json", ".jsonld"):
        return ".jsonld"
    if suffix in (".xml", ".owl"):
        return ".rdf"
    if suffix not in _RDF and suffix not in _TABLES:
        known = ", ".join((*_RDF, *_TABLES))
        raise UnsupportedMediaTypeError("files of this kind are not read", where=name, remedy=f"Read are: {known}.")
    return suffix


def parsed(content: bytes, name: str, form: RdfFormat, base: str = f"{BASE}/") -> list[Triple]:
    """The triples of an RDF text as they stand; blank nodes get new labels. Raises InputError with line and column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 at byte {error.start}", where=name, remedy="Save the file as UTF-8 text."
        ) from error
    _require_harmless(text, name, form)
    try:
        found = [q.triple for q in parse(text.encode(), format=form, base_iri=base, rename_blank_nodes=True)]
    except SyntaxError as error:
        line = f":{error.lineno}:{error.offset}" if error.lineno else ""
        message = str(error.args[0]).splitlines()[0] if error.args else str(error)
        if "LoadDocumentCallback" in message:
            raise InputError(
                "its @context stands elsewhere, and nothing is fetched",
                where=name,
                remedy="Put the context in the file itself, or write it as expanded JSON-LD or Turtle.",
            ) from error
        raise InputError(
            f"not valid {form.name}: {message}.", where=f"{name}{line}", remedy="Correct the file there."
        ) from error
    except (ValueError, OSError, RecursionError) as error:
        raise InputError(f"not valid {form.name}: {error}.", where=name, remedy="Correct the file.") from error
    if any(isinstance(t.object, Triple) for t in found):
        raise InputError("statements about statements are not read here", where=name, remedy="Write it in RDF 1.1.")
    return found


def _require_harmless(text: str, name: str, form: RdfFormat) -> None:
    """Refuses what would bring the parser down: entities in XML that grow as they are read, JSON of endless depth."""
    if form == RdfFormat.RDF_XML and "<!ENTITY" in text:
        raise InputError("entities in XML are not read here", where=name, remedy="Write the IRIs and texts in full.")
    if form == RdfFormat.JSON_LD:
        depth = 0
        for match in _BRACKETS.finditer(text):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
            if depth > DEEPEST:
                line = text.count("\n", 0, match.start()) + 1
                raise InputError(
                    f"nested deeper than {DEEPEST} levels",
                    where=f"{name}:{line}",
                    remedy="Let things point at each other by @id instead.",
                )


def _require_assessment(triples: list[Triple], name: str) -> None:
    kinds = {NamedNode(f"{DEF}Assessment"), NamedNode(f"{DEF}StatementOfApplicability")}
    if not any(t.predicate.value == _TYPE and t.object in kinds for t in triples):
        raise InputError(
            "there is no assessment in this file",
            where=name,
            remedy=f"It needs a thing of class <{DEF}Assessment> or <{DEF}StatementOfApplicability>.",
        )


def _require_known(triples: list[Triple], name: str, catalogue: Catalogue) -> None:
    """Editions must exist, and an organisation must be a TOOI IRI of a known form or have a name."""
    named_things = {t.subject for t in triples if t.predicate.value == f"{PREFIXES['foaf']}name"}
    editions = catalogue.of_type("Edition")
    for t in sorted(triples, key=str):
        if t.predicate.value == f"{DEF}usesEdition" and getattr(t.object, "value", "") not in editions:
            known = [iri.removeprefix(ID) for iri in editions if iri.startswith((f"{ID}bio2/", f"{ID}iso27"))]
            raise InputError(
                f"the edition {t.object} is not known",
                where=name,
                remedy=f"Known are: {', '.join(sorted(known, key=natural))}.",
            )
        if t.predicate.value == f"{DEF}organisation" and t.object not in named_things:
            iri = getattr(t.object, "value", "")
            if not iri.startswith(_TOOI) or not iri.removeprefix(_TOOI).strip("/"):
                raise InputError(
                    f"the organisation {t.object} is not known",
                    where=name,
                    remedy=f"Give its TOOI identifier (<{_TOOI}…>), or another IRI together with its foaf:name.",
                )


def unknown_terms(triples: Iterable[Triple], catalogue: Catalogue) -> list[Text]:
    """A notice for each term of our namespace that does not exist, with the nearest that does."""
    used: dict[str, int] = {}
    for t in triples:
        terms = [t.predicate.value]
        if t.predicate.value == _TYPE and isinstance(t.object, NamedNode):
            terms.append(t.object.value)
        for term in terms:
            if term.startswith(DEF) and term not in catalogue.terms:
                used[term] = used.get(term, 0) + 1
    names = [term.removeprefix(DEF) for term in catalogue.terms]
    notices = []
    for term, times in sorted(used.items()):
        near = difflib.get_close_matches(term.removeprefix(DEF), names, 1)
        meant = {"nl": f" Bedoeld is misschien b:{near[0]}.", "en": f" Perhaps b:{near[0]} is meant."} if near else {}
        notices.append(
            {
                "nl": f"{short(term)} bestaat niet in de vocabulaire ({times}×) en telt niet mee.{meant.get('nl', '')}",
                "en": f"{short(term)} is not in the vocabulary ({times}×) and has no effect.{meant.get('en', '')}",
            }
        )
    return notices
