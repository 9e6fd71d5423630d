"""The fixed words of the reports, in Dutch and English, and texts without what does not belong in a text."""

import re
import textwrap

WIDTH = 80  # columns of a terminal
# Control characters and those that turn the direction of a text: they steer a terminal or a reader; XML has none.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

SEVERITY = {
    "nl": {"violation": "overtreding", "warning": "waarschuwing", "info": "aandachtspunt"},
    "en": {"violation": "violation", "warning": "warning", "info": "point of attention"},
}
SEVERITIES = {
    "nl": {"violation": "overtredingen", "warning": "waarschuwingen", "info": "aandachtspunten"},
    "en": {"violation": "violations", "warning": "warnings", "info": "points of attention"},
}
WORDS = {
    "title": ("Toetsing aan de regels", "Check against the rules"),
    "assessment": ("Beoordeling", "Assessment"),
    "as_of": ("Peildatum", "As of"),
    "profile": ("Profiel", "Profile"),
    "draft": ("concept", "draft"),
    "submission": ("indiening", "submission"),
    "public": ("openbaar", "public"),
    "passed": ("AKKOORD", "PASSED"),
    "failed": ("NIET AKKOORD", "NOT PASSED"),
    "fail_on": ("afgekeurd vanaf", "fails on"),
    "conforms": ("Voldoet volgens SHACL", "Conforms by SHACL"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "rules_run": ("Getoetste regels", "Rules checked"),
    "notices": ("Bij het inlezen", "On reading"),
    "demand": ("Eis", "Demand"),
    "remedy": ("Doen", "To do"),
    "source": ("Bron", "Source"),
    "rule": ("Regel", "Rule"),
    "where": ("Waar", "Where"),
    "found": ("Gevonden", "Found"),
    "message": ("Melding", "Message"),
    "subject": ("Onderwerp", "Subject"),
    "nothing": ("Niets gevonden.", "Nothing found."),
    "known": ("Al bekend uit de vorige toetsing", "Known from the earlier check"),
    "resolved": ("Opgelost sinds de vorige toetsing", "Resolved since the earlier check"),
    "suppressed": ("Terzijde gelegd", "Set aside"),
    "own_judgement": ("eigen oordeel van bio2kg", "bio2kg's own judgement"),
    "part_1": ("deel 1", "part 1"),
    "title_of": ("Naam", "Name"),
    "severity": ("Ernst", "Severity"),
    "rules": ("regels", "rules"),
    "from": ("vanaf", "from"),
    "since": ("Sinds", "Since"),
    "counts": ("Bevindingen", "Findings"),
    "not_stored": (
        "Deze toetsing zegt of de vastlegging volledig is en met zichzelf klopt, niet of de beveiliging op orde is.",
        "This check says whether the records are complete and agree with themselves, not whether security is in order.",
    ),
}


def word(key: str, language: str) -> str:
    """A fixed word or sentence."""
    return WORDS[key][0 if language == "nl" else 1]


def headline(counts: dict[str, int], language: str) -> str:
    """How many of each severity: ``3 overtredingen, 1 waarschuwing``."""
    parts = [f"{n} {(SEVERITY if n == 1 else SEVERITIES)[language][severity]}" for severity, n in counts.items() if n]
    return ", ".join(parts) or word("nothing", language).rstrip(".").lower()


def plain(text: str) -> str:
    """The text without control characters; lines stay lines."""
    return _UNSEEN.sub("", text)


def wrapped(text: str, first: str = "", following: str = "") -> list[str]:
    """The text as lines for a terminal, at least one; only a long word is wider."""
    lines = textwrap.wrap(
        plain(text),
        WIDTH,
        initial_indent=plain(first),
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [plain(first).rstrip()]
