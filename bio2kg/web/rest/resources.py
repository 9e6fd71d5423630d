"""The collections under `/v1`: the whole of each, the part that belongs to something, and one thing of it."""

import re

from fastapi import Request, Response
from pyoxigraph import NamedNode

from bio2kg.errors import NotFoundError
from bio2kg.namespaces import ID
from bio2kg.queries import Text
from bio2kg.store import Store
from bio2kg.things import number_forms
from bio2kg.web import locating
from bio2kg.web.rest import answers, facts, filters
from bio2kg.web.rest.collections import Collection, Page, candidates, is_meant, read, schemas
from bio2kg.web.rest.controls import CLAUSES, CONTROLS
from bio2kg.web.rest.frameworks import EDITIONS, FRAMEWORKS
from bio2kg.web.rest.history import DEADLINES, LINEAGE
from bio2kg.web.rest.mappings import CLAIMS, MAPPINGS
from bio2kg.web.rest.measures import MEASURES
from bio2kg.web.rest.operations import Operation, TheStore
from bio2kg.web.rest.provisions import PROVISIONS

COLLECTIONS = (
    FRAMEWORKS,
    EDITIONS,
    MEASURES,
    CONTROLS,
    CLAUSES,
    PROVISIONS,
    MAPPINGS,
    CLAIMS,
    LINEAGE,
    DEADLINES,
)
_FEW = "2"


def operations(the_store: TheStore) -> list[Operation]:
    """The operations on all collections."""
    return [operation for collection in COLLECTIONS for operation in _of(collection, the_store)]


def _of(collection: Collection, the_store: TheStore) -> list[Operation]:
    whole = schemas(collection)[1]
    examples = {f.name: f.example for f in collection.filters if f.example}
    found = [
        Operation(
            f"/{collection.name}",
            f"list-{collection.name}",
            collection.title,
            collection.text,
            collection.name,
            list[whole],  # type: ignore[valid-type]
            lambda request: _list(request, the_store(), collection),
            collection.parameters(),
            {**examples, "pageSize": _FEW},
        )
    ]
    if collection.within:
        found.append(
            Operation(
                collection.within,
                f"list-{collection.name}-within",
                Text(f"{collection.title.nl} hiervan", f"{collection.title.en} of this"),
                collection.text,
                collection.name,
                list[whole],  # type: ignore[valid-type]
                lambda request: _list(request, the_store(), collection),
                collection.parameters(within=True),
                {**collection.example, "pageSize": _FEW},
            )
        )
    embedded = {"include": collection.included[-1].name} if collection.included else {}
    found.append(
        Operation(
            collection.item,
            f"get-{_kebab(collection.one)}",
            Text(f"Eén uit: {collection.title.nl}", f"One of: {collection.title.en}"),
            collection.text,
            collection.name,
            whole,
            lambda request: _one(request, the_store(), collection),
            collection.item_parameters(),
            {**collection.example, **embedded},
            filters.ITEM_FORMS,
        )
    )
    return found


def _list(request: Request, store: Store, collection: Collection) -> Response:
    path = _path(request)

    def make(form: str) -> tuple[bytes, dict[str, str]]:
        parent = _parent(store, collection, path) if path else None
        chosen = filters.choose(store, answers.given(request), collection.parameters(within=bool(path)))
        filters.fits(form, chosen)
        terms: filters.Terms = {**chosen.terms, **({collection.fixed: [parent]} if parent else {})}
        found = collection.find(store, terms)
        things = filters.page_of(chosen, found)
        objects, triples = read(store, collection, things, chosen.fields, chosen.include)
        return answers.page(request, form, chosen, Page(objects, triples, len(found)), collection.columns())

    return answers.answer(request, filters.FORMS, make)


def _one(request: Request, store: Store, collection: Collection) -> Response:
    def make(form: str) -> tuple[bytes, dict[str, str]]:
        chosen = filters.choose(store, answers.given(request), collection.item_parameters())
        filters.fits(form, chosen)
        iri = _meant(store, collection, _path(request))
        (found,), triples = read(store, collection, [iri], chosen.fields, chosen.include)
        return answers.one(request, form, found, triples, iri)

    return answers.answer(request, filters.ITEM_FORMS, make)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _path(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in request.path_params.items()}


def _parent(store: Store, collection: Collection, path: dict[str, str]) -> NamedNode:
    """What the path of a nested collection names. Raises NotFoundError."""
    of = {"edition": EDITIONS, "framework": FRAMEWORKS, "mapping": MAPPINGS}[collection.fixed]
    return NamedNode(_meant(store, of, path))


def _meant(store: Store, collection: Collection, path: dict[str, str]) -> str:
    """The IRI of the thing at an address. Raises NotFoundError with what is nearest."""
    if path.get("edition") == locating.CURRENT:
        current = locating.current(store, f"{path.get('framework', 'bio2')}/{locating.CURRENT}")
        path = {**path, "edition": current.partition("/")[2]}
    likely = candidates(collection, path, number_forms)
    try:
        nodes = [NamedNode(iri) for iri in likely]
    except ValueError as error:
        raise NotFoundError("this address names nothing", remedy="Start at /v1.") from error
    found = facts.names(store, [node.value for node in nodes])
    for iri in likely:
        if is_meant(collection, iri, found, path):
            return iri
    raise _unknown(store, collection, likely)


def _unknown(store: Store, collection: Collection, likely: list[str]) -> NotFoundError:
    # Some frameworks number their parts without the edition, so what is nearest can be there too.
    near = next((n for iri in (likely[0], likely[-1]) if (n := _nearest(store, collection, iri))), [])
    remedy = f"Nearest to it: {', '.join(near)}." if near else f"They are listed at /v1/{collection.name}."
    return NotFoundError(f"there is nothing like {likely[0].removeprefix(ID)} among {collection.name}", remedy=remedy)


def _nearest(store: Store, collection: Collection, iri: str) -> list[str]:
    near = locating.nearest(store, iri)
    found = facts.names(store, near)
    return [found.href(one) for one in near if collection.of_class in found.classes(one)]
