"""The page to start from."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from pyoxigraph import QuerySolution
from starlette.concurrency import run_in_threadpool

from bio2kg.store import Store, select
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()

_FRAMEWORKS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?framework ?label ?edition ?version (COUNT(DISTINCT ?item) AS ?items) WHERE {
  ?framework a b:Framework ; skos:prefLabel ?label .
  OPTIONAL {
    ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
    OPTIONAL { ?item skos:inScheme ?edition }
  }
}
GROUP BY ?framework ?label ?edition ?version
ORDER BY ?version
"""
_STATUSES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?edition ?version ?status (COUNT(?measure) AS ?n) WHERE {
  ?edition dcterms:isVersionOf <https://w3id.org/bio2kg/id/bio2> ; dcat:version ?version .
  ?measure a b:MeasureEdition ; skos:inScheme ?edition ; b:status ?code .
  ?code skos:prefLabel ?status .
}
GROUP BY ?edition ?version ?status
ORDER BY ?version DESC(?n)
"""


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> Response:
    """What there is: the frameworks with their editions, and the measures of BIO2 by status."""
    return await run_in_threadpool(_home, request)


def _home(request: Request) -> Response:
    store: Store = request.app.state.store
    language = language_of(request)
    frameworks: dict[str, _Framework] = {}
    for row in _rows(store, _FRAMEWORKS, "label", language):
        entry = frameworks.setdefault(row["framework"].value, _Framework(row["label"].value))
        if row["edition"] is not None:
            entry.editions.append((row["edition"].value, row["version"].value, int(row["items"].value)))
    statuses: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in _rows(store, _STATUSES, "status", language):
        statuses.setdefault((row["edition"].value, row["version"].value), []).append(
            (row["status"].value, int(row["n"].value))
        )
    ordered = sorted(frameworks.items(), key=lambda item: (-item[1].items, item[1].label))
    page = render("home.html", language, path="/", frameworks=ordered, statuses=statuses)
    return Response(page, media_type="text/html", headers={"Vary": "Accept-Language", "Content-Language": language})


@dataclass
class _Framework:
    label: str
    editions: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def items(self) -> int:
        return sum(items for _, _, items in self.editions)


def _rows(store: Store, query: str, label: str, language: str) -> list[QuerySolution]:
    return [row for row in select(store, query) if row[label].language == language]
