"""Provisions of law and of part 1 of BIO2."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection, Included
from bio2kg.web.rest.common import EDITION, MAPPINGS, NAME, NUMBER, PARENT, SOURCES, coded, edition, framework, text
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.mappings import CLAIMS
from bio2kg.web.rest.members import Form, Member

PROVISIONS = Collection(
    "provisions",
    "Provision",
    Text("Bepalingen", "Provisions"),
    Text(
        "De bepalingen van NIS2, de Cbw, de uitvoeringsregels en deel 1 van BIO2: structuur en aanhaling.",
        "The provisions of NIS2, the Cbw, the implementing rules and part 1 of BIO2: structure and citation.",
    ),
    "Provision",
    (
        NUMBER,
        NAME,
        Member("citation", "b:citation", Form.LABELS, Text("De aanhaling", "The citation")),
        Member("kind", "b:provisionKind", Form.CODE, Text("De soort", "The kind")),
        EDITION,
        PARENT,
        Member(
            "description",
            "skos:definition",
            Form.LABELS,
            Text("De omschrijving, in woorden van dit project", "The description, in words of this project"),
        ),
        Member("bindingForce", "b:bindingForce", Form.CODE, Text("Moet, zou moeten of mag", "Must, should or may")),
        Member("topics", "b:topic", Form.CODE, Text("De onderwerpen", "The topics"), many=True),
        Member("roles", "b:mentionsRole", Form.CODE, Text("De rollen die zij noemt", "The roles it names"), many=True),
        Member(
            "references", "dcterms:references", Form.LINK, Text("Waarnaar zij verwijst", "What it cites"), many=True
        ),
        Member("eli", "b:eli", Form.IRI, Text("European Legislation Identifier", "European Legislation Identifier")),
        Member("juriconnect", "b:juriconnect", Form.TEXT, Text("Juriconnect-verwijzing", "Juriconnect reference")),
        *SOURCES,
    ),
    (
        framework("nis2"),
        edition("De editie, met het kader: nis2/2022", "The edition, with its framework: nis2/2022"),
        Filter(
            parameter(
                "parent",
                "provision",
                "Direct onder deze bepaling: nis2/21.2",
                "Directly below this provision: nis2/21.2",
            ),
            "VALUES ?parent { UNDEF } ?thing skos:broader ?parent .",
            "nis2/21.2",
        ),
        coded(
            "kind",
            "provision-kind",
            "De soort",
            "The kind",
            "VALUES ?kind { UNDEF } ?thing b:provisionKind ?kind .",
            "point",
        ),
        text(),
    ),
    (Included("mappings", MAPPINGS, CLAIMS),),
    "/frameworks/{framework}/editions/{edition}/provisions/{number}",
    "/frameworks/{framework}/editions/{edition}/provisions",
    "edition",
    {"framework": "nis2", "edition": "2022", "number": "21.2.d"},
)
