"""The list of what became of an assessment in another edition, for people and programs."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from bio2kg.errors import NotAcceptableError
from bio2kg.upgrade import REASONS, Change, Upgraded

FORMATS = ("text", "json", "csv", "html")
COLUMNS = ("old", "new", "name", "what", "carried", "toDo", "before", "references", "comment", "sources")


@dataclass(frozen=True)
class Words:
    """Everything the report says in one language; ``columns`` in the order of ``COLUMNS``."""

    title: str
    lead: str
    general: str
    anew: str
    rest: str
    in_part: str
    nothing: str
    columns: tuple[str, ...]
    carried: dict[str, str]
    reasons: dict[str, str]
    to_do: dict[str, str]
    findings_only: str


WORDS = {
    "nl": Words(
        title="Van BIO2 {first} naar BIO2 {second}",
        lead="De nieuwe beoordeling is een concept. Alle bevindingen staan op niet beoordeeld; wat er stond, staat "
        "alleen nog in deze lijst.",
        general="Vul zelf aan: versiedatum, versienummer en publicatie van de VvT, en periode, afronding en "
        "goedkeuring van de beoordeling.",
        anew="Opnieuw te beoordelen",
        rest="Overgenomen; alleen de bevindingen opnieuw vast te stellen",
        in_part="deels",
        nothing="niets",
        columns=(
            "Was",
            "Wordt",
            "Naam",
            "Wat er veranderde",
            "Overgenomen",
            "Te doen",
            "Stond er",
            "Verwijst nog naar het oude",
            "Toelichting",
            "Bronnen",
        ),
        carried={
            "applicability": "toepasselijkheid",
            "justification": "onderbouwing",
            "implementation-status": "invoeringsstatus",
            "reference": "verwijzing naar de uitwerking",
            "exception": "uitzondering",
            "control-assessment": "oordeel zonder resultaat",
        },
        reasons={
            "disagree": "toepasselijkheid open",
            "withdrawn": "vervallen",
            "introduced": "nieuw",
            "returned": "teruggekeerd",
            "parts": "gesplitst of samengevoegd",
            "reworded": "herschreven",
            "exception": "uitzondering niet overgenomen",
            "no-entry": "zonder regel in de VvT",
            "not-recognised": "niet herkend",
            "measures-of-control": "beheersmaatregel met andere overheidsmaatregelen",
            "references": "verwijzing naar het oude",
        },
        to_do={
            "disagree": "De maatregelen waaruit deze voortkomt, verschillen in toepasselijkheid of hebben geen regel "
            "in de VvT. Bepaal zelf of zij van toepassing is.",
            "withdrawn": "De maatregel staat niet meer in deze editie en is niet overgenomen. Ga na of wat u ervoor "
            "deed elders nodig blijft.",
            "introduced": "Nieuwe maatregel. Vul de regel in de VvT in en beoordeel haar.",
            "returned": "De maatregel is er weer. Vul de regel in de VvT in en beoordeel haar.",
            "parts": "De maatregel is gesplitst of samengevoegd. Ga na of toepasselijkheid, status en bewijs de nieuwe "
            "inhoud dekken.",
            "reworded": "De bewoording is veranderd. Ga na of toepasselijkheid, status en bewijs nog kloppen.",
            "exception": "Een uitzondering is niet overgenomen. Besluit opnieuw of zij nodig is.",
            "no-entry": "De VvT had geen regel voor deze maatregel. Voeg die toe.",
            "not-recognised": "Dit is geen overheidsmaatregel van de oude editie. Het is zo meegenomen als het was; "
            "kies de goede maatregel of haal het weg.",
            "measures-of-control": "Onder deze beheersmaatregel staan nu andere overheidsmaatregelen. Bepaal opnieuw "
            "of zij volstaan.",
            "references": "Andere gegevens verwijzen nog naar de oude maatregel. Bepaal of dat zo moet blijven.",
        },
        findings_only="Stel de bevindingen opnieuw vast; aan de maatregel is niets veranderd.",
    ),
    "en": Words(
        title="From BIO2 {first} to BIO2 {second}",
        lead="The new assessment is a draft. All findings are set to not assessed; what they said stands in this list "
        "only.",
        general="Still to be filled in: version date, version number and publication of the statement, and period, "
        "completion and approval of the assessment.",
        anew="To be judged anew",
        rest="Carried over; only the findings to be made again",
        in_part="in part",
        nothing="nothing",
        columns=(
            "Was",
            "Becomes",
            "Name",
            "What changed",
            "Carried over",
            "To do",
            "What it said",
            "Still points at the old one",
            "Explanation",
            "Sources",
        ),
        carried={
            "applicability": "applicability",
            "justification": "justification",
            "implementation-status": "implementation status",
            "reference": "reference to the implementation",
            "exception": "exception",
            "control-assessment": "control assessment without result",
        },
        reasons={
            "disagree": "applicability open",
            "withdrawn": "withdrawn",
            "introduced": "new",
            "returned": "returned",
            "parts": "split or merged",
            "reworded": "reworded",
            "exception": "exception not carried",
            "no-entry": "without entry in the statement",
            "not-recognised": "not recognised",
            "measures-of-control": "control with other government measures",
            "references": "reference to the old one",
        },
        to_do={
            "disagree": "The measures that this one comes from differ in applicability or have no entry in the "
            "statement. Decide whether it applies.",
            "withdrawn": "The measure is not in this edition and was not carried over. Check whether what you did for "
            "it is still needed elsewhere.",
            "introduced": "New measure. Fill in its entry in the statement and assess it.",
            "returned": "The measure is back. Fill in its entry in the statement and assess it.",
            "parts": "The measure was split or merged. Check whether applicability, status and evidence cover the new "
            "content.",
            "reworded": "The wording has changed. Check whether applicability, status and evidence are still right.",
            "exception": "An exception was not carried over. Decide again whether it is needed.",
            "no-entry": "The statement had no entry for this measure. Add it.",
            "not-recognised": "This is no government measure of the old edition. It was taken along as it was; choose "
            "the right measure or remove it.",
            "measures-of-control": "There are other government measures under this control now. Decide again whether "
            "they are sufficient.",
            "references": "Other data still point at the old measure. Decide whether that should stay so.",
        },
        findings_only="Make the findings again; nothing about the measure has changed.",
    ),
}


def report(upgraded: Upgraded, form: str, language: str) -> str:
    """The list as ``text``, ``json`` or ``csv`` in a language. Raises NotAcceptableError for another form."""
    if form == "json":
        changes = [_as_data(change, language) for change in upgraded.changes]
        content = {"from": upgraded.first, "to": upgraded.second, "counts": upgraded.counts(), "changes": changes}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(COLUMNS)
        table.writerows(cells(change, language) for change in upgraded.changes)
        return text.getvalue()
    if form == "text":
        return "\n".join(_lines(upgraded, language)) + "\n"
    raise NotAcceptableError(f"there is no format “{form}” here", remedy=f"Choose one of: {', '.join(FORMATS)}.")


def cells(change: Change, language: str) -> list[str]:
    """A change as one line of a table, in the order of ``COLUMNS``."""
    words = WORDS[language]
    said = {"reworded"} if "parts" in change.reasons else set()  # what to do is the same, and more
    return [
        ", ".join(change.old),
        change.new,
        change.name[language],
        change.what[language] + (f" ({words.in_part})" if change.partial else ""),
        ", ".join(words.carried[code] for code in change.carried),
        " ".join(words.to_do[reason] for reason in change.reasons if reason not in said) or words.findings_only,
        change.before[language],
        ", ".join(change.references),
        change.comment[language],
        " ".join(change.sources),
    ]


def summary(upgraded: Upgraded, language: str) -> list[str]:
    """The counts in words: what must be judged anew and why, and what was carried."""
    words, counts = WORDS[language], upgraded.counts()
    parts = ", ".join(f"{counts[reason]} {words.reasons[reason]}" for reason in REASONS if reason in counts)
    return [
        f"{words.anew}: {counts['anew']}" + (f" ({parts})" if parts else ""),
        f"{words.rest}: {counts['unchanged']}",
    ]


def _lines(upgraded: Upgraded, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield words.title.format(first=upgraded.first, second=upgraded.second)
    yield ""
    yield from summary(upgraded, language)
    yield ""
    yield words.lead
    yield words.general
    for title, anew in ((words.anew, True), (words.rest, False)):
        chosen = [change for change in upgraded.changes if change.anew == anew]
        if chosen:
            yield f"\n{title} ({len(chosen)})\n"
        for change in chosen:
            yield from _paragraph(change, language) if anew else _line(change, language)


def _line(change: Change, language: str) -> Iterator[str]:
    old, new, name, what, *_ = cells(change, language)
    yield f"{old} → {new}  {name}: {what}"


def _paragraph(change: Change, language: str) -> Iterator[str]:
    words = WORDS[language]
    named = dict(zip(COLUMNS, zip(words.columns, cells(change, language), strict=True), strict=True))
    yield f"{named['old'][1] or '–'} → {named['new'][1] or '–'}  {named['name'][1]}"
    for column in ("what", "carried", "toDo", "before", "references", "comment", "sources"):
        label, text = named[column]
        if column == "carried":
            text = text or words.nothing
        if text:
            yield f"    {label}: {text}"


def _as_data(change: Change, language: str) -> dict[str, object]:
    return dict(zip(COLUMNS, cells(change, language), strict=True)) | {
        "old": change.old,
        "kinds": change.kinds,
        "partial": change.partial,
        "carried": change.carried,
        "anew": change.anew,
        "reasons": change.reasons,
        "references": change.references,
        "sources": change.sources,
    }
