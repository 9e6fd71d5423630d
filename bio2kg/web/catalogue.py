"""``/catalog``: what is published (DCAT-AP-NL), and ``/.well-known/void``: how much of what it holds (VoID)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal, NamedNode, Quad, Triple
from starlette.concurrency import run_in_threadpool

from bio2kg import results
from bio2kg.catalogue.datasets import CATALOGUE, RELEASE
from bio2kg.catalogue.stated import Stated, term
from bio2kg.catalogue.void import DESCRIPTION
from bio2kg.errors import NotAcceptableError
from bio2kg.namespaces import ASSESSMENTS, BASE, CATALOGUE_GRAPH, DOC, ID, PREFIXES
from bio2kg.store import Store
from bio2kg.web import caching, negotiation, profiles
from bio2kg.web.problems import problem
from bio2kg.web.rendering import render

router = APIRouter()
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_BYTE_SIZE = term("dcat:byteSize")
_COUNT = NamedNode(f"{PREFIXES['xsd']}nonNegativeInteger")


@dataclass(frozen=True)
class Row:
    """A dataset as the page shows it: address, texts, and its files as (title, address) per graph."""

    page: str
    title: str
    description: str
    version: str
    publisher: str
    licences: list[str]
    files: list[tuple[str, str]]


@router.api_route("/catalog", methods=["GET", "HEAD"])
async def catalogue(request: Request) -> Response:
    """The catalogue as a page or as RDF."""
    return await run_in_threadpool(_catalogue, request)


@router.api_route("/.well-known/void", methods=["GET", "HEAD"])
async def void(request: Request) -> Response:
    """The VoID description, in Turtle unless another format is asked for."""
    return await run_in_threadpool(_void, request)


def statements(store: Store, *, of_void: bool) -> list[Quad]:
    """The statements of the catalogue graph that are VoID, or those that are not."""
    triples = list(store.read_graph(CATALOGUE_GRAPH))
    return [
        Quad(t.subject, t.predicate, _restored(t), CATALOGUE_GRAPH)
        for t, is_void in zip(triples, _are_void(triples), strict=True)
        if is_void == of_void
    ]


def _are_void(triples: list[Triple]) -> Iterator[bool]:
    void = PREFIXES["void"]
    # The datasets of DCAT share the subject of the whole release; only what VoID alone describes goes along whole.
    own = {
        t.subject
        for t in triples
        if t.predicate == term("rdf:type") and t.object in (term("void:Linkset"), term("void:DatasetDescription"))
    }
    for t in triples:
        is_type = t.predicate == term("rdf:type") and str(getattr(t.object, "value", "")).startswith(void)
        yield t.subject in own or is_type or t.predicate.value.startswith(void)


def _restored(t: Triple) -> NamedNode | Literal:
    """The object as the release has it: the embedded store turns every whole number into an ``xsd:integer``."""
    assert isinstance(t.object, NamedNode | Literal)  # noqa: S101 - the catalogue has no blank nodes
    return Literal(t.object.value, datatype=_COUNT) if t.predicate == _BYTE_SIZE else t.object


def _catalogue(request: Request) -> Response:
    try:
        wanted = negotiation.wanted(request)
    except NotAcceptableError as error:
        others = ", ".join(negotiation.alternates("/catalog"))
        return problem(request, error, headers={"Vary": negotiation.VARY, "Link": others})
    headers = negotiation.fixed_headers("/catalog", wanted)
    headers.pop("Content-Profile", None)
    links = [
        f'<{CATALOGUE}>; rel="describes"',
        f'<{BASE}/catalog>; rel="canonical"',
        *negotiation.alternates("/catalog", wanted),
        f'<{_LICENCE}>; rel="license"',
        '</.well-known/void>; rel="related"; type="text/turtle"',
    ]
    store: Store = request.app.state.store

    def content() -> bytes | str:
        if wanted.form:
            return profiles.serialise(statements(store, of_void=False), wanted.form, CATALOGUE)
        return _page(store, wanted.language)

    described = {**headers, "Link": ", ".join(links)}
    return _answer(request, content, wanted.content_type, described, wanted.search(), wanted.media_type)


def _void(request: Request) -> Response:
    name = request.query_params.get("format")
    if name:
        form: results.Format | str = results.by_name(name, results.GRAPHS)
    else:
        form = results.by_accept(request.headers.get("accept", ""), results.GRAPHS)
    assert isinstance(form, results.Format)  # noqa: S101 - nothing else is on offer
    chosen = form
    links = f'<{RELEASE}>; rel="describes", <{BASE}/.well-known/void>; rel="canonical", <{_LICENCE}>; rel="license"'
    headers = {
        "Vary": "Accept",
        "Content-Location": f"/.well-known/void?format={chosen.name}",
        "Link": f'{links}, </catalog>; rel="related"',
    }
    store: Store = request.app.state.store

    def content() -> bytes:
        return profiles.serialise(statements(store, of_void=True), chosen, DESCRIPTION)

    return _answer(request, content, chosen.content_type, headers, chosen.name)


def _answer(
    request: Request, content: Callable[[], bytes | str], media_type: str, headers: dict[str, str], *parts: str
) -> Response:
    """The document, or 304 without writing it if the client has it already."""
    etag = caching.etag_of_release(request, request.scope["path"], *parts)
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    return caching.answer(request, content(), media_type, headers, etag)


def _page(store: Store, language: str) -> str:
    stated = Stated({CATALOGUE_GRAPH: set(store.read_graph(CATALOGUE_GRAPH))})
    series = {
        text(stated, one, "dcterms:title", language): _rows(stated, stated.iris(one, "dcat:hasVersion"), language)
        for one in stated.instances("dcat:DatasetSeries")
    }
    in_series = {one for s in stated.instances("dcat:DatasetSeries") for one in stated.iris(s, "dcat:hasVersion")}
    rest = [one for one in stated.instances("dcat:Dataset") if one not in in_series and one != RELEASE]
    mapping = [one for one in rest if one.startswith(f"{ID}dataset/mapping/")]
    example = [one for one in rest if one.startswith(f"{ID}dataset/{ASSESSMENTS.rsplit('/', 2)[1]}/")]
    return render(
        "catalogue.html",
        language,
        path="/catalog",
        whole=_row(stated, RELEASE, language),
        description=text(stated, CATALOGUE, "dcterms:description", language),
        provenance=text(stated, f"{ID}provenance/bio2kg", "rdfs:label", language),
        modified=text(stated, CATALOGUE, "dcterms:modified", language),
        count=len(stated.instances("dcat:Dataset")),
        series=dict(sorted(series.items())),
        mapping=_rows(stated, mapping, language),
        example=_rows(stated, example, language),
        other=_rows(stated, [one for one in rest if one not in {*mapping, *example}], language),
        services=[
            {
                "title": text(stated, one, "dcterms:title", language),
                "description": text(stated, one, "dcterms:description", language),
                "address": _local(stated.iris(one, "dcat:endpointURL")[0]),
            }
            for one in stated.instances("dcat:DataService")
        ],
    )


def _rows(stated: Stated, datasets: Iterable[str], language: str) -> list[Row]:
    return [_row(stated, one, language) for one in sorted(datasets)]


def _row(stated: Stated, dataset: str, language: str) -> Row:
    files = stated.iris(dataset, "dcat:distribution")
    publishers = stated.iris(dataset, "dcterms:publisher")
    return Row(
        page=_local(dataset.replace(ID, DOC, 1)),
        title=text(stated, dataset, "dcterms:title", language),
        description=text(stated, dataset, "dcterms:description", language),
        version=text(stated, dataset, "dcat:version", language),
        publisher=", ".join(text(stated, one, "foaf:name", language) for one in publishers),
        licences=sorted({licence for file in files for licence in stated.iris(file, "dcterms:license")}),
        files=[
            (address.removeprefix(f"{BASE}/dumps/"), _local(address))
            for file in files
            for address in stated.iris(file, "dcat:downloadURL")
        ],
    )


def text(stated: Stated, subject: str, curie: str, language: str) -> str:
    """The value in this language, else in any, else nothing."""
    found = [v for v in stated.values(subject, curie) if isinstance(v, Literal)]
    best = [v for v in found if v.language == language] or found
    return best[0].value if best else ""


def _local(iri: str) -> str:
    return iri.removeprefix(BASE)
