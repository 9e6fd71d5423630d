"""What is added to an assessment before the rules run: the reference date and the dates that follow from it.

SHACL can compare two dates but not add a duration to one, and a rule that reads the clock gives another result
tomorrow. So everything that depends on a calendar is computed here: months and years clamp at the end of a month.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.xsd_datetime import Duration, parse_xsd_duration

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.things import number_forms
from bio2kg.validation.catalogue import Catalogue

_XSD, _RDF = PREFIXES["xsd"], PREFIXES["rdf"]
_VALIDATION = NamedNode(f"{ID}validation")
# How long a completed assessment stays recent: part 1 asks for a yearly look at the whole (BIO2 1.3, section 15).
_ASSESSMENT = "P1Y"
# NIS2 article 23(4)(a), (b) and (d): from the moment of becoming aware, and the report a month after the notification.
_WARNING, _NOTIFICATION, _REPORT = "PT24H", "PT72H", "P1M"

_INCIDENT_NOTIFICATION = NamedNode(f"{ID}notice-kind/incident-notification")
_TYPE = f"{_RDF}type"
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")

Node = NamedNode | BlankNode
_Day = TypeVar("_Day", date, datetime)
Things = dict[Node, dict[str, list[NamedNode | BlankNode | Literal]]]


def prepare(assessment: Iterable[Triple], catalogue: Catalogue, as_of: date) -> list[Triple]:
    """The triples to add: nothing that was stated is changed, and nothing is inferred about classes."""
    return [
        Triple(_VALIDATION, NamedNode(f"{_RDF}type"), _def("Validation")),
        _dated(_VALIDATION, "asOf", as_of),
        *_Preparation(by_subject(assessment), catalogue, as_of).triples(),
    ]


def due(start: _Day, interval: str) -> _Day:
    """The day or moment a duration after another, by the calendar: 31 January and a month is the last of February.

    What lies beyond the year 9999 is its last day. Raises ValueError for a text that is no xsd:duration.
    """
    last = start.replace(year=9999, month=12, day=31)
    length = _duration(interval)
    try:
        return last if length is None else start + length
    except (OverflowError, ValueError):
        return last


def by_subject(triples: Iterable[Triple]) -> Things:
    """The triples by subject and property."""
    things: Things = {}
    for t in triples:
        if isinstance(t.subject, NamedNode | BlankNode) and isinstance(t.object, NamedNode | BlankNode | Literal):
            things.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
    return things


Values = dict[str, list[NamedNode | BlankNode | Literal]]


class _Preparation:
    def __init__(self, things: Things, catalogue: Catalogue, as_of: date) -> None:
        self.things, self.catalogue, self.as_of = things, catalogue, as_of
        self.deadlines: dict[str, list[str]] = {}
        for iri in catalogue.of_type("Deadline"):
            self.deadlines.setdefault(catalogue.value(iri, f"{DEF}setBy") or "", []).append(iri)
        self.own_intervals: dict[str, list[str]] = {}
        for _, values in self.of("OwnInterval"):
            for deadline in values.get(f"{DEF}forDeadline", ()):
                self.own_intervals.setdefault(deadline.value, []).extend(_durations(values, "interval"))
        self.notified: dict[str, list[datetime]] = {}
        for _, values in self.of("Notice"):
            if _INCIDENT_NOTIFICATION in values.get(f"{DEF}noticeKind", ()):
                for incident in values.get(f"{DEF}ofIncident", ()):
                    self.notified.setdefault(incident.value, []).extend(_moments(values, "sentAt"))

    def of(self, name: str) -> Iterator[tuple[Node, Values]]:
        """The things of one of our classes."""
        return ((node, values) for node, values in self.things.items() if _def(name) in values.get(_TYPE, ()))

    def triples(self) -> Iterator[Triple]:
        for node, values in self.of("Assessment"):
            for completed in _dates(values, "completedOn"):
                yield _dated(node, "expiresOn", due(completed, _ASSESSMENT))
        for node, values in self.of("ActivityRecord"):
            yield from self.activity(node, values)
        for node, values in self.of("OwnInterval"):
            yield from self.own_interval(node, values)
        for node, values in self.of("Incident"):
            yield from self.incident(node, values)
        for name in ("ApplicabilityEntry", "ControlAssessment"):
            for node, values in self.of(name):
                yield from self.number(node, values)

    def activity(self, node: Node, values: Values) -> Iterator[Triple]:
        """Which deadline a record is about, until when it holds, by when it was due, whether it is kept long enough."""
        deadlines = [t.value for t in values.get(f"{DEF}forDeadline", ())]
        if not deadlines:
            found = [
                iri for measure in values.get(f"{DEF}concerns", ()) for iri in self.deadlines.get(measure.value, ())
            ]
            deadlines = found if len(found) == 1 else []
            yield from (Triple(node, _def("forDeadline"), NamedNode(iri)) for iri in deadlines)
        for iri in deadlines:
            interval = self.catalogue.value(iri, f"{DEF}interval")
            kind = (self.catalogue.value(iri, f"{DEF}deadlineKind") or "").rpartition("/")[2]
            if kind == "recurrence" and (chosen := _strictest(interval, *self.own_intervals.get(iri, ()))):
                yield from (_dated(node, "expiresOn", due(day, chosen)) for day in _dates(values, "performedOn"))
            if kind == "maximum-delay" and interval:
                yield from (_dated(node, "dueOn", due(day, interval)) for day in _dates(values, "startedOn"))
            if kind == "minimum-retention" and interval:
                start = next(iter(_dates(values, "performedOn")), self.as_of)
                for kept in _durations(values, "retention"):
                    yield _flag(node, "retentionSufficient", due(start, kept) >= due(start, interval))

    def own_interval(self, node: Node, values: Values) -> Iterator[Triple]:
        """Whether an organisation's own interval is as strict as that of the measure: no longer, or kept no shorter."""
        for deadline in values.get(f"{DEF}forDeadline", ()):
            if interval := self.catalogue.value(deadline.value, f"{DEF}interval"):
                limit, kind = due(self.as_of, interval), self.catalogue.value(deadline.value, f"{DEF}deadlineKind")
                for own in _durations(values, "interval"):
                    chosen = due(self.as_of, own)
                    kept = kind == f"{ID}deadline-kind/minimum-retention"
                    yield _flag(node, "stricter", chosen >= limit if kept else chosen <= limit)

    def incident(self, node: Node, values: Values) -> Iterator[Triple]:
        """The moments by which an incident must have been reported: the last one counts from the first notification."""
        for aware in _moments(values, "awareAt"):
            notification = due(aware, _NOTIFICATION)
            notified = min(self.notified.get(node.value, ()), key=_instant, default=notification)
            yield _moment(node, "earlyWarningDue", due(aware, _WARNING))
            yield _moment(node, "notificationDue", notification)
            yield _moment(node, "finalReportDue", due(notified, _REPORT))

    def number(self, node: Node, values: Values) -> Iterator[Triple]:
        """The usual form of a number that was written otherwise, if that form exists in the same edition."""
        for thing in values.get(f"{DEF}concerns", ()):
            if thing.value in self.catalogue.by_subject:
                continue
            folder, _, number = thing.value.rpartition("/")
            for form in number_forms(number):
                if f"{folder}/{form}" in self.catalogue.by_subject:
                    yield Triple(node, _def("normalNumber"), Literal(form))


def _strictest(*intervals: str | None) -> str | None:
    """The shortest of the intervals that are given."""
    given = [interval for interval in intervals if interval]
    return min(given, key=lambda interval: due(date(2026, 1, 1), interval)) if given else None


def _duration(text: str) -> Duration | timedelta | None:
    """A length of time; None if it is longer than the calendar can take. Raises ValueError for no duration."""
    if not re.fullmatch(r"P[^WT]*(T.+)?", text):
        raise ValueError(f"“{text}” is no duration of XML Schema")
    try:
        found = parse_xsd_duration(text)
    except OverflowError:
        return None
    if isinstance(found, Duration) and (found.years % 1 or found.months % 1):
        raise ValueError(f"“{text}” is not in whole years and months")
    return found


def _is_duration(text: str) -> bool:
    try:
        _duration(text)
    except ValueError:
        return False
    return True


def _texts(values: Values, name: str, kind: str) -> list[str]:
    """The literals of a property that are of a datatype of XML Schema; the others are left to the rules."""
    found = (t for t in values.get(f"{DEF}{name}", ()) if isinstance(t, Literal))
    return sorted(t.value for t in found if t.datatype.value == f"{_XSD}{kind}")


def _durations(values: Values, name: str) -> list[str]:
    return [text for text in _texts(values, name, "duration") if _is_duration(text)]


def _dates(values: Values, name: str) -> list[date]:
    """The dates of a property, a time zone left out; what is no date is left to the rule that says so."""
    found = (_DATE.fullmatch(text) for text in _texts(values, name, "date"))
    return [day for match in found if match and (day := _parsed(date, match[1]))]


def _moments(values: Values, name: str) -> list[datetime]:
    return [moment for text in _texts(values, name, "dateTime") if (moment := _parsed(datetime, text))]


def _instant(moment: datetime) -> datetime:
    """To compare moments with and without a time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parsed(kind: type[_Day], text: str) -> _Day | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None


def _def(name: str) -> NamedNode:
    return NamedNode(f"{DEF}{name}")


def _dated(node: Node, name: str, day: date) -> Triple:
    return Triple(node, _def(name), Literal(day.isoformat(), datatype=NamedNode(f"{_XSD}date")))


def _moment(node: Node, name: str, moment: datetime) -> Triple:
    return Triple(node, _def(name), Literal(moment.isoformat(), datatype=NamedNode(f"{_XSD}dateTime")))


def _flag(node: Node, name: str, value: bool) -> Triple:
    return Triple(node, _def(name), Literal(str(value).lower(), datatype=NamedNode(f"{_XSD}boolean")))
