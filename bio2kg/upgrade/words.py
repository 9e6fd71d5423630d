"""What the list of changes says, in Dutch and in English."""

from dataclasses import dataclass

COLUMNS = ("old", "new", "name", "what", "carried", "toDo", "before", "references", "comment", "sources")


@dataclass(frozen=True)
class Words:
    """Everything the report says in one language; ``columns`` in the order of COLUMNS."""

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
            "Verwijst er nog naar",
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
            "measures-of-control": "beheersmaatregel met andere maatregelen",
            "references": "verwijzing naar het oude",
        },
        to_do={
            "disagree": "De maatregelen waaruit deze voortkomt, verschillen in toepasselijkheid of hebben geen regel "
            "in de VvT. Bepaal zelf of de maatregel van toepassing is.",
            "withdrawn": "De maatregel staat niet meer in deze editie en is niet overgenomen. Ga na of wat u ervoor "
            "deed elders nodig blijft.",
            "introduced": "Nieuwe maatregel. Vul de regel in de VvT in en beoordeel de maatregel.",
            "returned": "De maatregel is er weer. Vul de regel in de VvT in en beoordeel de maatregel.",
            "parts": "De maatregel is gesplitst of samengevoegd. Ga na of toepasselijkheid, status en bewijs de nieuwe "
            "inhoud dekken.",
            "reworded": "De bewoording is veranderd. Ga na of toepasselijkheid, status en bewijs nog kloppen.",
            "exception": "Een uitzondering is niet overgenomen. Besluit opnieuw of die nodig is.",
            "no-entry": "De VvT had geen regel voor deze maatregel. Voeg die toe.",
            "not-recognised": "Dit is geen overheidsmaatregel van de oude editie. Het is zo meegenomen als het was; "
            "kies de goede maatregel of haal het weg.",
            "measures-of-control": "Onder deze beheersmaatregel staan nu andere overheidsmaatregelen. Bepaal opnieuw "
            "of zij volstaan.",
            "references": "Andere gegevens verwijzen nog naar de oude maatregel. Bepaal of dat zo moet blijven.",
        },
        findings_only="Stel de bevindingen opnieuw vast; de bewoording is dezelfde.",
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
            "Still points at it",
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
            "measures-of-control": "control with other measures",
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
        findings_only="Make the findings again; the wording is the same.",
    ),
}
