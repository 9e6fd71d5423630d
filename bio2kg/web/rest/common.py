"""What collections have in common: members and filters."""

from bio2kg.queries import Text
from bio2kg.web.rest.filters import Filter, parameter
from bio2kg.web.rest.members import Form, Member

MAPPINGS = "{ ?related sssom:subject_id ?thing } UNION { ?related sssom:object_id ?thing } ?related a b:MappingClaim ."
SOURCES = (
    Member(
        "claimStatus",
        "b:claimStatus",
        Form.CODE,
        Text(
            "Van wie de bewering komt: official, third-party of own-judgement",
            "Whose claim it is: official, third-party or own-judgement",
        ),
    ),
    Member("sources", "dcterms:source", Form.LINK, Text("De bronnen", "The sources"), many=True),
)
NUMBER = Member("number", "skos:notation", Form.TEXT, Text("Het nummer", "The number"))
EDITION = Member("edition", "skos:inScheme", Form.LINK, Text("De editie", "The edition"))
PARENT = Member("parent", "skos:broader", Form.LINK, Text("Waar het onder valt", "What it is part of"))
NAME = Member("name", "skos:prefLabel", Form.LABELS, Text("De naam", "The name"))


def edition(nl: str, en: str, framework: str | None = None, default: str | None = None, example: str = "") -> Filter:
    """The filter on the edition."""
    about = parameter("edition", "edition", nl, en, framework=framework, default=default)
    return Filter(about, "VALUES ?edition { UNDEF } ?thing skos:inScheme ?edition .", example)


def framework(example: str) -> Filter:
    """The filter on the framework."""
    about = parameter("framework", "framework", "Het kader", "The framework")
    return Filter(about, "VALUES ?framework { UNDEF } ?thing skos:inScheme/dcterms:isVersionOf ?framework .", example)


def coded(name: str, code_list: str, nl: str, en: str, pattern: str, example: str = "") -> Filter:
    """A filter on a code of a list."""
    return Filter(parameter(name, "concept", nl, en, list=code_list), pattern, example)


def text(example: str = "") -> Filter:
    """The filter on a text."""
    return Filter(
        parameter(
            "q",
            "string",
            "Deze tekst staat in het nummer, de naam, de omschrijving of de ingelezen bewoording",
            "This text is in the number, name, description or the wording where it was read in",
            multiple=False,
        ),
        """VALUES ?q { "x" }
  ?thing skos:notation|skos:prefLabel|skos:altLabel|skos:definition|b:citation|b:sourceWording ?searched .
  FILTER (CONTAINS(LCASE(STR(?searched)), LCASE(?q)))""",
        example,
    )
