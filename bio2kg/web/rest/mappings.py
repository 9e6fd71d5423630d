"""Who relates which requirement to which: mapping sets and the claims in them."""

from bio2kg.queries import Text
from bio2kg.web.rest.collections import Collection, Included
from bio2kg.web.rest.common import SOURCES
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.members import Form, Member

_END = "Een nummer met kader: nis2/21.2.d, iso27002/2022/5.19, bio2/1.3/5.24.08"
_END_EN = "A number with its framework: nis2/21.2.d, iso27002/2022/5.19, bio2/1.3/5.24.08"
CLAIMS = Collection(
    "claims",
    "Claim",
    Text("Koppelingen", "Mapping claims"),
    Text(
        "Beweringen dat twee onderdelen verband houden: door wie, uit welke bron, hoe gevonden en hoe zeker. "
        "Een koppeling is geen bewijs van naleving.",
        "Claims that two requirements are related: by whom, from which source, how found and how certain. "
        "A mapping is no proof of conformity.",
    ),
    "MappingClaim",
    (
        Member("mapping", "b:inMappingSet", Form.LINK, Text("De set", "The mapping set")),
        Member("subject", "sssom:subject_id", Form.LINK, Text("Het onderwerp", "The subject")),
        Member("relation", "b:setRelation", Form.CODE, Text("De relatie tussen beide", "The relation between both")),
        Member("predicate", "sssom:predicate_id", Form.CODE, Text("De relatie in SKOS", "The relation in SKOS")),
        Member("object", "sssom:object_id", Form.LINK, Text("Het voorwerp", "The object")),
        Member("via", "b:via", Form.LINK, Text("Waarlangs", "Through what"), many=True),
        Member(
            "justification",
            "sssom:mapping_justification",
            Form.CODE,
            Text("Hoe de koppeling is gevonden (semapv)", "How the mapping was found (semapv)"),
        ),
        Member("confidence", "sssom:confidence", Form.NUMBER, Text("Zekerheid van 0 tot 1", "Confidence from 0 to 1")),
        Member("disputed", "b:disputed", Form.TRUTH, Text("Bronnen spreken dit tegen", "Sources contradict this")),
        Member("authors", "sssom:author_id", Form.LINK, Text("Wie dit zegt", "Who says so"), many=True),
        Member("mappingDate", "sssom:mapping_date", Form.DATE, Text("Wanneer", "When")),
        Member("comment", "rdfs:comment", Form.LABELS, Text("Toelichting", "Comment")),
        *SOURCES,
        Member("furtherSources", "b:furtherSource", Form.LINK, Text("Andere bronnen", "Further sources"), many=True),
    ),
    (
        Filter(
            parameter("mapping", "mapping-set", "De set", "The mapping set"),
            "VALUES ?mapping { UNDEF } ?thing b:inMappingSet ?mapping .",
            "nis2-iso27002",
        ),
        Filter(
            parameter("claimStatus", "concept", "Van wie de bewering komt", "Whose claim it is", list="claim-status"),
            "VALUES ?claimStatus { UNDEF } ?thing b:claimStatus ?claimStatus .",
            "third-party",
        ),
        Filter(
            parameter("subject", "thing", f"Het onderwerp. {_END}", f"The subject. {_END_EN}"),
            "VALUES ?subject { UNDEF } ?thing sssom:subject_id ?subject .",
            "nis2/21.2.d",
        ),
        Filter(
            parameter("object", "thing", f"Het voorwerp. {_END}", f"The object. {_END_EN}"),
            "VALUES ?object { UNDEF } ?thing sssom:object_id ?object .",
        ),
        Filter(
            parameter("relation", "concept", "De relatie", "The relation", list="set-relation"),
            "VALUES ?relation { UNDEF } ?thing b:setRelation ?relation .",
        ),
        Filter(
            parameter(
                "minConfidence",
                "decimal",
                "De zekerheid is minstens zo groot",
                "The confidence is at least this",
                minimum=0,
                maximum=1,
                multiple=False,
            ),
            """VALUES ?minConfidence { 0 } ?thing sssom:confidence ?confidence .
  FILTER (?confidence >= ?minConfidence)""",
            "0.5",
        ),
    ),
    item="/mappings/{set}/claims/{number}",
    within="/mappings/{set}/claims",
    fixed="mapping",
    example={"set": "nis2-iso27002", "number": "42"},
)
MAPPINGS = Collection(
    "mappings",
    "MappingSet",
    Text("Sets van koppelingen", "Mapping sets"),
    Text(
        "Welke sets koppelingen er zijn, tussen welke edities, door wie en uit welke bronnen.",
        "Which sets of mappings there are, between which editions, by whom and from which sources.",
    ),
    "MappingSet",
    (
        Member("name", "dcterms:title", Form.LABELS, Text("De naam", "The name")),
        Member("description", "dcterms:description", Form.LABELS, Text("De omschrijving", "The description")),
        Member("subjectSource", "sssom:subject_source", Form.LINK, Text("Waarvan", "The source of the subjects")),
        Member("objectSource", "sssom:object_source", Form.LINK, Text("Waarheen", "The source of the objects")),
        Member("version", "dcat:version", Form.TEXT, Text("De versie", "The version")),
        Member("issued", "dcterms:issued", Form.DATE, Text("Uitgebracht op", "Issued on")),
        Member("creators", "dcterms:creator", Form.LINK, Text("De makers", "The creators"), many=True),
        Member("licence", "dcterms:license", Form.IRI, Text("De licentie", "The licence")),
        Member("comment", "rdfs:comment", Form.LABELS, Text("Toelichting", "Comment")),
        Member("sources", "dcterms:source", Form.LINK, Text("De bronnen", "The sources"), many=True),
    ),
    included=(Included("claims", "?related b:inMappingSet ?thing ; a b:MappingClaim .", CLAIMS),),
    item="/mappings/{set}",
    example={"set": "nis2-iso27002"},
)
