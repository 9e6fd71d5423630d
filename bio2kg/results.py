"""Answers to queries as bytes: which formats there are, for people, programs and media types."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import mimeparse
import pyoxigraph as ox
from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, Triple

from bio2kg.errors import NotAcceptableError
from bio2kg.namespaces import PREFIXES, curie
from bio2kg.store import Answer


@dataclass(frozen=True)
class Format:
    """A serialisation: its short name (``--format``, ``?format=``), media types (the first is sent), engine format."""

    name: str
    media_types: tuple[str, ...]
    engine: QueryResultsFormat | RdfFormat

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        text = self.media_types[0].startswith("text/")
        return f"{self.media_types[0]}; charset=utf-8" if text else self.media_types[0]


SOLUTIONS = (
    Format("json", ("application/sparql-results+json", "application/json", "text/json"), QueryResultsFormat.JSON),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), QueryResultsFormat.XML),
    Format("csv", ("text/csv",), QueryResultsFormat.CSV),
    Format("tsv", ("text/tab-separated-values",), QueryResultsFormat.TSV),
)
GRAPHS = (
    Format("turtle", ("text/turtle", "application/x-turtle"), RdfFormat.TURTLE),
    Format("ntriples", ("application/n-triples", "text/plain"), RdfFormat.N_TRIPLES),
    Format("jsonld", ("application/ld+json", "application/json"), RdfFormat.JSON_LD),
    Format("rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), RdfFormat.RDF_XML),
)
_ALIASES = {"ttl": "turtle", "nt": "ntriples", "json-ld": "jsonld", "rdf": "rdfxml"}


def by_name(name: str, formats: Iterable[Format]) -> Format:
    """The format with this short name. Raises NotAcceptableError that lists what there is."""
    wanted = _ALIASES.get(name.lower(), name.lower())
    for form in formats:
        if form.name == wanted:
            return form
    raise NotAcceptableError(
        f"there is no format “{name}” for this answer", remedy=f"Choose one of: {', '.join(f.name for f in formats)}."
    )


def by_accept(accept: str, formats: Iterable[Format], extra: tuple[str, ...] = ()) -> Format | str:
    """The best format for an Accept header by quality and specificity (RFC 9110, section 12.5.1).

    ``extra`` are media types on offer besides the formats (``text/html``), returned as they are. The first on offer
    wins among equals. Raises NotAcceptableError, also for a header that does not parse.
    """
    by_type = {media_type: form for form in formats for media_type in form.media_types}
    best = best_media_type(accept, [*extra, *by_type])
    return by_type.get(best, best)


def best_media_type(accept: str, offered: list[str]) -> str:
    """Of the media types on offer, first ones first, the best for an Accept header. Raises NotAcceptableError."""
    try:
        # mimeparse prefers the last of equals.
        best: str = mimeparse.best_match(list(reversed(offered)), accept.lower() or "*/*")
    except (mimeparse.MimeTypeParseException, ValueError):
        best = ""
    if not best:
        raise NotAcceptableError(f"nothing on offer fits “{accept}”", remedy=f"On offer: {', '.join(offered)}.")
    return best


def markdown_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts as a table in Markdown, a row a line."""
    lines = [
        f"| {' | '.join(names)} |",
        f"|{' --- |' * len(names)}",
        *(f"| {' | '.join(text.replace('|', chr(92) + '|').replace(chr(10), ' ') for text in row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def formats_of(answer: Answer) -> tuple[Format, ...]:
    """The formats in which this answer can be given."""
    return SOLUTIONS if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean) else GRAPHS


def serialise(answer: Answer, form: Format) -> bytes:
    """The answer in a format that ``formats_of`` lists for it."""
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        assert isinstance(form.engine, QueryResultsFormat)  # noqa: S101 - formats_of lists no other
        return answer.serialize(format=form.engine) or b""
    assert isinstance(form.engine, RdfFormat)  # noqa: S101
    return serialise_triples(answer, form.engine)


def serialise_triples(triples: Iterable[Triple], form: RdfFormat) -> bytes:
    """Triples in an RDF syntax, each once, with the project's prefixes where the syntax has them."""
    unique = dict.fromkeys(triples)
    prefixes = None
    if form in (RdfFormat.TURTLE, RdfFormat.RDF_XML):
        used = {
            parts[0]
            for t in unique
            for term in (t.subject, t.predicate, t.object)
            if isinstance(term, NamedNode) and (parts := curie(term.value))
        }
        prefixes = {prefix: PREFIXES[prefix] for prefix in sorted(used & PREFIXES.keys())}
    return ox.serialize(unique, format=form, prefixes=prefixes) or b""
