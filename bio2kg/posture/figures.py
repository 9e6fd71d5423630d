"""What a posture report is made of: the answers of the named queries, and the due dates that follow from them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from pyoxigraph import NamedNode

from bio2kg import asking, queries
from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from bio2kg.store import Store
from bio2kg.validation.preparation import due

# The states in which something remains to be done, the heaviest first, by their columns in ``assessment-by-theme``.
OPEN = ("notConform", "notImplemented", "notInStatement", "partlyConform", "notAssessed", "unproven")
SETTLED = ("proven", "replaced", "notApplicable")
_SOON = timedelta(days=90)
_TABLES = ("gaps", "by-theme", "by-nis2", "by-cbw", "by-role", "deadlines", "actions", "iso27002", "iso27001")
_WITH_REFERENCE_DATE = frozenset(_TABLES) - {"actions"}

Row = dict[str, str]


@dataclass(frozen=True)
class Due:
    """A deadline on the reference date.

    ``when`` is ``overdue``, ``soon`` (within 90 days), ``later``, ``late`` (the last time was done after its limit),
    ``in-time``, ``no-record``, ``no-interval`` (no period is known) or ``undated`` (it has no date to compute).
    """

    row: Row
    when: str
    on: date | None = None


@dataclass(frozen=True)
class Posture:
    """One assessment on a reference date: the rows of each query by its name without ``assessment-``."""

    assessment: Row
    as_of: date
    rows: dict[str, list[Row]]
    deadlines: list[Due]
    earlier: Row | None = None
    comparison: list[Row] = field(default_factory=list)

    @property
    def measures(self) -> int:
        """How many measures the edition has."""
        return len(self.rows["gaps"])

    def count(self, state: str) -> int:
        """How many measures are in a state, by its column in ``assessment-by-theme``."""
        return sum(int(row[state]) for row in self.rows["by-theme"])

    def first(self, most: int = 10) -> list[Row]:
        """The open measures to take up first."""
        return [row for row in self.rows["gaps"] if row["order"]][:most]


def look(store: Store, assessment: NamedNode, language: str, as_of: date, earlier: NamedNode | None = None) -> Posture:
    """The posture that an assessment in the store shows, compared with an earlier one if that is given.

    Raises InputError for an assessment that is not in the store, or an earlier one that cannot be compared with it.
    """
    known = {row["assessment"]: row for row in _ask(store, "assessments", {"lang": language})}
    given = {"assessment": assessment.value, "asOf": as_of.isoformat(), "lang": language}
    rows = {
        name: _ask(
            store,
            f"assessment-{name}",
            {key: value for key, value in given.items() if key != "asOf" or name in _WITH_REFERENCE_DATE},
        )
        for name in _TABLES
    }
    if not rows["gaps"]:
        raise InputError(
            "the assessment uses no edition of BIO2 whose measures are known",
            where=assessment.value.removeprefix(f"{ID}assessment/"),
            remedy="Give it b:usesEdition, such as <https://w3id.org/bio2kg/id/bio2/1.3>.",
        )
    comparison: list[Row] = []
    if earlier:
        comparison = _compared(store, given, known, earlier)
    dues = [_due(row, as_of) for row in rows["deadlines"]]
    return Posture(known[assessment.value], as_of, rows, dues, known[earlier.value] if earlier else None, comparison)


def _compared(store: Store, given: dict[str, str], known: dict[str, Row], earlier: NamedNode) -> list[Row]:
    """The comparison with an earlier assessment, whose evidence counts as it stood when that was made."""
    if earlier.value == given["assessment"]:
        raise InputError("an assessment cannot be compared with itself", remedy="Give another one with --compare.")
    then = known[earlier.value]["completedOn"] or known[earlier.value]["periodEnd"]
    dated = {"earlierAsOf": then} if then else {}
    found = _ask(store, "assessment-comparison", given | {"earlier": earlier.value} | dated)
    if not found:
        raise InputError(
            "the two assessments are of different organisations", remedy="Compare two of one organisation."
        )
    return found


def _ask(store: Store, name: str, given: dict[str, str]) -> list[Row]:
    query = queries.get(name, queries.load())
    answered = asking.ask(store, query, {key: [value] for key, value in given.items()})
    return [{key: "" if term is None else term.value for key, term in row.items()} for row in answered.rows]


def _due(row: Row, as_of: date) -> Due:
    kind = row["kind"].rpartition("/")[2]
    if kind not in ("recurrence", "maximum-delay"):
        return Due(row, "undated" if int(row["records"]) else "no-record")
    if not int(row["records"]):
        return Due(row, "no-record")
    performed = date.fromisoformat(row["performedOn"])
    if kind == "maximum-delay":
        if not (row["startedOn"] and row["interval"]):
            return Due(row, "no-interval")
        limit = due(date.fromisoformat(row["startedOn"]), row["interval"])
        return Due(row, "late" if performed > limit else "in-time", limit)
    days = [due(performed, interval) for interval in (row["interval"], row["ownInterval"]) if interval]
    if not days:
        return Due(row, "no-interval")
    on = min(days)
    return Due(row, "overdue" if on < as_of else "soon" if on <= as_of + _SOON else "later", on)
