"""What the store says of one thing: what is said of it, what points at it, and what became of it."""

from pyoxigraph import NamedNode, QuerySolution

from bio2kg.errors import NotFoundError
from bio2kg.store import Store, select

# A source can name what does not exist; the reasoner then says things of it, which does not make it exist.
_EXISTS = """
SELECT ?p WHERE {
  VALUES ?this { UNDEF }
  GRAPH ?g { ?this ?p ?o }
  FILTER (?g != <https://w3id.org/bio2kg/graph/inferred>)
} LIMIT 1
"""
_OUT = "SELECT ?g ?p ?o WHERE { VALUES ?this { UNDEF } GRAPH ?g { ?this ?p ?o } }"
# What assessments say of a measure is not listed on its page; an assessment's own things do name each other.
_POINTING = """
  VALUES ?this { UNDEF }
  GRAPH ?g { ?s ?p ?this }
  FILTER (?g != <https://w3id.org/bio2kg/graph/inferred> && isIRI(?s))
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/bio2kg/graph/assessment/")
    || STRSTARTS(STR(?this), "https://w3id.org/bio2kg/id/assessment/"))
"""
_IN_COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {{{_POINTING}}}"
PAGE = 500
_IN = f"SELECT ?g ?s ?p WHERE {{{_POINTING}}} ORDER BY ?p ?s ?g LIMIT {PAGE} OFFSET "
# What became of a measure that is not in force under its number: as its edition says it.
_STATUS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT ?status ?successor WHERE {
  VALUES ?this { UNDEF }
  ?this b:status ?status .
  FILTER (?status != <https://w3id.org/bio2kg/id/status/active>)
  OPTIONAL { ?this b:movedTo|b:refersTo ?successor }
}
"""
# Where a measure of an earlier edition is in the edition after it.
_NEXT = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?edition ?successor WHERE {
  VALUES ?this { UNDEF }
  ?event b:from ?this .
  ?this skos:inScheme ?own .
  ?edition dcat:previousVersion ?own .
  OPTIONAL { ?event b:to ?successor . ?successor skos:inScheme ?edition }
} ORDER BY ?successor
"""


def exists(store: Store, thing: NamedNode) -> bool:
    """Whether anything is stated of this thing."""
    return bool(select(store, _EXISTS, {"this": thing}))


def outgoing(store: Store, thing: NamedNode) -> list[QuerySolution]:
    """What is said of a thing, as rows of ``g``, ``p`` and ``o``; what was inferred included."""
    return select(store, _OUT, {"this": thing})


def incoming(store: Store, thing: NamedNode, page: int) -> tuple[list[QuerySolution], int]:
    """One page of what points at a thing, as rows of ``g``, ``s`` and ``p``, and the number of pages.

    Raises NotFoundError for a page after the last.
    """
    rows = select(store, f"{_IN}{(page - 1) * PAGE:d}", {"this": thing})
    if page == 1 and len(rows) < PAGE:
        return rows, 1
    pages = max(1, -(-int(select(store, _IN_COUNT, {"this": thing})[0]["n"].value) // PAGE))
    if page > pages:
        raise NotFoundError(f"there is no page {page}", remedy=f"The last one is {pages}.")
    return rows, pages


def fate(store: Store, thing: NamedNode) -> tuple[list[QuerySolution], list[QuerySolution]]:
    """What became of a measure.

    First, for one that is not in force, rows of ``status`` and ``successor`` as its edition has it; second, rows of
    ``edition`` and ``successor``: the next edition and where that has it.
    """
    status, following = (select(store, query, {"this": thing}) for query in (_STATUS, _NEXT))
    return status, following


def successors(store: Store, thing: NamedNode) -> list[NamedNode]:
    """What takes the place of a measure, if it is there: what its edition says, else what the next edition has."""
    for rows in fate(store, thing):
        if found := [row["successor"] for row in rows if row["successor"] is not None]:
            return [successor for successor in found if exists(store, successor)]
    return []
