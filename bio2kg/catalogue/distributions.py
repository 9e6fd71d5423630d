"""The files of a dataset as DCAT distributions, with licence, size and checksum.

Size and checksum are given for the canonical N-Quads of a graph, which a build has in hand. Every other file has its
checksum beside it (``….sha256``): here that would make the release depend on itself or on a serialiser.
"""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.catalogue import wording
from bio2kg.catalogue.files import CSV, N_QUADS, OF_A_GRAPH, OF_THE_RELEASE, File, Form, dump, whole
from bio2kg.catalogue.stated import EU, Pairs, Stated, of, term, texts
from bio2kg.namespaces import BASE, CATALOGUE_GRAPH, GRAPH, ID, PREFIXES

SPARQL = f"{ID}service/sparql"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
# What is not open has one value in the list of DCAT-AP-NL; our own, more precise one is given as rights.
_NOT_OPEN = "https://definities.geostandaarden.nl/dcat-ap-nl/id/waardelijst/licenties/niet_open"
_XSD = PREFIXES["xsd"]
_ROWS = {term("skos:Concept"), term("b:MappingClaim")}


class Distributions:
    """The distributions of the files in which a release is offered."""

    def __init__(self, stated: Stated, files: Mapping[str, File]) -> None:
        self.stated, self.files = stated, files

    def release(self, dataset: str) -> Iterator[Triple]:
        """The files with everything."""
        for form in OF_THE_RELEASE:
            node = f"{ID}distribution/bio2kg/{form.suffix}"
            yield Triple(NamedNode(dataset), term("dcat:distribution"), NamedNode(node))
            yield from of(node, self._common(whole(form), form, wording.RELEASE_TITLE))
            # A distribution has one licence; that those of the graphs inside differ is said as rights.
            yield from of(node, [*_licence(CC_BY), ("dcterms:rights", NamedNode(f"{ID}rights/release"))])

    def graph(self, dataset: str, graph: str) -> Iterator[Triple]:
        """The files with one graph, which belongs to ``dataset``."""
        for form in (*OF_A_GRAPH, CSV) if self._is_table(graph) else OF_A_GRAPH:
            node = f"{ID}distribution/{graph.removeprefix(GRAPH)}/{form.suffix}"
            yield Triple(NamedNode(dataset), term("dcat:distribution"), NamedNode(node))
            yield from of(node, self._common(dump(graph, form), form, self.stated.texts(graph, "dcterms:title")))
            yield from of(node, _licence(next(iter(self.stated.iris(graph, "dcterms:license")), CC_BY)))
            file = self.files.get(graph)
            if file and form == N_QUADS and graph != CATALOGUE_GRAPH.value:
                yield from of(node, _size(file))
                yield from _checksum(file)

    def _is_table(self, graph: str) -> bool:
        """Whether the graph holds concepts or claims, which make rows."""
        tabular = graph.startswith((f"{GRAPH}framework/", f"{GRAPH}mapping/"))
        return tabular and any(t.object in _ROWS for t in self.stated.graphs[NamedNode(graph)])

    @staticmethod
    def _common(address: str, form: Form, title: Mapping[str, str]) -> Pairs:
        yield "rdf:type", term("dcat:Distribution")
        yield from texts("dcterms:title", {language: f"{text} ({form.name})" for language, text in title.items()})
        yield from texts("dcterms:description", wording.file(form.name, table=form == CSV))
        yield "dcat:accessURL", NamedNode(address)
        yield "dcat:downloadURL", NamedNode(address)
        yield "dcat:accessService", NamedNode(SPARQL)
        yield "dcat:mediaType", NamedNode(form.media_type_iri)
        yield "dcterms:format", NamedNode(form.file_type)
        yield "dcatap:availability", NamedNode(f"{EU}planned-availability/AVAILABLE")
        yield "dcterms:conformsTo", NamedNode(f"{BASE}/def")
        for language in ("NLD", "ENG"):
            yield "dcterms:language", NamedNode(f"{EU}language/{language}")


def _licence(licence: str) -> Pairs:
    if licence.startswith(ID):
        yield "dcterms:license", NamedNode(_NOT_OPEN)
        yield "dcterms:rights", NamedNode(licence)
    else:
        yield "dcterms:license", NamedNode(licence)


def _size(file: File) -> Pairs:
    yield "dcat:byteSize", Literal(str(file.bytes), datatype=NamedNode(f"{_XSD}nonNegativeInteger"))
    yield "spdx:checksum", NamedNode(_address(file))


def _checksum(file: File) -> Iterator[Triple]:
    yield from of(
        _address(file),
        [
            ("rdf:type", term("spdx:Checksum")),
            ("spdx:algorithm", term("spdx:checksumAlgorithm_sha256")),
            ("spdx:checksumValue", Literal(file.sha256, datatype=NamedNode(f"{_XSD}hexBinary"))),
        ],
    )


def _address(file: File) -> str:
    return f"{ID}checksum/sha256/{file.sha256}"
