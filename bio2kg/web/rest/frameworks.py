"""The frameworks and their editions."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection, Included
from bio2kg.web.rest.common import SOURCES
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.members import Form, Member

EDITIONS = Collection(
    "editions",
    "Edition",
    Text("Edities", "Editions"),
    Text(
        "De edities van de kaders, met hun status en wat eraan voorafging.",
        "The editions of the frameworks, with their status and what came before.",
    ),
    "Edition",
    (
        Member("version", "dcat:version", Form.TEXT, Text("De versie", "The version")),
        Member("name", "skos:prefLabel", Form.LABELS, Text("De naam", "The name")),
        Member("title", "dcterms:title", Form.LABELS, Text("De titel", "The title")),
        Member("description", "dcterms:description", Form.LABELS, Text("De omschrijving", "The description")),
        Member("framework", "dcterms:isVersionOf", Form.LINK, Text("Het kader", "The framework")),
        Member("status", "b:editionStatus", Form.CODE, Text("De status", "The status")),
        Member("issued", "dcterms:issued", Form.DATE, Text("Uitgebracht op", "Issued on")),
        Member("previous", "dcat:previousVersion", Form.LINK, Text("De vorige editie", "The edition before")),
        Member("identifiers", "dcterms:identifier", Form.TEXT, Text("Andere kenmerken", "Identifiers"), many=True),
        Member("pages", "foaf:page", Form.IRI, Text("Pagina's van de uitgever", "Pages of the publisher"), many=True),
        *SOURCES,
    ),
    (
        Filter(
            parameter("framework", "framework", "Het kader", "The framework"),
            "VALUES ?framework { UNDEF } ?thing dcterms:isVersionOf ?framework .",
            "bio2",
        ),
        Filter(
            parameter("status", "concept", "De status", "The status", list="edition-status"),
            "VALUES ?status { UNDEF } ?thing b:editionStatus ?status .",
        ),
    ),
    item="/frameworks/{framework}/editions/{edition}",
    within="/frameworks/{framework}/editions",
    fixed="framework",
    example={"framework": "bio2", "edition": "1.3"},
)
FRAMEWORKS = Collection(
    "frameworks",
    "Framework",
    Text("Kaders", "Frameworks"),
    Text(
        "De normen, wetten en hulpmiddelen die hier bekend zijn, en hoe zij zich tot BIO2 verhouden.",
        "The standards, laws and aids that are known here, and how they relate to BIO2.",
    ),
    "Framework",
    (
        Member("code", "dcterms:identifier", Form.TEXT, Text("De code in adressen", "The code in addresses")),
        Member("name", "skos:prefLabel", Form.LABELS, Text("De naam", "The name")),
        Member("otherNames", "skos:altLabel", Form.TEXT, Text("Andere namen", "Other names"), many=True),
        Member("description", "dcterms:description", Form.LABELS, Text("De omschrijving", "The description")),
        Member("relationToBio2", "b:relationToBio2", Form.LABELS, Text("Verhouding tot BIO2", "Relation to BIO2")),
        Member("publishers", "dcterms:publisher", Form.LINK, Text("De uitgevers", "The publishers"), many=True),
        Member("editions", "dcterms:hasVersion", Form.LINK, Text("De edities", "The editions"), many=True),
        Member("pages", "foaf:page", Form.IRI, Text("Pagina's van de uitgever", "Pages of the publisher"), many=True),
        Member("sources", "dcterms:source", Form.LINK, Text("De bronnen", "The sources"), many=True),
    ),
    included=(Included("editions", "?related dcterms:isVersionOf ?thing ; a b:Edition .", EDITIONS),),
    item="/frameworks/{framework}",
    example={"framework": "bio2"},
)
