"""The vocabulary keeps its own quality rules (family QC), and each of those rules fires on a broken copy.

A case of the table breaks the vocabulary in one way, written as SPARQL 1.1 Update, and names the constraint that must
then report. To keep the table fast a case is checked against the rule it is about, and no other.
"""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import OWL, RDF, SH, Graph, URIRef

from bio2kg import checks, turtle
from bio2kg.convert import to_rdflib
from bio2kg.namespaces import BASE, DEF, ID, PREFIXES, RULE
from tests.rules.shacl import results, rule_alone

ROOT = Path(__file__).resolve().parent.parent
SHAPES = ROOT / "shapes" / "ontology.ttl"
FILES = sorted((ROOT / "ontology").rglob("*.ttl"))

# Relative IRIs are resolved against this, so <def> is the vocabulary and <id/status> a code list.
PROLOGUE = f"BASE <{BASE}/>\n" + "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

TERM = 'rdfs:label "x"@nl, "x"@en ; skos:definition "x"@nl, "x"@en ; rdfs:isDefinedBy <def>'
CONCEPT = 'a skos:Concept ; skos:prefLabel "q"@nl, "q"@en ; skos:definition "q"@nl, "q"@en ; skos:notation "q"'


@dataclass(frozen=True)
class Case:
    """What is broken and how, and the constraints of one rule that must report it (none: it is allowed)."""

    constraint: str
    broken: str
    update: str
    also: tuple[str, ...] = ()
    allowed: bool = False

    def __str__(self) -> str:
        return f"{self.constraint}: {self.broken}"


def put(subject: str, predicate: str, value: str) -> str:
    """Replaces whatever value there is."""
    old, new = f"{subject} {predicate} ?x", f"{subject} {predicate} {value}"
    return f"DELETE {{ {old} }} INSERT {{ {new} }} WHERE {{ {old} }}"


def add(turtle_text: str) -> str:
    return f"INSERT DATA {{ {turtle_text} }}"


def restrict(axiom: str, restriction: str) -> str:
    """Gives a class a restriction on one of its properties, as superclass or as equivalent."""
    return add(f"b:Measure {axiom} [ a owl:Restriction ; owl:onProperty b:status ; {restriction} ]")


def drop(subject: str, predicate: str) -> str:
    return f"DELETE WHERE {{ {subject} {predicate} ?x }}"


def drop_dutch(subject: str, predicate: str) -> str:
    return f'DELETE {{ {subject} {predicate} ?x }} WHERE {{ {subject} {predicate} ?x FILTER (LANG(?x) = "nl") }}'


CASES = [
    Case("QC-01/version-iri", "no version IRI", drop("<def>", "owl:versionIRI")),
    Case("QC-01/version-iri", "two version IRIs", add("<def> owl:versionIRI <def/1.0.1>"), also=("QC-01/agreement",)),
    Case("QC-01/version-info", "no version number", drop("<def>", "owl:versionInfo")),
    Case(
        "QC-01/version-info",
        "a version of two parts",
        put("<def>", "owl:versionInfo", '"1.0"'),
        also=("QC-01/agreement",),
    ),
    Case("QC-01/agreement", "number and IRI of two versions", put("<def>", "owl:versionInfo", '"99.0.0"')),
    Case("QC-02/undecided", "compatible or not is not said", drop("<def>", "owl:backwardCompatibleWith")),
    Case("QC-02/contradiction", "compatible and incompatible", add("<def> owl:incompatibleWith <def/1.0.0>")),
    Case(
        "QC-02/prior-version",
        "two prior versions",
        add("<def> owl:priorVersion <def/0.0.1> ; owl:incompatibleWith <def/0.0.1>"),
    ),
    Case("QC-03/title", "no Dutch title", drop_dutch("<def>", "dcterms:title")),
    Case("QC-03/description", "a third language", add('<def> dcterms:description "x"@de')),
    Case("QC-03/licence", "licence as text", put("<def>", "dcterms:license", '"CC BY"')),
    Case("QC-03/creator", "no creator", drop("<def>", "dcterms:creator")),
    Case("QC-03/publisher", "no publisher", drop("<def>", "dcterms:publisher")),
    Case("QC-03/issued", "date of issue as text", put("<def>", "dcterms:issued", '"2026"'), also=("QC-03/order",)),
    Case("QC-03/modified", "no date of modification", drop("<def>", "dcterms:modified")),
    Case("QC-03/order", "modified before it was issued", put("<def>", "dcterms:modified", '"2020-01-01"^^xsd:date')),
    Case("QC-03/prefix", "another prefix", put("<def>", "vann:preferredNamespacePrefix", '"bio"')),
    Case("QC-03/namespace", "another namespace", put("<def>", "vann:preferredNamespaceUri", '"https://example.org/"')),
    Case("QC-04/text", "class without Dutch label", drop_dutch("b:Measure", "rdfs:label")),
    Case("QC-04/text", "property with two English labels", add('b:status rdfs:label "state"@en')),
    Case("QC-04/text", "label without language", add('b:status rdfs:label "state"')),
    Case("QC-05/text", "class without Dutch definition", drop_dutch("b:Measure", "skos:definition")),
    Case("QC-05/text", "two Dutch definitions", add('b:Measure skos:definition "tweede"@nl')),
    Case("QC-06/untyped", "a term that is only an rdf:Property", add(f"b:extra a rdf:Property ; {TERM}")),
    Case("QC-06/two-kinds", "thing and text as value", add("b:status a owl:DatatypeProperty")),
    Case("QC-06/defined-by", "no rdfs:isDefinedBy", drop("b:Measure", "rdfs:isDefinedBy")),
    Case("QC-06/defined-by", "a second rdfs:isDefinedBy", add("b:Measure rdfs:isDefinedBy <https://example.org/>")),
    Case("QC-06/foreign", "a foreign term defined by us", add("skos:broader rdfs:isDefinedBy <def>")),
    Case("QC-07/class", "class in lower case", add(f"b:lowerClass a owl:Class ; {TERM}")),
    Case("QC-07/property", "property with a hyphen", add(f"b:some-thing a owl:ObjectProperty ; {TERM}")),
    Case("QC-07/property", "property in upper case", add(f"b:SomeThing a owl:DatatypeProperty ; {TERM}")),
    Case("QC-08/datatype", "range xsd:date", add("b:gazetteDate rdfs:range xsd:date")),
    Case("QC-08/datatype", "range xsd:duration", add("b:interval rdfs:range xsd:duration")),
    Case("QC-08/datatype", "a class as range of text", add("b:interval rdfs:range b:Measure")),
    Case("QC-08/object", "a datatype as range of things", add("b:status rdfs:range xsd:string")),
    Case(
        "QC-09/superclass",
        "unionOf above a class",
        add("b:Measure rdfs:subClassOf [ owl:unionOf ( b:Control b:Clause ) ]"),
    ),
    Case(
        "QC-09/superclass",
        "someValuesFrom above a class",
        restrict("rdfs:subClassOf", "owl:someValuesFrom skos:Concept"),
    ),
    Case(
        "QC-09/superclass",
        "minCardinality above a class",
        restrict("rdfs:subClassOf", "owl:minCardinality 1"),
    ),
    Case(
        "QC-09/superclass",
        "maxCardinality 2 above a class",
        restrict("rdfs:subClassOf", "owl:maxCardinality 2"),
    ),
    Case(
        "QC-09/superclass", "unionOf as domain", add("b:claimStatus rdfs:domain [ owl:unionOf ( b:Control b:Clause ) ]")
    ),
    Case(
        "QC-09/superclass",
        "oneOf inside an intersection",
        add("b:Measure rdfs:subClassOf [ owl:intersectionOf ( b:Control [ owl:oneOf ( id:x ) ] ) ]"),
    ),
    Case(
        "QC-09/superclass",
        "maxCardinality 1 above a class",
        restrict("rdfs:subClassOf", "owl:maxCardinality 1"),
        allowed=True,
    ),
    Case(
        "QC-09/superclass",
        "unionOf below a class",
        add("[ a owl:Class ; owl:unionOf ( b:Control b:Clause ) ] rdfs:subClassOf skos:Concept"),
        allowed=True,
    ),
    Case(
        "QC-09/equivalent",
        "allValuesFrom as equivalent",
        restrict("owl:equivalentClass", "owl:allValuesFrom skos:Concept"),
    ),
    Case("QC-09/axiom", "reflexive property", add("b:refersTo a owl:ReflexiveProperty")),
    Case("QC-09/axiom", "disjointUnionOf", add("b:Measure owl:disjointUnionOf ( b:Control b:Clause )")),
    Case("QC-10/text", "concept without Dutch label", drop_dutch("<id/status/active>", "skos:prefLabel")),
    Case("QC-10/text", "concept with two English labels", add('<id/status/active> skos:prefLabel "In use"@en')),
    Case("QC-11/text", "concept without Dutch definition", drop_dutch("<id/status/active>", "skos:definition")),
    Case(
        "QC-12/notation",
        "a code that is not the end of the IRI",
        put("<id/status/active>", "skos:notation", '"actief"'),
    ),
    Case("QC-12/notation", "no code", drop("<id/status/active>", "skos:notation")),
    Case("QC-12/notation", "two codes", add('<id/status/active> skos:notation "actief"')),
    Case(
        "QC-12/scheme",
        "concept in a second list",
        add("<id/status/active> skos:inScheme <id/category>"),
        also=("QC-12/top",),
    ),
    Case(
        "QC-12/scheme",
        "IRI outside its list",
        add(f"<id/other/q> {CONCEPT} ; skos:inScheme <id/status> ; skos:topConceptOf <id/status>"),
    ),
    Case("QC-12/orphan", "concept in no list", add(f"<id/status/q> {CONCEPT}")),
    Case("QC-12/top", "neither top concept nor below one", drop("<id/status/active>", "skos:topConceptOf")),
    Case(
        "QC-12/label",
        "two concepts of a list with one label",
        "INSERT { <id/status/active> skos:prefLabel ?label } WHERE { <id/status/withdrawn> skos:prefLabel ?label }",
    ),
    Case("QC-13/title", "list without Dutch title", drop_dutch("<id/status>", "dcterms:title")),
    Case("QC-13/description", "list without description", drop("<id/status>", "dcterms:description")),
    Case("QC-13/licence", "list without licence", drop("<id/status>", "dcterms:license")),
    Case(
        "QC-13/each",
        "a part of the vocabulary that is no list",
        add("<id/other> dcterms:isPartOf <def>"),
        also=("QC-13/title", "QC-13/description", "QC-13/licence"),
    ),
    Case("QC-13/part", "list outside the vocabulary", drop("<id/status>", "dcterms:isPartOf")),
    Case("QC-14/see-also", "rdfs:seeAlso as text", add('b:status rdfs:seeAlso "x"')),
    Case("QC-14/defined-by", "rdfs:isDefinedBy as text", add('skos:broader rdfs:isDefinedBy "http://x"')),
    Case("QC-14/source", "dcterms:source as text", add('<id/status/active> dcterms:source "x"')),
    Case("QC-15/language", "word form in English", add('<id/role/ciso> skos:hiddenLabel "security officer"@en')),
    Case(
        "QC-15/preferred",
        "preferred label as word form",
        add('<id/role/ciso> skos:hiddenLabel "ib-baas"@nl ; skos:prefLabel "ib-baas"@nl'),
    ),
    Case(
        "QC-15/alternative",
        "alternative label as word form",
        add('<id/role/ciso> skos:hiddenLabel "ib-baas"@nl ; skos:altLabel "ib-baas"@nl'),
    ),
    Case("QC-15/case", "word form with a capital", add('<id/role/ciso> skos:hiddenLabel "Ciso"@nl')),
    Case("QC-15/case", "word form with a space behind", add('<id/role/ciso> skos:hiddenLabel "cso "@nl')),
    Case(
        "QC-15/shared",
        "word form of two roles",
        add(
            '<id/role/ciso> skos:hiddenLabel "ib-baas"@nl . '
            '<id/role/q> skos:hiddenLabel "ib-baas"@nl ; skos:inScheme <id/role>'
        ),
    ),
    Case("QC-16/unknown", "superclass that does not exist", add("b:Measure rdfs:subClassOf b:Measur")),
    Case("QC-16/unknown", "property that does not exist", add('<id/status/active> b:statuss "x"')),
    Case(
        "QC-16/unknown",
        "class in a list that does not exist",
        add("[] a owl:AllDisjointClasses ; owl:members ( b:Measure b:Foo )"),
    ),
    Case("QC-17/relation", "no SKOS relation", drop("<id/set-relation/equal-to>", "b:skosRelation")),
    Case(
        "QC-17/relation",
        "a relation inside one scheme",
        put("<id/set-relation/equal-to>", "b:skosRelation", "skos:broader"),
    ),
    Case(
        "QC-17/own",
        "two set relations with one SKOS relation",
        put("<id/set-relation/equal-to>", "b:skosRelation", "skos:closeMatch"),
    ),
    Case(
        "QC-17/own",
        "a relation for no-relationship",
        add("<id/set-relation/no-relationship> b:skosRelation skos:relatedMatch"),
    ),
]

# The contract of the design (section 6): queries written by others rely on these names.
CORE_CLASSES = (
    "Framework Edition MeasureEdition Measure Control Clause Provision Deadline MappingClaim LineageEvent Erratum"
)
CORE_PROPERTIES = """
    status underControl editionOf movedTo refersTo category mentionsRole wordingDigest sourceWording theme attribute
    setBy deadlineKind interval binding setRelation claimStatus from to lineageKind sourceReading proposedReading
"""

# These only lead to another property shape, which reports.
LEADING = {"QC-04/each", "QC-05/each", "QC-10/each", "QC-11/each"}


@pytest.fixture(scope="module")
def ontology() -> list[pyoxigraph.Triple]:
    return [triple for path in FILES for triple in turtle.read(path)]


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return to_rdflib(turtle.read(SHAPES))


def broken(ontology: list[pyoxigraph.Triple], update: str) -> list[pyoxigraph.Triple]:
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(t.subject, t.predicate, t.object) for t in ontology)
    before = {quad.triple for quad in store}
    store.update(PROLOGUE + update)
    after = [quad.triple for quad in store]
    assert set(after) != before, "the case changes nothing: the vocabulary has other terms now"
    return after


def test_the_vocabulary_keeps_its_quality_rules(ontology: list[pyoxigraph.Triple]) -> None:
    assert checks.check(ontology, [], turtle.read(SHAPES), {}) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_quality_rule_fires_on_a_broken_copy(case: Case, ontology: list[pyoxigraph.Triple], shapes: Graph) -> None:
    data = to_rdflib(broken(ontology, case.update))
    severity = "Warning" if case.constraint == "QC-02/undecided" else "Violation"
    expected = set() if case.allowed else {(severity, name) for name in (case.constraint, *case.also)}
    found = results(data, rule_alone(shapes, case.constraint.partition("/")[0]))
    assert {(result.severity, result.constraint) for result in found} == expected


def test_every_quality_constraint_has_a_case_that_it_reports(shapes: Graph) -> None:
    constraints = {str(o).removeprefix(RULE) for p in (SH.sparql, SH.property) for o in shapes.objects(None, p)}
    assert constraints - LEADING == {case.constraint for case in CASES if not case.allowed}


def test_the_core_terms_that_others_query_by_are_there(ontology: list[pyoxigraph.Triple]) -> None:
    graph = to_rdflib(ontology)
    assert {name for name in CORE_CLASSES.split() if (URIRef(DEF + name), RDF.type, OWL.Class) not in graph} == set()
    assert {
        name
        for name in CORE_PROPERTIES.split()
        if not {OWL.ObjectProperty, OWL.DatatypeProperty} & set(graph.objects(URIRef(DEF + name), RDF.type))
    } == set()


@pytest.mark.parametrize(
    ("code_list", "codes"),
    [
        ("status", "active no-measure moved withdrawn see-other"),
        ("category", "basishygiene ketenhygiene overheidsrisico nis2"),
        ("deadline-kind", "recurrence maximum-delay minimum-retention event"),
        ("binding", "hard soft"),
        ("claim-status", "official third-party own-judgement"),
        # The four dimensions of an assessment, and what its rules rest on.
        ("applicability", "applicable not-applicable replaced-by-equivalent"),
        ("implementation-status", "not-started planned partial implemented verified"),
        ("aspect", "opzet bestaan werking"),
        ("finding-result", "conform partly-conform not-conform not-assessed not-applicable"),
        ("assessment-method", "self-assessment audit pentest red-team supplier-report"),
        ("rule-profile", "draft submission public"),
        ("lineage-kind", "unchanged reworded moved renumbered split merged withdrawn introduced returned"),
    ],
)
def test_the_code_lists_of_the_contract_hold_its_codes(code_list: str, codes: str) -> None:
    concepts = turtle.read(ROOT / "ontology" / "codelists" / f"{code_list}.ttl")
    found = {t.subject.value for t in concepts if t.predicate.value == f"{PREFIXES['skos']}inScheme"}
    assert {f"{ID}{code_list}/{code}" for code in codes.split()} <= found


@pytest.mark.parametrize("path", [*FILES, *sorted(SHAPES.parent.glob("*.ttl"))], ids=lambda p: p.name)
def test_the_files_are_in_the_layout_of_the_project(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert turtle.write(turtle.read(path), turtle.header(text)) == text
