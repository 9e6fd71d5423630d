"""What a SPARQL query is made of, by rdflib's parser: does it name its own graphs, does it call another service."""

from concurrent.futures import ThreadPoolExecutor

from pyparsing import ParseResults
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

# The parser's failed attempts keep their tracebacks for a while, and with them all that its callers hold, answers of
# the store among it; in a thread of its own it has no callers.
_PARSER = ThreadPoolExecutor(1, "sparql-parser")


def inspect(text: str) -> tuple[bool, bool] | None:
    """Whether the query names graphs and whether it calls a service; None if it does not parse."""
    query = _PARSER.submit(_parsed, text).result()
    return None if query is None else ("datasetClause" in query, _has_service(query))


def _parsed(text: str) -> CompValue | None:
    try:
        query: CompValue = parseQuery(text)[1]
        return query
    except Exception:  # rdflib's parser raises many kinds; the store's own parser then says what is wrong
        return None


def _has_service(part: object) -> bool:
    if isinstance(part, CompValue):
        return part.name == "ServiceGraphPattern" or any(_has_service(value) for value in part.values())
    return isinstance(part, list | ParseResults) and any(_has_service(item) for item in part)
