"""Answers to queries as bytes: which formats there are, for people, programs and media types."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
# Descriptions can also tell which graph states what.
DATASETS = (
    *GRAPHS,
    Format("trig", ("application/trig", "application/x-trig"), RdfFormat.TRIG),
    Format("nquads", ("application/n-quads",), RdfFormat.N_QUADS),
)
_ALIASES = {"ttl": "turtle", "nt": "ntriples", "json-ld": "jsonld", "rdf": "rdfxml", "nq": "nquads"}


def by_name(name: str, formats: Iterable[Format]) -> Format:
    """The format with this short name. Raises NotAcceptableError that lists what there is."""
    wanted = _ALIASES.get(name.lower(), name.lower())
    for form in formats:
        if form.name == wanted:
            return form
    raise NotAcceptableError(
        f"there is no format “{name}” for this answer", remedy=f"Choose one of: {', '.join(f.name for f in formats)}."
    )


# Clients that name a format in the address call these otherwise where the answer is a graph.
_OF_GRAPHS = {"xml": "rdfxml", "rdf+xml": "rdfxml", "json": "jsonld", "n3": "turtle"}


def chosen(name: str, accept: str, formats: Sequence[Format]) -> Format:
    """The format that a request names, by short name or media type, else the best for its Accept header.

    Raises NotAcceptableError.
    """
    if name := name.lower():
        if by_type := [form for form in formats if name in form.media_types]:
            return by_type[0]
        return by_name(_OF_GRAPHS.get(name, name) if formats == GRAPHS else name, formats)
    form = by_accept(accept, formats)
    assert isinstance(form, Format)  # noqa: S101 - nothing else is on offer
    return form


def by_accept(accept: str, formats: Iterable[Format], extra: tuple[str, ...] = ()) -> Format | str:
    """The best format for an Accept header by quality and specificity (RFC 9110, section 12.5.1).

    ``extra`` are media types on offer besides the formats (``text/html``), returned as they are. The first on offer
    wins among equals. Raises NotAcceptableError, also for a header that does not parse.
    """
    by_type = {media_type: form for form in formats for media_type in form.media_types}
    best = best_media_type(accept, [*extra, *by_type])
    return by_type.get(best, best)


def best_media_type(accept: str, offered: Sequence[str]) -> str:
    """Of the media types on offer, first ones first, the best for an Accept header (RFC 9110, section 12.5.1).

    For each type its most specific range counts, also when that excludes it (``q=0``). Among equals in quality a type
    that is named wins over one that fits a wildcard. A range that is malformed, or asks for another character set than
    UTF-8, fits nothing. Raises NotAcceptableError.
    """
    ranges = _ranges(accept if accept.strip() else "*/*")
    best, best_rank = "", (0.0, -1)
    for media_type in offered:
        fitting = [(specificity, quality) for name, specificity, quality in ranges if _fits(name, media_type)]
        specificity, quality = max(fitting, default=(-1, 0.0))
        if quality > 0 and (quality, specificity) > best_rank:
            best, best_rank = media_type, (quality, specificity)
    if not best:
        raise NotAcceptableError(f"nothing on offer fits “{accept}”", remedy=f"On offer: {', '.join(offered)}.")
    return best


_RANGE = re.compile(r"([\w!#$&^.+-]+|\*)/([\w!#$&^.+-]+|\*)")
# A quotation without an end takes the rest, so that every character is read once.
_PARTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.?)*"?)+')


def weighted(header: str) -> list[tuple[str, dict[str, str], float]]:
    """The members of a header such as Accept in lower case, each with its parameters and quality (from 0 to 1).

    Members whose quality is no number are left out (RFC 9110, section 12.4.2).
    """
    members = []
    for part in _PARTS.findall(header.lower()):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        values = {key.strip(): value.strip(' "') for key, _, value in (p.partition("=") for p in parameters if p)}
        try:
            quality = min(1.0, max(0.0, float(values.pop("q", 1))))
        except ValueError:
            continue
        if quality == quality:
            members.append((name, values, quality))
    return members


def _ranges(accept: str) -> list[tuple[str, int, float]]:
    """The media ranges of an Accept header, each with its specificity and quality; malformed ones are left out."""
    ranges = []
    for name, values, quality in weighted(accept):
        if not _RANGE.fullmatch(name) or (name.startswith("*/") and name != "*/*"):
            continue
        if values.get("charset", "utf-8") in ("utf-8", "utf8"):
            ranges.append((name, 0 if name == "*/*" else 1 if name.endswith("/*") else 2 + bool(values), quality))
    return ranges


def _fits(name: str, media_type: str) -> bool:
    return name in ("*/*", media_type) or (name.endswith("/*") and media_type.startswith(name[:-1]))


def require_form(name: str, forms: Sequence[str]) -> None:
    """Raises NotAcceptableError that lists what there is, if a report is not written in this form."""
    if name not in forms:
        raise NotAcceptableError(f"there is no format “{name}” here", remedy=f"Choose one of: {', '.join(forms)}.")


def csv_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts as CSV (RFC 4180), the names first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


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
