"""Assessments that would turn the rules against whoever applies them: shapes, rules and classes of their own."""

from tests.attacks.case import Case, sent

TURTLE = "text/turtle"
TOO_MUCH = (200, 400, 503)
_PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix b: <https://w3id.org/bio2kg/def#> . @prefix prov: <http://www.w3.org/ns/prov#> .
<urn:a> a b:Assessment .
"""
# Every two blank nodes are linked, so that naive canonicalisation tries every order of them.
_CLIQUE = "".join(f"_:a{i} <urn:p> _:a{j} .\n" for i in range(18) for j in range(18) if i != j)
_ASSESSMENT = "<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/bio2kg/def#Assessment> .\n"
_SERVICE = "{ SERVICE <{web}> { ?s ?p ?o } }"


def _judged(name: str, turtle: str, *statuses: int) -> Case:
    """An assessment with more in it; by itself it is judged."""
    return sent(name, TURTLE, _PREFIXES + turtle, *(statuses or (200,)))


def _chain(length: int, link: str) -> str:
    return "".join(f"<urn:c{n}> {link} <urn:c{n + 1}> .\n" for n in range(length))


def _circle(length: int, link: str) -> str:
    return "".join(f"<urn:c{n}> {link} <urn:c{(n + 1) % length}> .\n" for n in range(length))


_SHAPES: list[Case] = [
    _judged("imports of the web", "<urn:o> a owl:Ontology ; owl:imports <{web}> ."),
    _judged("imports of a file", "<urn:o> a owl:Ontology ; owl:imports <file://{file}> ."),
    _judged("shapes graph of the web", "<urn:a> sh:shapesGraph <{web}> . <{web}> a sh:NodeShape ."),
    _judged("shapes in data", "b:Assessment sh:property [ sh:path b:x ; sh:minCount 99 ] ."),
    _judged(
        "script in shapes",
        'b:X sh:js [ sh:jsFunctionName "f" ; sh:jsLibrary [ sh:jsLibraryURL "{web}" ] ] . b:X a sh:NodeShape .',
    ),
    _judged("query in shapes", f'b:Assessment sh:sparql [ sh:select "SELECT $this {_SERVICE}" ] .'),
    _judged(
        "rules in shapes",
        f'b:Assessment sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {{ ?s ?p ?o }} {_SERVICE}" ] .',
    ),
    _judged("functions in shapes", f'<urn:f> a sh:SPARQLFunction ; sh:select "SELECT ?r {_SERVICE}" .'),
    _judged("deactivated rules", "<https://w3id.org/bio2kg/id/rule/AR-01> sh:deactivated true ."),
    _judged("shape in a circle", "<urn:x> a sh:NodeShape ; sh:node <urn:x> ; sh:targetClass b:Assessment ."),
    _judged("path in a circle", "_:p sh:inversePath _:p . <urn:x> a sh:PropertyShape ; sh:path _:p ."),
    _judged("pattern that backtracks", '<urn:x> a sh:PropertyShape ; sh:pattern "^(a+)+$" ; sh:path skos:note .'),
    _judged("text that backtracks", f'<urn:a> skos:note "{"a" * 50_000}!", "{"(" * 50_000}" .'),
]
_REASONING: list[Case] = [
    _judged("list in a circle", "_:a rdf:first 1 ; rdf:rest _:a . <urn:a> <urn:p> _:a ."),
    _judged("list with two ends", "_:a rdf:first 1, 2 ; rdf:rest rdf:nil, _:a . <urn:a> <urn:p> _:a ."),
    _judged("classes in a circle", _circle(3000, "rdfs:subClassOf") + "<urn:a> a <urn:c0> .", *TOO_MUCH),
    _judged("properties in a circle", _circle(3000, "rdfs:subPropertyOf") + "<urn:a> <urn:c0> 1 .", *TOO_MUCH),
    _judged(
        "class of everything", "rdf:type rdfs:subPropertyOf owl:sameAs . rdfs:Resource rdfs:subClassOf b:Assessment ."
    ),
    _judged("type that is no type", "rdf:type a rdf:Property ; rdfs:domain b:Assessment ; rdfs:range b:Assessment ."),
    _judged("same as everything", _chain(5000, "owl:sameAs"), *TOO_MUCH),
    _judged(
        "the same as ours",
        "<urn:a> owl:sameAs <https://w3id.org/bio2kg/id/bio2/1.3> . b:Assessment owl:sameAs b:Edition .",
    ),
    _judged("transitive chain", _chain(20_000, "skos:broader"), *TOO_MUCH),
    _judged("transitive property", "<urn:t> a owl:TransitiveProperty .\n" + _chain(3000, "<urn:t>"), *TOO_MUCH),
    _judged("chain of revisions", _chain(20_000, "prov:wasRevisionOf"), *TOO_MUCH),
    _judged(
        "revisions in a circle", _circle(500, "prov:wasRevisionOf") + "<urn:a> prov:wasRevisionOf <urn:a> .", *TOO_MUCH
    ),
    _judged(
        "restrictions in a circle", "<urn:r> a owl:Restriction ; owl:onProperty <urn:p> ; owl:allValuesFrom <urn:r> ."
    ),
    _judged(
        "cardinality without an end", "<urn:r> a owl:Restriction ; owl:onProperty b:x ; owl:cardinality 99999999999 ."
    ),
    sent("alike blank nodes", "application/n-triples", _CLIQUE + _ASSESSMENT, *TOO_MUCH),
    sent(
        "alike blank nodes in graphs",
        "application/trig",
        "".join(f"_:g{n} {{ {_CLIQUE} }}\n" for n in range(10)) + _ASSESSMENT,
        *TOO_MUCH,
    ),
    sent(
        "long circle of blank nodes",
        "application/n-triples",
        _ASSESSMENT + "".join(f"_:b{n} <urn:p> _:b{(n + 1) % 20_000} .\n" for n in range(20_000)),
        *TOO_MUCH,
    ),
    sent(
        "tree of blank nodes",
        "application/n-triples",
        _ASSESSMENT + "".join(f"_:b{n // 2} <urn:p{n % 2}> _:b{n} .\n" for n in range(2, 30_000)),
        *TOO_MUCH,
    ),
]
_PARTS: list[Case] = [
    _judged(
        "many entries",
        "".join(f"<urn:e{n}> a b:ApplicabilityEntry ; b:inAssessment <urn:a> .\n" for n in range(20_000)),
        *TOO_MUCH,
    ),
    _judged("many assessments", "".join(f"<urn:a{n}> a b:Assessment .\n" for n in range(5000)), *TOO_MUCH),
    _judged("many editions", "".join(f"<urn:a> b:usesEdition <urn:e{n}> .\n" for n in range(20_000)), 400),
    _judged("edition of the web", "<urn:a> b:usesEdition <{web}> .", 400),
    _judged("organisation of the web", "<urn:a> b:organisation <{web}> .", 400),
    _judged("evidence of the web", "<urn:a> rdfs:seeAlso <{web}>, <file://{file}> ; b:evidence <{web}> ."),
    _judged("terms that do not exist", "".join(f"<urn:a> b:applicabilitie{n} 1 .\n" for n in range(300)), *TOO_MUCH),
    _judged("markup in a name", '<urn:a> skos:prefLabel "<script>alert(1)</script>"@nl .'),
    _judged("date without an end", f'<urn:a> b:asOf "{"9" * 100_000}-01-01"^^xsd:date .', *TOO_MUCH),
    _judged("period without an end", '<urn:a> b:reviewPeriod "P999999999999999999999Y"^^xsd:duration .'),
    _judged(
        "number without an end", f"<urn:a> b:level {'9' * 100_000} ; b:share {'9' * 100_000}.{'9' * 1000} .", *TOO_MUCH
    ),
    _judged("number that is none", '<urn:a> b:level "NaN"^^xsd:double, "INF"^^xsd:double, "x"^^xsd:integer .'),
    _judged("type of a literal", '<urn:a> b:level "1"^^<{web}> .'),
]

CASES: list[Case] = [*_SHAPES, *_REASONING, *_PARTS]
