"""What the release says of a named query: a SPARQL query with parameters, in the words of SHACL."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.catalogue.stated import Pairs, of, term, texts
from bio2kg.namespaces import ID
from bio2kg.queries import NamedQuery, Parameter
from bio2kg.queries import texts as typed

# What the value of a parameter is: a thing of a class, or a literal of a datatype.
_CLASSES = {
    "assessment": "b:Assessment",
    "concept": "skos:Concept",
    "control": "b:Control",
    "edition": "b:Edition",
    "framework": "b:Framework",
    "graph": "b:Graph",
    "mapping-set": "b:MappingSet",
    "measure": "b:MeasureEdition",
    "provision": "b:Provision",
}
_DATATYPES = {
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "decimal": "xsd:decimal",
    "duration": "xsd:duration",
    "integer": "xsd:integer",
    "language": "xsd:string",
    "string": "xsd:string",
    "words": "xsd:string",
}


def describe(query: NamedQuery) -> Iterator[Triple]:
    """Its title, description, subjects, text and parameters."""
    node = f"{ID}query/{query.name}"
    yield from of(node, _query(query))
    for place, parameter in enumerate(query.parameters):
        own = f"{node}/parameter/{parameter.name}"
        yield Triple(NamedNode(node), term("sh:parameter"), NamedNode(own))
        yield from of(own, _parameter(parameter, own, place))


def _query(query: NamedQuery) -> Pairs:
    yield "rdf:type", term("b:Query")
    yield "rdf:type", term("sh:SPARQLSelectExecutable")
    yield "dcterms:identifier", Literal(query.name)
    yield "sh:select", Literal(query.text)
    for curie, text in (("dcterms:title", query.title), ("dcterms:description", query.description)):
        yield from texts(curie, {"nl": text.nl, "en": text.en})
    for tag in query.tags:
        yield "dcat:keyword", Literal(tag)


def _parameter(parameter: Parameter, own: str, place: int) -> Pairs:
    yield "rdf:type", term("sh:Parameter")
    # The last part of the path is the name of the variable (SHACL Advanced Features, section 2.1).
    yield "sh:path", NamedNode(own)
    yield "dcterms:identifier", Literal(parameter.name)
    yield from texts("sh:description", {"nl": parameter.description.nl, "en": parameter.description.en})
    yield "sh:order", _number(place)
    yield "sh:optional", _boolean(not parameter.required)
    if parameter.type in _CLASSES:
        yield "sh:class", term(_CLASSES[parameter.type])
    elif parameter.type in _DATATYPES:
        yield "sh:datatype", term(_DATATYPES[parameter.type])
    else:
        yield "sh:nodeKind", term("sh:IRI")
    if not parameter.multiple:
        yield "sh:maxCount", _number(1)
    if parameter.default is not None:
        for value in typed(parameter.default):
            yield "sh:defaultValue", Literal(value)


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=term("xsd:integer"))


def _boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=term("xsd:boolean"))
