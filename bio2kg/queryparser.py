"""What a SPARQL query is made of, by rdflib's parser: does it name its own graphs, which services does it call."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from pyparsing import ParseResults
from rdflib import URIRef
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue


def inspect(text: str) -> tuple[bool, list[str | None]] | None:
    """Whether the query names graphs and the services that it calls, one for each call; None if it does not parse.

    A service that is no IRI, but comes out of the data, is None.
    """
    # The parser's failed attempts keep their tracebacks for a while, and with them all that its callers hold, answers
    # of the store among it; in a thread of its own it has no callers. Not one that stays: it would not be there in a
    # process that is forked from this one.
    with ThreadPoolExecutor(1) as parser:
        query = parser.submit(_parsed, text).result()
    return None if query is None else ("datasetClause" in query, list(_services(query)))


def _parsed(text: str) -> CompValue | None:
    try:
        query: CompValue = parseQuery(text)[1]
        return query
    except Exception:  # rdflib's parser raises many kinds; the store's own parser then says what is wrong
        return None


def _services(part: object) -> Iterator[str | None]:
    if isinstance(part, CompValue):
        if part.name == "ServiceGraphPattern":
            yield str(part.term) if isinstance(part.term, URIRef) else None
        for value in part.values():
            yield from _services(value)
    elif isinstance(part, list | ParseResults):
        for item in part:
            yield from _services(item)
