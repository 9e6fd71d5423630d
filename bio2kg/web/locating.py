"""Which thing an address means: the newest edition behind ``current``, and what is nearest to something unknown."""

from collections import defaultdict
from difflib import get_close_matches
from itertools import takewhile

from pyoxigraph import NamedNode

from bio2kg.errors import NotFoundError
from bio2kg.namespaces import BASE, ID
from bio2kg.store import Store, select
from bio2kg.turtle import natural
from bio2kg.web.statements import exists

CURRENT = "current"
_EDITIONS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?edition ?issued ?version (COUNT(?item) AS ?items) WHERE {
  VALUES ?framework { UNDEF }
  ?edition dcterms:isVersionOf ?framework ; b:editionStatus ?status .
  FILTER (?status IN (
    <https://w3id.org/bio2kg/id/edition-status/established>, <https://w3id.org/bio2kg/id/edition-status/in-force>))
  OPTIONAL { ?edition dcterms:issued ?issued }
  OPTIONAL { ?edition dcat:version ?version }
  OPTIONAL { ?item skos:inScheme ?edition }
}
GROUP BY ?edition ?issued ?version
"""
_FRAMEWORKS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT DISTINCT ?thing WHERE { ?thing a b:Framework }
"""
_IN_SCHEME = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing WHERE { VALUES ?parent { UNDEF } ?thing skos:inScheme ?parent }
"""
_BELOW = """
SELECT DISTINCT ?thing WHERE {
  VALUES ?parent { UNDEF }
  ?thing a ?kind .
  FILTER (STRSTARTS(STR(?thing), CONCAT(STR(?parent), "/")))
}
"""


def current(store: Store, path: str) -> str:
    """The path below ``/id/`` of what ``<framework>/current/…`` means now.

    That is the established edition, or the one in force, that was issued last, of those whose contents are known. Where
    a framework numbers its parts without the edition (``nis2/21.2.d``) it leads there. Raises NotFoundError if the
    framework has no such edition.
    """
    framework, _, rest = path.partition(f"/{CURRENT}")
    rest = rest.strip("/")
    editions = select(store, _EDITIONS, {"framework": _iri(framework)})
    if not editions:
        raise NotFoundError(
            f"no established edition of <{ID}{framework}> is known", remedy=f"What is known of it: /doc/{framework}"
        )

    def rank(row: object) -> tuple[object, ...]:
        issued, version, items = (row[name] for name in ("issued", "version", "items"))  # type: ignore[index]
        known = int(items.value) > 0
        return known, issued.value if issued else "", natural(version.value if version else "")

    edition = max(editions, key=rank)["edition"].value.removeprefix(ID)
    if not rest:
        return str(edition)
    direct = f"{framework}/{rest}"
    found = f"{edition}/{rest}"
    return direct if not exists(store, _iri(found)) and exists(store, _iri(direct)) else found


def names_current(path: str) -> bool:
    """Whether a path below ``/id/`` asks for a framework's current edition, or something in it."""
    parts = path.split("/")
    return len(parts) > 1 and bool(parts[0]) and parts[1] == CURRENT


def unknown(store: Store, thing: NamedNode) -> NotFoundError:
    """The error for a thing of which nothing is known, with what comes nearest to it."""
    near = nearest(store, thing.value)
    remedy = (
        f"Nearest to it: {', '.join(iri.removeprefix(BASE).replace('/id/', '/doc/', 1) for iri in near)}."
        if near
        else "Check the number and the edition, or start at /."
    )
    return NotFoundError(f"nothing is known of <{thing.value}>", remedy=remedy)


def nearest(store: Store, iri: str) -> list[str]:
    """At most three known IRIs that look like this one: with its number written otherwise, else the most alike.

    They are sought where the thing would be, such as among the measures of its edition; when that is unknown too, among
    the neighbours of what would hold it.
    """
    parent, _, name = iri.rpartition("/")
    while f"{parent}/".startswith(ID):
        known = _siblings(store, parent)
        if known:
            if same := known.get(_plain(name)):
                return same[:3]
            # In a numbering what begins alike is nearer than what ends alike.
            alike = get_close_matches(_plain(name), list(known), n=20, cutoff=0.5)
            alike.sort(key=lambda other: -_shared(_plain(name), other))
            found = [iri for match in alike for iri in known[match]][:3]
            return found or ([parent] if f"{parent}/" != ID else [])
        parent, _, name = parent.rpartition("/")
    return []


def _shared(one: str, other: str) -> int:
    """How many parts of two numbers are the same, counted from the left."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.split("."), other.split("."), strict=False))
    )


def _siblings(store: Store, parent: str) -> dict[str, list[str]]:
    """What is known one step below ``parent``: by plain name its IRIs; at the top the frameworks."""
    try:
        bound = {"parent": NamedNode(parent)}
    except ValueError:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    for query in (_IN_SCHEME, _BELOW) if f"{parent}/" != ID else (_FRAMEWORKS,):
        values = bound if query != _FRAMEWORKS else {}
        things = sorted(row["thing"].value for row in select(store, query, values))
        for iri in things:
            if iri.startswith(f"{parent}/"):
                step = f"{parent}/{iri.removeprefix(f'{parent}/').partition('/')[0]}"
                if step not in found[_plain(step.rpartition("/")[2])]:
                    found[_plain(step.rpartition("/")[2])].append(step)
        if found:
            break
    return found


def _plain(name: str) -> str:
    """A number as one might write it, without the zeros that pad it: 5.01.01 and 5.1.1 are the same."""
    return ".".join(part.lstrip("0") or "0" if part.isdecimal() else part.lower() for part in name.split("."))


def _iri(path: str) -> NamedNode:
    try:
        return NamedNode(f"{ID}{path}")
    except ValueError as error:
        raise NotFoundError("this address names nothing", remedy="Start at /.") from error
