"""Durations and moments as people write them."""

from datetime import datetime

import pytest

from bio2kg.workbook.dates import moment_of
from bio2kg.workbook.durations import duration_of, written


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5 jaar", "P5Y"),
        ("6 maanden", "P6M"),
        ("12 maanden", "P12M"),
        ("1 maand", "P1M"),
        ("een week", "P7D"),
        ("7 dagen", "P7D"),
        ("24 uur", "PT24H"),
        ("2 jaar en 6 maanden", "P2Y6M"),
        ("1 jaar, 2 maanden en 3 dagen", "P1Y2M3D"),
        ("5 years", "P5Y"),
        ("2 years and 1 month", "P2Y1M"),
        ("Per kwartaal", "P3M"),
        ("elke 2 jaar", "P2Y"),
        ("elke maand", "P1M"),
        ("jaarlijks", "P1Y"),
        ("P5Y", "P5Y"),
        ("PT72H", "PT72H"),
    ],
)
def test_a_duration_is_understood(text: str, duration: str) -> None:
    assert duration_of(text) == duration
    for language in ("nl", "en"):
        assert duration_of(written(duration, language)) == duration


@pytest.mark.parametrize(
    "text", ["", "5", "jaar", "0 jaar", "-1 jaar", "P", "P0D", "PT", "1,5 jaar", "soms", "5 jaar 3"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert duration_of(text) is None


def test_a_duration_that_has_no_friendly_form_stays_as_it_is() -> None:
    assert written("PT1M", "nl") == "PT1M"
    assert written("P1Y2M3D", "en") == "1 year, 2 months and 3 days"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (datetime(2026, 4, 7, 9, 30), datetime(2026, 4, 7, 9, 30)),
        ("2026-04-07T09:30:00", datetime(2026, 4, 7, 9, 30)),
        ("07-04-2026 09:30", datetime(2026, 4, 7, 9, 30)),
        ("7/4/26 9:30:15", datetime(2026, 4, 7, 9, 30, 15)),
        ("7 april 2026 om 9.30 uur", datetime(2026, 4, 7, 9, 30)),
        ("2026-04-07 09:30", datetime(2026, 4, 7, 9, 30)),
        (46119.395833333336, datetime(2026, 4, 7, 9, 30)),
        ("07-04-2026", datetime(2026, 4, 7)),
        ("07-04-2026 25:00", None),
        ("1926-04-07T09:30:00", None),
        ("om half tien", None),
        (True, None),
    ],
)
def test_a_moment_is_understood(value: str | float | datetime, moment: datetime | None) -> None:
    assert moment_of(value)[0] == moment
