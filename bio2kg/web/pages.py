"""The page to start from."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bio2kg.store import Store
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
  FILTER (lang(?label) = ?lang)
  OPTIONAL {
    ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
    OPTIONAL { ?item skos:inScheme ?edition }
  }
}
GROUP BY ?framework ?label ?edition ?version
"""
_STATUSES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?edition ?version ?status (COUNT(?measure) AS ?n) WHERE {
  ?edition dcterms:isVersionOf <https://w3id.org/bio2kg/id/bio2> ; dcat:version ?version .
  ?measure a b:MeasureEdition ; skos:inScheme ?edition ; b:status ?code .
  ?code skos:prefLabel ?status . FILTER (lang(?status) = ?lang)
}
GROUP BY ?edition ?version ?status
ORDER BY ?version DESC(?n)
"""


@router.get("/")
async def home(request: Request) -> Response:
    """What there is: the frameworks with their editions, and the measures of BIO2 by status."""
    return await run_in_threadpool(_home, request)


def _home(request: Request) -> Response:
    from pyoxigraph import Literal

    store: Store = request.app.state.store
    language = language_of(request)
    bindings = {"lang": Literal(language)}
    frameworks: dict[str, dict[str, object]] = {}
    for row in store.query(_FRAMEWORKS, bindings):
        entry = frameworks.setdefault(row["framework"].value, {"label": row["label"].value, "editions": [], "items": 0})
        if row["edition"] is not None:
            entry["editions"].append((row["edition"].value, row["version"].value, int(row["items"].value)))
    statuses: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in store.query(_STATUSES, bindings):
        statuses.setdefault((row["edition"].value, row["version"].value), []).append((row["status"].value, int(row["n"].value)))
    for entry in frameworks.values():
        entry["editions"].sort(key=lambda e: e[1])
        entry["items"] = sum(items for _, _, items in entry["editions"])
    ordered = sorted(frameworks.items(), key=lambda item: (-item[1]["items"], item[1]["label"]))
    page = render("home.html", language, path="/", frameworks=ordered, statuses=statuses)
    return Response(page, media_type="text/html", headers={"Vary": "Accept-Language", "Content-Language": language})
