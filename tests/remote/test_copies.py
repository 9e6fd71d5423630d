"""Copies of what is elsewhere: as fresh as they must be, and of nothing that may not be seen."""

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from bio2kg.namespaces import ASSESSMENTS, GRAPH, ID, PREFIXES, B
from bio2kg.remote import copies
from bio2kg.remote.copies import Copies
from bio2kg.store import Store
from tests.remote.servers import Server

FRAMEWORK, ASSESSMENT = f"{GRAPH}framework/x", f"{ASSESSMENTS}x"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def graphs_in(store: Store) -> set[str]:
    answer = store.query(GRAPHS)
    assert isinstance(answer, QuerySolutions)
    return {row["g"].value for row in answer}


class Elsewhere:
    """A store whose graphs say each time that they are read how often that was."""

    def __init__(self) -> None:
        self.said = {FRAMEWORK: "1", ASSESSMENT: "1"}
        self.read_graphs: list[str] = []

    def read(self, graph: NamedNode) -> list[Triple]:
        self.read_graphs.append(graph.value)
        return [Triple(NamedNode("urn:x"), NamedNode("urn:said"), Literal(self.said[graph.value]))]


def test_what_did_not_change_is_copied_once() -> None:
    elsewhere, made = Elsewhere(), Copies()
    first = made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read)
    assert made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read) is first
    assert elsewhere.read_graphs.count(FRAMEWORK) == 1
    assert graphs_in(first) == {FRAMEWORK, ASSESSMENT}


def test_a_change_of_an_assessment_is_seen_at_once() -> None:
    elsewhere, made = Elsewhere(), Copies()
    made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read)
    elsewhere.said[ASSESSMENT] = "2"
    changed = made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read)
    assert [t.object.value for t in changed.read_graph(NamedNode(ASSESSMENT))] == ["2"]
    assert elsewhere.read_graphs.count(FRAMEWORK) == 1


def test_a_change_of_a_framework_is_seen_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, made, now = Elsewhere(), Copies(), [1000.0]
    monkeypatch.setattr(copies.time, "monotonic", lambda: now[0])
    made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read)
    elsewhere.said[FRAMEWORK] = "2"
    for seconds, expected in ((59, "1"), (2, "2")):
        now[0] += seconds
        copy = made.holding([FRAMEWORK], [ASSESSMENT], elsewhere.read)
        assert [t.object.value for t in copy.read_graph(NamedNode(FRAMEWORK))] == [expected]


def test_a_copy_has_only_what_its_caller_sees_and_asks_about(servers: dict[str, Server]) -> None:
    store = servers["virtuoso"].store()
    ours, theirs = (NamedNode(f"{ID}assessment/{name}") for name in ("copied", "not-copied"))
    places = {one: NamedNode(f"{ASSESSMENTS}{one.value.rpartition('/')[2]}") for one in (ours, theirs)}
    kind = NamedNode(f"{PREFIXES['rdf']}type")
    for one, graph in places.items():
        store.replace_graph(graph, [Triple(one, kind, NamedNode(str(B.Assessment)))])
    try:
        ontology = f"{GRAPH}ontology"
        seeing = store.seeing(lambda: [ontology, places[ours].value])
        assert graphs_in(seeing.about([ours, theirs])) == {ontology, places[ours].value}
        both = store.seeing(lambda: [ontology, *(graph.value for graph in places.values())])
        assert graphs_in(both.about([ours])) == {ontology, places[ours].value}
    finally:
        for graph in places.values():
            store.delete_graph(graph)
