"""The government measures of BIO2, by edition."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection, Included
from bio2kg.web.rest.common import EDITION, MAPPINGS, NUMBER, SOURCES, coded, edition, text
from bio2kg.web.rest.controls import CONTROLS
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.history import DEADLINES, LINEAGE
from bio2kg.web.rest.mappings import CLAIMS
from bio2kg.web.rest.members import Form, Member

MEASURES = Collection(
    "measures",
    "Measure",
    Text("Overheidsmaatregelen", "Government measures"),
    Text(
        "De overheidsmaatregelen van BIO2, per editie: wat over een maatregel gezegd wordt, geldt voor die editie.",
        "The government measures of BIO2, by edition: what is said of a measure is said of that edition.",
    ),
    "MeasureEdition",
    (
        NUMBER,
        Member(
            "name",
            "skos:prefLabel",
            Form.LABELS,
            Text("De korte naam, van dit project", "The short name, by this project"),
        ),
        Member(
            "description",
            "skos:definition",
            Form.LABELS,
            Text("De omschrijving, in woorden van dit project", "The description, in words of this project"),
        ),
        EDITION,
        Member("control", "b:underControl", Form.LINK, Text("De beheersmaatregel erboven", "The control above it")),
        Member("status", "b:status", Form.CODE, Text("De status in deze editie", "The status in this edition")),
        Member(
            "movedTo",
            "b:movedTo",
            Form.LINK,
            Text(
                "Waarheen de bron verwijst; zonder href bestaat dat nummer niet",
                "Where the source points; without href there is no such number",
            ),
            many=True,
        ),
        Member(
            "refersTo",
            "b:refersTo",
            Form.LINK,
            Text("Waar de bron naar verwijst", "What the source refers to"),
            many=True,
        ),
        Member("categories", "b:category", Form.CODE, Text("De categorieën", "The categories"), many=True),
        Member("roles", "b:mentionsRole", Form.CODE, Text("De rollen die zij noemt", "The roles it names"), many=True),
        Member(
            "legalScope",
            "b:legalScope",
            Form.SOURCED,
            Text(
                "Binnen of buiten de Cbw, volgens wie; ontbreekt als dat onbekend is",
                "Inside or outside the Cbw, according to whom; left out if unknown",
            ),
        ),
        Member(
            "persistent",
            "b:editionOf",
            Form.LINK,
            Text("De maatregel over alle edities heen", "The measure across all editions"),
        ),
        Member(
            "wording",
            "b:sourceWording",
            Form.TEXT,
            Text(
                "De bewoording van de uitgever, waar die is ingelezen",
                "The publisher's wording, where it was read in",
            ),
        ),
        Member(
            "wordingDigest",
            "b:wordingDigest",
            Form.TEXT,
            Text("Vingerafdruk van de bewoording", "Fingerprint of the wording"),
        ),
        *SOURCES,
    ),
    (
        edition(
            "De editie: 1.3, bio/1.04, of current voor de geldende; die is de standaard",
            "The edition: 1.3, bio/1.04, or current for the one in force, which is the default",
            "bio2",
            "current",
            "1.3",
        ),
        coded(
            "status",
            "status",
            "De status",
            "The status",
            "VALUES ?status { UNDEF } ?thing b:status ?status .",
            "active",
        ),
        coded(
            "category",
            "category",
            "De categorie",
            "The category",
            "VALUES ?category { UNDEF } ?thing b:category ?category .",
        ),
        coded(
            "role",
            "role",
            "Een rol die zij noemt",
            "A role it names",
            "VALUES ?role { UNDEF } ?thing b:mentionsRole ?role .",
            "lijnmanagement",
        ),
        Filter(
            parameter("control", "control", "De beheersmaatregel erboven, als 5.24", "The control above it, as 5.24"),
            "VALUES ?control { UNDEF } ?thing b:underControl ?control .",
        ),
        coded(
            "theme",
            "theme",
            "Thema van de beheersmaatregel",
            "Theme of its control",
            "VALUES ?theme { UNDEF } ?thing b:underControl/b:theme ?theme .",
        ),
        text(),
    ),
    (
        Included("control", "?thing b:underControl ?related .", CONTROLS, many=False),
        Included("mappings", MAPPINGS, CLAIMS),
        Included("lineage", "?related b:from|b:to ?thing ; a b:LineageEvent .", LINEAGE),
        Included("deadlines", "?related b:setBy ?thing ; a b:Deadline .", DEADLINES),
    ),
    "/frameworks/{framework}/editions/{edition}/measures/{number}",
    "/frameworks/{framework}/editions/{edition}/measures",
    "edition",
    {"framework": "bio2", "edition": "1.3", "number": "5.24.08"},
)
