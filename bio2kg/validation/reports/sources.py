"""What a rule rests on, as people cite it: edition and section or number, with a link."""

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import natural
from bio2kg.validation.names import Names
from bio2kg.validation.reports.wording import word


def cited(iri: str, names: Names, language: str) -> str:
    """A measure, provision or clause with the edition it is in; another source by its title."""
    catalogue = names.catalogue
    if not iri.startswith(ID) or iri.startswith(f"{ID}source/"):
        own = iri.endswith("/bio2kg-editors")
        return word("own_judgement", language) if own else catalogue.name(iri, language) or iri
    edition = catalogue.value(iri, f"{PREFIXES['skos']}inScheme") or iri.rpartition("/")[0]
    sections = sorted((term.value for term in catalogue.by_subject.get(iri, {}).get(f"{DEF}section", ())), key=natural)
    name = catalogue.name(iri, language)
    if sections:
        place = f"{word('part_1', language)}, §{' §'.join(sections)}"
    else:
        place = catalogue.value(iri, f"{PREFIXES['skos']}notation") or iri.rpartition("/")[2]
    return f"{catalogue.name(edition, language)}, {place}" + (f" ({name})" if name else "")
