"""What happens to measures over time: the lineage between editions, and the deadlines that measures set."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection
from bio2kg.web.rest.common import SOURCES
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.members import Form, Member

LINEAGE = Collection(
    "lineage",
    "LineageEvent",
    Text("Afstamming", "Lineage"),
    Text(
        "Wat er tussen twee edities met een maatregel gebeurde, met bron en van wie de bewering komt. "
        "unchanged en reworded zijn een vergelijking van woorden door dit project.",
        "What happened to a measure between two editions, with the source and whose claim it is. "
        "unchanged and reworded are a comparison of words by this project.",
    ),
    "LineageEvent",
    (
        Member("kind", "b:lineageKind", Form.CODE, Text("Wat er gebeurde", "What happened")),
        Member("from", "b:from", Form.LINK, Text("De maatregel ervoor", "The measure before")),
        Member("to", "b:to", Form.LINK, Text("De maatregel erna", "The measure after")),
        Member("partial", "b:partial", Form.TRUTH, Text("Alleen een deel van de maatregel", "Only a part of it")),
        Member("comment", "rdfs:comment", Form.LABELS, Text("Toelichting", "Comment")),
        *SOURCES,
    ),
    (
        Filter(
            parameter("from", "edition", "De oudere editie", "The older edition", framework="bio2"),
            "VALUES ?from { UNDEF } ?thing b:from/skos:inScheme ?from .",
            "1.2",
        ),
        Filter(
            parameter("to", "edition", "De nieuwere editie", "The newer edition", framework="bio2"),
            "VALUES ?to { UNDEF } ?thing b:to/skos:inScheme ?to .",
            "1.3",
        ),
        Filter(
            parameter("kind", "concept", "Wat er gebeurde", "What happened", list="lineage-kind"),
            "VALUES ?kind { UNDEF } ?thing b:lineageKind ?kind .",
            "moved",
        ),
        Filter(
            parameter(
                "measure",
                "measure",
                "De maatregel ervoor of erna: 1.3/5.24.08, of 5.24.08 in de eerst genoemde editie",
                "The measure before or after: 1.3/5.24.08, or 5.24.08 in the edition named first",
            ),
            "VALUES ?measure { UNDEF } ?thing b:from|b:to ?measure .",
        ),
    ),
    item="/lineage/{framework}/{editions}/{number}",
    example={"framework": "bio2", "editions": "1.2-1.3", "number": "1"},
)
DEADLINES = Collection(
    "deadlines",
    "Deadline",
    Text("Termijnen", "Deadlines"),
    Text(
        "De termijnen die maatregelen stellen: hoe vaak, hoe snel, hoe lang bewaren, of bij welke gebeurtenis.",
        "The deadlines that measures set: how often, how fast, how long to keep, or at which event.",
    ),
    "Deadline",
    (
        Member("code", "dcterms:identifier", Form.TEXT, Text("Het kenmerk", "The identifier")),
        Member("name", "skos:prefLabel", Form.LABELS, Text("Wat er moet gebeuren", "What must be done")),
        Member("measure", "b:setBy", Form.LINK, Text("De maatregel die de termijn stelt", "The measure that sets it")),
        Member("kind", "b:deadlineKind", Form.CODE, Text("De soort termijn", "The kind of deadline")),
        Member("interval", "b:interval", Form.TEXT, Text("De duur (ISO 8601): P6M", "The duration (ISO 8601): P6M")),
        Member("binding", "b:binding", Form.CODE, Text("Hard of zacht", "Hard or soft")),
        Member("trigger", "b:trigger", Form.LABELS, Text("Wat de klok laat lopen", "What starts the clock")),
        Member("riskBased", "b:riskBased", Form.TRUTH, Text("Op basis van risico te bepalen", "Decided by risk")),
        Member("whereFeasible", "b:whereFeasible", Form.TRUTH, Text("Waar dat kan", "Where feasible")),
        *SOURCES,
    ),
    (
        Filter(
            parameter("edition", "edition", "De editie van de maatregel", "The edition", framework="bio2"),
            "VALUES ?edition { UNDEF } ?thing b:setBy/skos:inScheme ?edition .",
            "1.3",
        ),
        Filter(
            parameter("kind", "concept", "De soort termijn", "The kind of deadline", list="deadline-kind"),
            "VALUES ?kind { UNDEF } ?thing b:deadlineKind ?kind .",
            "minimum-retention",
        ),
        Filter(
            parameter("binding", "concept", "Hard of zacht", "Hard or soft", list="binding"),
            "VALUES ?binding { UNDEF } ?thing b:binding ?binding .",
        ),
        Filter(
            parameter(
                "measure", "measure", "De maatregel die de termijn stelt: 5.24.08", "The measure that sets it: 5.24.08"
            ),
            "VALUES ?measure { UNDEF } ?thing b:setBy ?measure .",
        ),
    ),
    item="/deadlines/{edition}/{number}",
    example={"edition": "1.3", "number": "8.18.02"},
)
