"""How long something lasts, as people write it (“5 jaar”, “2 years and 6 months”) and as an xsd:duration (P5Y)."""

import re

# By the letter of the duration: how a unit is written for one and for more, after that other spellings.
_UNITS = {
    "nl": {"Y": ("jaar", "jaar"), "M": ("maand", "maanden"), "D": ("dag", "dagen"), "TH": ("uur", "uur")},
    "en": {"Y": ("year", "years"), "M": ("month", "months"), "D": ("day", "days"), "TH": ("hour", "hours")},
}
_AND = {"nl": "en", "en": "and"}
_SPELLINGS = {
    **{word: (1, letter) for units in _UNITS.values() for letter, words in units.items() for word in words},
    **dict.fromkeys(("jaren", "jr", "yr"), (1, "Y")),
    **dict.fromkeys(("mnd", "mo"), (1, "M")),
    **dict.fromkeys(("kwartaal", "kwartalen", "quarter", "quarters"), (3, "M")),
    **dict.fromkeys(("week", "weken", "weeks"), (7, "D")),
    **dict.fromkeys(("uren",), (1, "TH")),
}
_ALONE = {
    **dict.fromkeys(("jaarlijks", "yearly", "annually", "per jaar"), "P1Y"),
    **dict.fromkeys(("halfjaarlijks", "half jaar", "een half jaar"), "P6M"),
    **dict.fromkeys(("per kwartaal", "quarterly"), "P3M"),
    **dict.fromkeys(("maandelijks", "monthly", "per maand"), "P1M"),
    **dict.fromkeys(("wekelijks", "weekly", "per week"), "P7D"),
    **dict.fromkeys(("dagelijks", "daily", "per dag"), "P1D"),
}
_DURATION = re.compile(r"P(?=[0-9T])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(\d+)H)?")


def duration_of(text: str) -> str | None:
    """The xsd:duration that a text means, or None. Nothing and less than nothing are no durations."""
    plain = " ".join(text.casefold().split())
    if plain in _ALONE:
        return _ALONE[plain]
    if (match := _DURATION.fullmatch(text.strip().upper())) and any(int(n or 0) for n in match.groups()):
        return match[0]
    counts: dict[str, int] = {}
    for part in re.split(r",| en | and ", re.sub(r"^(elke|iedere|every) (\d)?", lambda m: m[2] or "1 ", plain)):
        found = re.fullmatch(r"(\d{1,4}|een|één|one|an?) ?([a-z]+)", part.strip())
        if not found or found[2] not in _SPELLINGS:
            return None
        many, letter = _SPELLINGS[found[2]]
        counts[letter] = counts.get(letter, 0) + many * (int(found[1]) if found[1].isdigit() else 1)
    if not any(counts.values()):
        return None
    days = "".join(f"{counts[unit]}{unit}" for unit in "YMD" if counts.get(unit))
    return f"P{days}" + (f"T{counts['TH']}H" if counts.get("TH") else "")


def written(duration: str, language: str) -> str:
    """A duration as people write it; one that has no such form as it is."""
    match = _DURATION.fullmatch(duration)
    if not match or not any(match.groups()):
        return duration
    parts = [
        f"{int(count)} {_UNITS[language][letter][int(count) != 1]}"
        for count, letter in zip(match.groups(), ("Y", "M", "D", "TH"), strict=True)
        if count
    ]
    return f" {_AND[language]} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
