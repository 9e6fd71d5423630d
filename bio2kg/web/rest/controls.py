"""Controls and clauses: number and title, never the text of the standard."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection, Included
from bio2kg.web.rest.common import EDITION, MAPPINGS, NAME, NUMBER, PARENT, SOURCES, coded, edition, framework, text
from bio2kg.web.rest.mappings import CLAIMS
from bio2kg.web.rest.members import Form, Member

CONTROLS = Collection(
    "controls",
    "Control",
    Text("Beheersmaatregelen", "Controls"),
    Text(
        "De beheersmaatregelen van ISO/IEC 27002, NEN 7510 en de BIO: nummer, titel en attributen, nooit de tekst.",
        "The controls of ISO/IEC 27002, NEN 7510 and the BIO: number, title and attributes, never the text.",
    ),
    "Control",
    (
        NUMBER,
        NAME,
        EDITION,
        PARENT,
        Member("theme", "b:theme", Form.CODE, Text("Het thema", "The theme")),
        Member("attributes", "b:attribute", Form.BY_LIST, Text("De attributen, per lijst", "The attributes, by list")),
        *SOURCES,
    ),
    (
        framework("iso27002"),
        edition("De editie, met het kader: iso27002/2022", "The edition, with its framework: iso27002/2022"),
        coded(
            "theme",
            "theme",
            "Het thema",
            "The theme",
            "VALUES ?theme { UNDEF } ?thing b:theme ?theme .",
            "organizational",
        ),
        coded(
            "controlType",
            "control-type",
            "Soort beheersmaatregel",
            "Type of control",
            "VALUES ?controlType { UNDEF } ?thing b:attribute ?controlType .",
        ),
        coded(
            "securityProperty",
            "security-property",
            "Eigenschap van informatiebeveiliging",
            "Information security property",
            "VALUES ?securityProperty { UNDEF } ?thing b:attribute ?securityProperty .",
        ),
        coded(
            "cybersecurityConcept",
            "cybersecurity-concept",
            "Cybersecurityconcept",
            "Cybersecurity concept",
            "VALUES ?cybersecurityConcept { UNDEF } ?thing b:attribute ?cybersecurityConcept .",
        ),
        coded(
            "operationalCapability",
            "operational-capability",
            "Operationeel vermogen",
            "Operational capability",
            "VALUES ?operationalCapability { UNDEF } ?thing b:attribute ?operationalCapability .",
        ),
        coded(
            "securityDomain",
            "security-domain",
            "Beveiligingsdomein",
            "Security domain",
            "VALUES ?securityDomain { UNDEF } ?thing b:attribute ?securityDomain .",
        ),
        text("supplier"),
    ),
    (Included("mappings", MAPPINGS, CLAIMS),),
    "/frameworks/{framework}/editions/{edition}/controls/{number}",
    "/frameworks/{framework}/editions/{edition}/controls",
    "edition",
    {"framework": "iso27002", "edition": "2022", "number": "5.19"},
)

CLAUSES = Collection(
    "clauses",
    "Clause",
    Text("Eisen van ISO/IEC 27001 en hoofdstukken", "Clauses"),
    Text(
        "De paragrafen van ISO/IEC 27001 en van de BIO: nummer en titel, nooit de tekst.",
        "The clauses of ISO/IEC 27001 and of the BIO: number and title, never the text.",
    ),
    "Clause",
    (NUMBER, NAME, EDITION, PARENT, *SOURCES),
    (
        framework("iso27001"),
        edition("De editie, met het kader: iso27001/2022", "The edition, with its framework: iso27001/2022"),
        text("risk"),
    ),
    (Included("mappings", MAPPINGS, CLAIMS),),
    "/frameworks/{framework}/editions/{edition}/clauses/{number}",
    "/frameworks/{framework}/editions/{edition}/clauses",
    "edition",
    {"framework": "iso27001", "edition": "2022", "number": "6.1.3"},
)
