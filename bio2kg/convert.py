"""Terms and triples between the two RDF libraries: Oxigraph holds and serves, rdflib carries pyshacl and owlrl."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import Node

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def to_rdflib(triples: Iterable[Triple]) -> Graph:
    """An rdflib graph with these triples; literals keep their lexical form."""
    graph = Graph(bind_namespaces="none")
    for t in triples:
        graph.add((_to_rdflib(t.subject), _to_rdflib(t.predicate), _to_rdflib(t.object)))
    return graph


def from_rdflib(graph: Graph) -> Iterator[Triple]:
    """The triples of an rdflib graph that are RDF: a literal as subject, which rdflib lets through, is left out."""
    for s, p, o in graph:
        if isinstance(s, RdflibLiteral) or not isinstance(p, URIRef):
            continue
        subject, predicate = _from_rdflib(s), NamedNode(str(p))
        if not isinstance(subject, Literal):
            yield Triple(subject, predicate, _from_rdflib(o))


def _to_rdflib(term: object) -> Node:
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, Literal):
        if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        datatype = None if term.datatype.value == XSD_STRING else URIRef(term.datatype.value)
        return RdflibLiteral(term.value, datatype=datatype, normalize=False)
    raise TypeError(f"not an RDF 1.1 term: {term!r}")


def _from_rdflib(term: Node) -> NamedNode | BlankNode | Literal:
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if isinstance(term, RdflibLiteral):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD_STRING)))
    raise TypeError(f"not an RDF 1.1 term: {term!r}")
