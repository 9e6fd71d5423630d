"""What can be told from a wording alone: its fingerprint, the numbers and the roles it names."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+")
_MEASURE = re.compile(r"(?<![\w.])\d{1,2}\.\d{1,2}\.\d{1,2}(?!\.?\d)")
_CONTROL = re.compile(r"\bbeheersmaatregel(?:en)?\s+(\d{1,2}\.\d{1,2})(?!\.?\d)", re.IGNORECASE)


def normalised(wording: str) -> str:
    """The words of a wording, and nothing else: Unicode NFKC, lower case, every run of other characters one space.

    List markers, quotes, dashes, emphasis and line breaks therefore make no difference; a changed word or figure does.
    """
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", wording).casefold()))


def digest(wording: str) -> str:
    """The fingerprint of a wording: ``sha256:`` and the hexadecimal SHA-256 of its normalised form in UTF-8."""
    return f"sha256:{hashlib.sha256(normalised(wording).encode()).hexdigest()}"


def measures_named(wording: str) -> list[str]:
    """The measure numbers in a text, as written there, in order, each once."""
    return list(dict.fromkeys(_MEASURE.findall(wording)))


def controls_named(wording: str) -> list[str]:
    """The ISO control numbers that a text names with the word “beheersmaatregel”, in order, each once."""
    return list(dict.fromkeys(_CONTROL.findall(wording)))


def terms_named(wording: str, forms: Mapping[str, str]) -> list[str]:
    """The things a text names. ``forms`` gives for each word form, in any case, what it stands for.

    Whole words only, and a longer form wins over a shorter one at the same place: “de leiding van de organisatie”.
    """
    words = f" {normalised(wording)} "
    found: dict[str, None] = {}
    for form in sorted(forms, key=len, reverse=True):
        needle = f" {normalised(form)} "
        if needle in words:
            found[forms[form]] = None
            words = words.replace(needle, " | ")
    return sorted(found)
