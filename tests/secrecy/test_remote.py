"""The same over a store elsewhere, with the register in it: no answer tells of what is hidden there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bio2kg import release
from bio2kg.register import RemoteRegister, graphs
from bio2kg.remote import RemoteStore
from bio2kg.validation.service import Session
from tests.remote.servers import oxigraph
from tests.secrecy import addresses, tricks, worlds
from tests.secrecy.asking import Answer, Ask, answers, differences
from tests.secrecy.worlds import Known
from tests.serving import serving

OWNED = ("restricted of B", "draft of B")


@dataclass
class Elsewhere:
    """A server over a store elsewhere; B can take away there what it keeps to itself, without a trace."""

    known: Known
    store: RemoteStore
    address: str

    def ask(self, asks: list[Ask]) -> list[Answer]:
        return answers([self.address], self.known, asks)[0]

    def wipe(self) -> None:
        for name in OWNED:
            record = self.known.stored[name]
            self.store.delete_graph(record.graph)
            self.store.delete_graph(graphs.graph_of(record.identifier, record.revision, "report"))
            thing = graphs.thing(record.identifier)
            self.store.update(f"DELETE WHERE {{ GRAPH {graphs.REGISTER_GRAPH} {{ {thing} ?p ?o }} }}")


@pytest.fixture(scope="module")
def elsewhere(session: Session, release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    data = release_folder / release.read_manifest(release_folder)["file"]
    home = tmp_path_factory.mktemp("home")
    with oxigraph(tmp_path_factory.mktemp("elsewhere"), data) as server:
        store = server.store()
        known = Known(worlds.tokens(home))
        keep = worlds.keeper(RemoteRegister(store), session, known)
        worlds.store_of_all(keep)
        worlds.store_of_b(keep)
        names = {
            "BIO2KG_STORE": server.query,
            "BIO2KG_STORE_UPDATE": server.update,
            "BIO2KG_STORE_GRAPHS": server.graphs,
        }
        with serving(home, {**worlds.SETTINGS, **names}) as served:
            yield Elsewhere(known, store, served.address)


def _asks(application: TestClient, elsewhere: Elsewhere, caller: str) -> list[Ask]:
    said = [[("query", query)] for query in tricks.queries(elsewhere.known, elsewhere.address)]
    said += tricks.protocol(elsewhere.known)
    # Those that run over all of an assessment take such a store many seconds.
    questions = [a for a in addresses.of_questions(application, elsewhere.known) if "dorp" in a]
    named = [
        a
        for a in addresses.of_what_is_hidden(elsewhere.known)
        if not any(form in a for form in (".nq", ".html", "_profile", "/dumps"))
    ]
    reads = [*named, *questions, "/v1/queries/assessments", "/health/ready"]
    asks = [tricks.asked(query, caller, ("get", "direct")[n % 2]) for n, query in enumerate(said)]
    return asks + addresses.reads(
        reads if caller != "author of A" else [a for a in reads if a.startswith("/v1")], caller
    )


def _writes(elsewhere: Elsewhere, caller: str) -> list[Ask]:
    return [Ask(m, a, caller, headers, content) for m, a, headers, content in addresses.writes(elsewhere.known)]


def test_an_operator_neither_reads_nor_overwrites_what_is_hidden(elsewhere: Elsewhere) -> None:
    """By the Graph Store protocol, which reaches every graph of the store."""
    name = "restricted of B"
    before = answers([elsewhere.address], elsewhere.known, [_read(elsewhere, name)])
    asks = [ask for ask in _writes(elsewhere, "operator of B") if ask.address.startswith("/store")]
    asks += addresses.reads([ask.address for ask in asks], "operator of B")
    register = "https://w3id.org/bio2kg/graph/register"
    asks.append(Ask("PUT", f"/store?graph={register}", "operator", (("Content-Type", "text/turtle"),), worlds.STAD))
    for given in elsewhere.ask(asks):
        assert given.status in (403, 404)
        assert not given.sings()
    assert answers([elsewhere.address], elsewhere.known, [_read(elsewhere, name)]) == before


def _read(elsewhere: Elsewhere, name: str) -> Ask:
    return Ask("GET", f"/v1/assessments/{elsewhere.known.identifier(name)}?format=nt", "author of B")


def test_no_answer_tells_of_what_is_hidden_elsewhere(application: TestClient, elsewhere: Elsewhere) -> None:
    asks = [ask for caller in ("", "author of A") for ask in _asks(application, elsewhere, caller)]
    asks += [ask for caller in ("", "author of A") for ask in _writes(elsewhere, caller)]
    full, own = elsewhere.ask(asks), _asks(application, elsewhere, "author of B")
    own = [ask for ask in own if ask.address.startswith(("/sparql", "/v1/assessments", "/v1/queries/assessments"))]
    seen = elsewhere.ask(own)
    elsewhere.wipe()
    assert differences(asks, elsewhere.ask(asks), full) == []
    told = [ask for ask, here, there in zip(own, elsewhere.ask(own), seen, strict=True) if here != there]
    assert len([ask for ask in told if ask.address.startswith("/sparql")]) > 60
    assert len([ask for ask in told if ask.address.startswith("/v1")]) > 10
