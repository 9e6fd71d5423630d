"""What the catalogue says of itself in Dutch and English, where the data have no description of their own."""

from collections.abc import Mapping

from pyoxigraph import Literal

KEYWORDS = tuple(
    Literal(word, language=language)
    for word, language in (
        ("informatiebeveiliging", "nl"),
        ("overheid", "nl"),
        ("BIO2", "nl"),
        ("information security", "en"),
        ("government", "en"),
        ("BIO2", "en"),
    )
)
RELEASE_TITLE = {"nl": "bio2kg: alles bij elkaar", "en": "bio2kg: everything together"}
RELEASE = {
    "nl": "Alle grafen van deze uitgave: de kaders en hun edities, de mappings, de bronnen en errata, de ontologie, "
    "de regels, de vragen, wat daaruit volgt, en deze catalogus. De licentie staat bij elke graaf.",
    "en": "All graphs of this release: the frameworks and their editions, the mappings, the sources and errata, the "
    "ontology, the rules, the questions, what follows from them, and this catalogue. Each graph states its licence.",
}


def edition(title: Mapping[str, str], stated: Mapping[str, str]) -> dict[str, str]:
    """The description of an edition: the one it has, else what the graph is."""
    made = {
        "nl": f"{_in(title, 'nl')} als linked data: nummers, opbouw, status en herkomst, voor zover "
        "uit de bronnen bekend.",
        "en": f"{_in(title, 'en')} as linked data: numbers, structure, status and provenance, as far as the sources "
        "tell.",
    }
    return {**made, **stated}


def mapping_set(title: Mapping[str, str], stated: Mapping[str, str]) -> dict[str, str]:
    """The description of a mapping set: the one it has, else what it relates to what."""
    made = {
        "nl": f"{_in(title, 'nl')}. Elke koppeling noemt wie haar stelt, op welke grond en hoe zeker.",
        "en": f"{_in(title, 'en')}. Each mapping states who claims it, on what ground and how sure.",
    }
    return {**made, **stated}


def assessment(title: Mapping[str, str]) -> dict[str, str]:
    """The description of an example of an assessment."""
    return {
        "nl": f"{_in(title, 'nl')}. De organisatie bestaat niet; de gegevens laten zien hoe een beoordeling eruitziet.",
        "en": f"{_in(title, 'en')}. The organisation does not exist; the data show what an assessment looks like.",
    }


def graph(title: Mapping[str, str]) -> dict[str, str]:
    """The description of a graph that belongs to no edition, mapping set or assessment."""
    return {
        "nl": f"Een deel van bio2kg in een eigen graaf: {_in(title, 'nl')}.",
        "en": f"A part of bio2kg in a graph of its own: {_in(title, 'en')}.",
    }


def file(name: str, *, table: bool) -> dict[str, str]:
    """What a file holds."""
    if table:
        return {
            "nl": "De begrippen of koppelingen als tabel (CSV), een regel per stuk.",
            "en": "The concepts or mappings as a table (CSV), one a line.",
        }
    return {
        "nl": f"Alle uitspraken, met hun graaf en licentie, als {name}.",
        "en": f"All statements, with their graph and licence, as {name}.",
    }


def linkset(title: Mapping[str, str], predicate: str) -> dict[str, str]:
    """The title of the links of one kind in a mapping set."""
    return {language: f"{text} ({predicate})" for language, text in title.items()}


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "bio2kg")
