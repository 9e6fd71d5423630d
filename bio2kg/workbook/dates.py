"""Which day or moment a cell means: a real date, the number behind one, or one of the ways in which people write it."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta

from bio2kg.workbook.grids import Raw, shown
from bio2kg.workbook.messages import Problem, problem

_MONTHS = ("jan", "feb", "maart mrt march mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec")
# The days whose number stands for a date between 2000 and 2099.
_FIRST, _LAST = 36_526, 73_050
# A day and a time: 31-12-2026 13:05, 31 december 2026 om 13.05 uur.
_MOMENT = re.compile(r"(.*?)(?:,? (?:om |at )?)(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?: uur)?")


def date_of(value: Raw) -> tuple[date | None, list[Problem]]:
    """The day that a cell means, or None, and what is to be said about it."""
    text = shown(value)
    day, said = _understood(value, text)
    if day and not 2000 <= day.year < 2100:
        return None, [problem("date-out-of-range", text, read=f"{day:%d-%m-%Y}")]
    return day, said


def moment_of(value: Raw) -> tuple[datetime | None, list[Problem]]:
    """The moment that a cell means, or None, and what is to be said about it. Only a text can name a time zone."""
    text = shown(value)
    if isinstance(value, datetime):
        return value, []
    if isinstance(value, str):
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
            if "T" in text and 2000 <= moment.year < 2100:
                return moment, [] if text == moment.isoformat() else [_read_as(text, moment)]
        if match := _MOMENT.fullmatch(text):
            day, said = date_of(match[1])
            if day and int(match[2]) < 24 and int(match[3]) < 60:
                moment = datetime(day.year, day.month, day.day, int(match[2]), int(match[3]), int(match[4] or 0))
                return moment, [_read_as(text, moment)]
            return None, [p for p in said if p.kind in ("date-impossible", "date-out-of-range")] or [_no_moment(text)]
    if isinstance(value, float) and _FIRST <= value < _LAST + 1:
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86_400))
        return moment, [_read_as(text, moment)]
    day, said = date_of(value)
    if day is None:
        return None, [_no_moment(text)] if said[0].kind == "date-unknown" else said
    return datetime(day.year, day.month, day.day), [problem("moment-without-time", text)]


def _read_as(text: str, moment: datetime) -> Problem:
    return problem("moment-text", text, read=f"{moment:%d-%m-%Y %H:%M}")


def _no_moment(text: str) -> Problem:
    return problem("moment-unknown", text)


def _understood(value: Raw, text: str) -> tuple[date | None, list[Problem]]:
    if isinstance(value, datetime):
        return value.date(), []
    if isinstance(value, date):
        return value, []
    if isinstance(value, int | float) and not isinstance(value, bool) and _FIRST <= value < _LAST + 1:
        day = date(1899, 12, 30) + timedelta(days=int(value))
        return day, [problem("date-number", text, read=f"{day:%d-%m-%Y}")]
    parts = _day_month_year(text) if isinstance(value, str) else None
    if parts is None:
        return None, [problem("date-unknown", text)]
    try:
        day = date(parts[2], parts[1], parts[0])
    except ValueError:
        return None, [problem("date-impossible", text)]
    return day, [problem("date-text", text, read=f"{day:%d-%m-%Y}")] if text != day.isoformat() else []


def _day_month_year(text: str) -> tuple[int, int, int] | None:
    """Day, month and year in a text: 2026-12-31, 31-12-2026, 31/12/26, 31 december 2026. Days come before months."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", text):
        month = int(match[2])
    elif match := re.fullmatch(r"(?:[a-z]{2,9} )?(\d{1,2})[- ]([a-z]{3,9})\.?[- ](\d{4}|\d{2})", text.lower()):
        month = next((at for at, starts in enumerate(_MONTHS, 1) for s in starts.split() if match[2].startswith(s)), 0)
        if not month:
            return None
    else:
        return None
    year = int(match[3])
    return int(match[1]), month, year + 2000 if len(match[3]) == 2 else year
