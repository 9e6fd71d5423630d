"""DCAT-AP-NL 3.0: a dataset per edition, per mapping set, and per graph that belongs to neither.

A dataset is our description of an edition, not the edition: it has an IRI of its own, and nothing is said here of
things that other graphs describe. Its publisher is the body that the framework has (a TOOI identifier where there is
one), its creator who made the data.
"""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.catalogue import wording
from bio2kg.catalogue.distributions import Distributions
from bio2kg.catalogue.files import File
from bio2kg.catalogue.stated import EU, Pairs, Stated, of, term, texts
from bio2kg.namespaces import ASSESSMENTS, BASE, DOC, GRAPH, ID, PREFIXES, SHAPES_GRAPH

CATALOGUE = f"{ID}catalogue"
RELEASE = f"{ID}dataset/bio2kg"
EDITORS = f"{ID}organisation/bio2kg-editors"
VALIDATION = f"{ID}service/validation"
# What the EU's list of dataset statuses has for ours.
_STATUS = {
    "concept": "DEVELOP",
    "in-preparation": "DEVELOP",
    "established": "COMPLETED",
    "in-force": "COMPLETED",
    "superseded": "DEPRECATED",
    "repealed": "WITHDRAWN",
}
# A role of ISO 19115, by the IRIs that DCAT 3 uses where it relates datasets to agents.
_ORIGINATOR = "http://registry.it.csiro.au/def/isotc211/CI_RoleCode/originator"
_XSD = PREFIXES["xsd"]


def dataset(graph: str) -> str:
    """The IRI of the dataset whose main graph this is."""
    return f"{ID}dataset/{graph.removeprefix(GRAPH)}"


class Datasets:
    """The datasets of a release with their series, distributions and organisations."""

    def __init__(self, stated: Stated, files: Mapping[str, File]) -> None:
        self.stated, self.distributions = stated, Distributions(stated, files)
        self.graphs = sorted(graph.value for graph in stated.graphs)
        # What a graph is about, and the framework it belongs to the family of.
        self.editions = self._by_graph("b:Edition", "framework/")
        self.mapping_sets = self._by_graph("b:MappingSet", "")
        self.agents: set[str] = {EDITORS}

    def _by_graph(self, kind: str, folder: str) -> dict[str, str]:
        found = {f"{GRAPH}{folder}{thing.removeprefix(ID)}": thing for thing in self.stated.instances(kind)}
        return {graph: thing for graph, thing in found.items() if graph in self.graphs}

    def triples(self) -> Iterator[Triple]:
        """All of it. Which organisations are named is known only at the end."""
        yield from self._one(RELEASE, self._release())
        yield from self.distributions.release(RELEASE)
        for graph in self.graphs:
            # A part of an edition with another licence or origin goes with the edition.
            if any(graph.startswith(f"{main}/") for main in self.editions):
                continue
            yield from self._one(dataset(graph), self._described(graph))
            yield from self._attributions(graph)
            for part in self._parts(graph):
                yield Triple(NamedNode(dataset(graph)), term("dcterms:hasPart"), NamedNode(part))
                yield from self.distributions.graph(dataset(graph), part)
        yield from self._series()
        yield from of(CATALOGUE, self._latest_change())
        for agent in sorted(self.agents):
            yield from of(agent, self._agent(agent))

    def _one(self, node: str, pairs: Pairs) -> Iterator[Triple]:
        """A dataset, in the catalogue and behind the services that give it."""
        yield from of(node, pairs)
        yield Triple(NamedNode(CATALOGUE), term("dcat:dataset"), NamedNode(node))
        for service in self.stated.instances("dcat:DataService"):
            if service != VALIDATION or node == dataset(SHAPES_GRAPH.value):
                yield Triple(NamedNode(service), term("dcat:servesDataset"), NamedNode(node))

    def _parts(self, graph: str) -> list[str]:
        if graph not in self.editions:
            return [graph]
        return [g for g in self.graphs if g == graph or g.startswith(f"{graph}/")]

    def _described(self, graph: str) -> Pairs:
        if graph in self.editions:
            return self._edition(graph, self.editions[graph])
        if graph in self.mapping_sets:
            return self._mapping_set(graph, self.mapping_sets[graph])
        return self._assessment(graph) if graph.startswith(ASSESSMENTS) else self._other(graph)

    def _release(self) -> Pairs:
        yield from self._common(RELEASE, wording.RELEASE_TITLE, wording.RELEASE, f"{BASE}/catalog")
        yield from self._publisher()
        for graph in self.graphs:
            yield "dcterms:hasPart", NamedNode(graph)

    def _edition(self, graph: str, edition: str) -> Pairs:
        stated = self.stated
        title = stated.texts(edition, "dcterms:title", "skos:prefLabel")
        description = wording.edition(title, stated.texts(edition, "dcterms:description"))
        yield from self._common(dataset(graph), title, description, _page(edition))
        yield "foaf:primaryTopic", NamedNode(edition)
        frameworks = stated.iris(edition, "dcterms:isVersionOf")
        yield from self._publisher()
        for framework in frameworks:
            yield "dcat:inSeries", NamedNode(_series(framework))
            yield "dcat:isVersionOf", NamedNode(_series(framework))
        yield from self._copied(edition, "dcat:version", "dcterms:issued")
        yield from self._sources(edition)
        for previous in self._previous(edition):
            yield "dcat:previousVersion", NamedNode(previous)
            yield "dcat:prev", NamedNode(previous)
        for status in stated.iris(edition, "b:editionStatus")[:1]:
            if code := _STATUS.get(status.rpartition("/")[2]):
                yield "adms:status", NamedNode(f"{EU}dataset-status/{code}")

    def _attributions(self, graph: str) -> Iterator[Triple]:
        """The body behind the framework of an edition: the originator of what is described, not of the description."""
        for framework in self.stated.iris(self.editions.get(graph, ""), "dcterms:isVersionOf"):
            for body in self.stated.iris(framework, "dcterms:publisher"):
                node = f"{ID}attribution/{graph.removeprefix(GRAPH)}/{body.rpartition('/')[2]}"
                self.agents.add(body)
                yield Triple(NamedNode(dataset(graph)), term("prov:qualifiedAttribution"), NamedNode(node))
                yield from of(
                    node,
                    [
                        ("rdf:type", term("prov:Attribution")),
                        ("prov:agent", NamedNode(body)),
                        ("dcat:hadRole", NamedNode(_ORIGINATOR)),
                    ],
                )

    def _previous(self, edition: str) -> list[str]:
        """The datasets of the editions before this one."""
        earlier = self.stated.iris(edition, "dcat:previousVersion")
        return [dataset(graph) for graph, known in self.editions.items() if known in earlier]

    def _mapping_set(self, graph: str, mapping_set: str) -> Pairs:
        title = self.stated.texts(mapping_set, "dcterms:title")
        description = wording.mapping_set(title, self.stated.texts(mapping_set, "dcterms:description"))
        yield from self._common(dataset(graph), title, description, _page(mapping_set))
        yield "foaf:primaryTopic", NamedNode(mapping_set)
        yield from self._publisher()
        yield from self._copied(mapping_set, "dcat:version", "dcterms:issued")
        yield from self._sources(mapping_set)
        related = {e for side in ("subject", "object") for e in self.stated.iris(mapping_set, f"sssom:{side}_source")}
        for framework in (f for f, edition in self.editions.items() if edition in related):
            yield "dcterms:relation", NamedNode(dataset(framework))

    def _assessment(self, graph: str) -> Pairs:
        assessment = f"{ID}assessment/{graph.removeprefix(ASSESSMENTS)}"
        title = self.stated.texts(graph, "dcterms:title")
        yield from self._common(dataset(graph), title, wording.assessment(title), _page(assessment))
        yield "foaf:primaryTopic", NamedNode(assessment)
        yield from self._publisher()
        yield from self._sources(graph)
        for earlier in self.stated.iris(assessment, "prov:wasRevisionOf"):
            yield "dcat:previousVersion", NamedNode(dataset(f"{ASSESSMENTS}{earlier.rpartition('/')[2]}"))
        for day in self.stated.values(assessment, "b:completedOn"):
            yield "dcterms:issued", day

    def _other(self, graph: str) -> Pairs:
        title = self.stated.texts(graph, "dcterms:title")
        yield from self._common(dataset(graph), title, wording.graph(title), graph)
        yield from self._publisher()
        yield from self._sources(graph)

    def _common(self, node: str, title: Mapping[str, str], description: Mapping[str, str], page: str) -> Pairs:
        yield "rdf:type", term("dcat:Dataset")
        yield from texts("dcterms:title", title)
        yield from texts("dcterms:description", description)
        yield "dcterms:identifier", Literal(node, datatype=NamedNode(f"{_XSD}anyURI"))
        yield "dcterms:creator", NamedNode(EDITORS)
        yield from self._contact()
        yield "dcterms:accessRights", NamedNode(f"{EU}access-right/PUBLIC")
        for theme in ("GOVE", "TECH"):
            yield "dcat:theme", NamedNode(f"{EU}data-theme/{theme}")
        for language in ("NLD", "ENG"):
            yield "dcterms:language", NamedNode(f"{EU}language/{language}")
        for word in wording.KEYWORDS:
            yield "dcat:keyword", word
        yield "dcterms:spatial", NamedNode(f"{EU}country/NLD")
        yield "dcterms:conformsTo", NamedNode(f"{BASE}/def")
        yield "dcterms:provenance", NamedNode(f"{ID}provenance/bio2kg")
        yield "dcat:landingPage", NamedNode(page)
        yield "foaf:page", NamedNode(f"{BASE}/catalog")

    def _publisher(self) -> Pairs:
        """Who publishes the catalogue publishes its datasets; the body behind a framework published something else."""
        for publisher in self.stated.iris(CATALOGUE, "dcterms:publisher"):
            self.agents.add(publisher)
            yield "dcterms:publisher", NamedNode(publisher)

    def _contact(self) -> Pairs:
        for contact in self.stated.iris(CATALOGUE, "dcat:contactPoint"):
            yield "dcat:contactPoint", NamedNode(contact)

    def _copied(self, subject: str, *curies: str) -> Pairs:
        for curie in curies:
            for value in self.stated.values(subject, curie):
                yield curie, value

    def _sources(self, thing: str) -> Pairs:
        """The sources as provenance: DCAT keeps ``dcterms:source`` for datasets that another was made from."""
        for source in self.stated.iris(thing, "dcterms:source"):
            yield "prov:wasDerivedFrom", NamedNode(source)

    def _series(self) -> Iterator[Triple]:
        """A series for each framework of which there is an edition."""
        members: dict[str, list[str]] = {}
        for graph, edition in self.editions.items():
            for framework in self.stated.iris(edition, "dcterms:isVersionOf"):
                members.setdefault(framework, []).append(graph)
        for framework, graphs in sorted(members.items()):
            yield from of(_series(framework), self._one_series(framework, graphs))

    def _one_series(self, framework: str, graphs: list[str]) -> Pairs:
        title = self.stated.texts(framework, "skos:prefLabel")
        yield "rdf:type", term("dcat:DatasetSeries")
        yield from texts("dcterms:title", title)
        yield from texts("dcterms:description", self.stated.texts(framework, "dcterms:description") or title)
        yield from self._contact()
        yield "foaf:primaryTopic", NamedNode(framework)
        yield from self._publisher()
        previous = {graph: self._previous(self.editions[graph]) for graph in graphs}
        followed = {one for earlier in previous.values() for one in earlier}
        for graph in graphs:
            yield "dcat:hasVersion", NamedNode(dataset(graph))
        # Editions that nothing orders are no chain: then there is no first or last.
        first = [graph for graph in graphs if not previous[graph]]
        last = [graph for graph in graphs if dataset(graph) not in followed]
        if len(first) == len(last) == 1:
            yield "dcat:first", NamedNode(dataset(first[0]))
            yield "dcat:last", NamedNode(dataset(last[0]))

    def _latest_change(self) -> Pairs:
        """The catalogue is as new as the newest of what the editors made: a mapping set or a rule."""
        made = {
            value.value
            for kind in ("b:MappingSet", "b:Rule")
            for thing in self.stated.instances(kind)
            for curie in ("dcterms:issued", "dcterms:created", "dcterms:modified")
            for value in self.stated.values(thing, curie)
        }
        if made:
            yield "dcterms:modified", Literal(max(made), datatype=NamedNode(f"{_XSD}date"))

    def _agent(self, agent: str) -> Pairs:
        yield "rdf:type", term("foaf:Agent")
        for name in self.stated.values(agent, "foaf:name") or [Literal(agent)]:
            yield "foaf:name", name


def _series(framework: str) -> str:
    return f"{ID}series/{framework.removeprefix(ID)}"


def _page(thing: str) -> str:
    return thing.replace(ID, DOC, 1)
