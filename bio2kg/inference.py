"""What follows from what is stated, by OWL 2 RL, as a graph of its own.

owlrl applies the whole rule set to every triple, and most of what it yields says nothing: that everything equals
itself, that a string is a literal. So it is given only what the rules can act on (the ontology, types, and the
statements whose property has an axiom), and of its answer only new statements about our own things are kept.
"""

from collections.abc import Iterable

import owlrl
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import OWL, Graph, URIRef

from bio2kg.convert import from_rdflib, to_rdflib
from bio2kg.errors import FindingsError
from bio2kg.namespaces import BASE, PREFIXES

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]
_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
_TYPE = NamedNode(f"{_RDF}type")
_SCHEMA = (_RDF, _RDFS, _OWL)
_AXIOM_TYPES = {
    NamedNode(f"{_OWL}{kind}Property")
    for kind in ("Symmetric", "Transitive", "Functional", "InverseFunctional", "Irreflexive", "Asymmetric")
}
# Axioms by the property of the vocabulary that states them: those that act on their subject, and on their object.
_BETWEEN = {f"{_OWL}inverseOf", f"{_OWL}equivalentProperty", f"{_OWL}propertyDisjointWith"}
_ON_SUBJECT = {f"{_RDFS}subPropertyOf", f"{_RDFS}domain", f"{_RDFS}range", *_BETWEEN}
_ON_OBJECT = {f"{_OWL}onProperty", f"{_RDF}first", *_BETWEEN}  # rdf:first for the steps of a property chain


def infer(ontology: Iterable[Triple], stated: Iterable[Triple]) -> list[Triple]:
    """The triples that follow from ``ontology`` and ``stated`` and are not among them.

    Left out: trivial ones (``owl:Thing``, sameness with itself, the schema's own hierarchy, anything about nodes
    outside the project) and those with a literal as subject, which are no RDF. Raises FindingsError if what is stated
    contradicts itself.
    """
    ontology = list(ontology)
    known = set(ontology)
    active = _active_properties(ontology)
    relevant = []
    for triple in stated:
        known.add(triple)
        if not isinstance(triple.object, Literal) and (triple.predicate == _TYPE or triple.predicate.value in active):
            relevant.append(triple)
    graph = to_rdflib([*(t for t in ontology if not isinstance(t.object, Literal)), *relevant])
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    _require_consistency(graph)
    return [t for t in from_rdflib(graph) if t not in known and _says_something(t)]


def _require_consistency(graph: Graph) -> None:
    """owlrl reports a contradiction as a node with a text; two names for one thing would be one we never meant."""
    errors = [str(text) for text in graph.objects(None, _ERROR)]
    errors += [
        f"{s} and {o} would be the same"
        for s, o in graph.subject_objects(OWL.sameAs)
        if s != o and str(s).startswith(BASE) and str(o).startswith(BASE)
    ]
    if errors:
        raise FindingsError(
            f"{len(errors)} contradiction(s) follow from what is stated:\n"
            + "\n".join(f"  {e}" for e in sorted(errors)[:20]),
            remedy="\nCorrect the statements; the release that was there is untouched.",
        )


def _active_properties(ontology: list[Triple]) -> set[str]:
    """The properties on which some axiom acts."""
    active: set[object] = set()
    for t in ontology:
        if t.predicate.value in _ON_SUBJECT or (t.predicate == _TYPE and t.object in _AXIOM_TYPES):
            active.add(t.subject)
        if t.predicate.value in _ON_OBJECT:
            active.add(t.object)
    return {term.value for term in active if isinstance(term, NamedNode)}


def _says_something(t: Triple) -> bool:
    if not isinstance(t.subject, NamedNode) or not t.subject.value.startswith(f"{BASE}/id/"):
        return False
    if not isinstance(t.object, NamedNode) or t.subject == t.object:
        return False
    return not t.object.value.startswith(_SCHEMA) and (
        t.predicate == _TYPE or not t.predicate.value.startswith(_SCHEMA)
    )
