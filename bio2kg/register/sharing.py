"""What a store in memory must take in, and what it must forget, to show the stored assessments its audience may see."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bio2kg.namespaces import CATALOGUE_GRAPH
from bio2kg.register.record import Audience, Register
from bio2kg.store import Store, select


@dataclass(frozen=True)
class Change:
    """An assessment to take in; without a revision, one to forget."""

    identifier: str
    revision: str = ""
    content: bytes = b""  # N-Triples


@dataclass
class Shown:
    """The state of the register, and what changed since a store was brought up to date with it."""

    state: str
    changes: list[Change] = field(default_factory=list)


# For an audience, the state at which a store is and the revision of each assessment that it holds.
Changes = Callable[[Audience, str, dict[str, str]], Shown]


def nothing_stored(audience: Audience, state: str, held: dict[str, str]) -> Shown:
    """There is no register, so there is nothing to show."""
    return Shown("")


def changes_of(register: Register) -> Changes:
    """The changes as a register tells them; next to no work when its state is still the same."""

    def changes(audience: Audience, state: str, held: dict[str, str]) -> Shown:
        # Read first: what is written meanwhile is found the next time.
        now = register.state()
        if now == state:
            return Shown(now)
        seen = {record.identifier: record.revision for record in register.records(audience)}
        found = [Change(identifier) for identifier in held if identifier not in seen]
        for identifier, revision in seen.items():
            if held.get(identifier) != revision:
                read = register.read(identifier, audience)
                # It may have gone, or may not be seen any more, since it was listed.
                found.append(Change(identifier, read[0].revision, read[1]) if read else Change(identifier))
        return Shown(now, found)

    return changes


def released_graphs(store: Store) -> list[str]:
    """The graphs of the release that a store holds, as its catalogue has them.

    What a graph says of itself does not count: its author may have made that up.
    """
    return [CATALOGUE_GRAPH.value, *(row["g"].value for row in select(store, _RELEASED))]


_RELEASED = """
PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?g WHERE {
  GRAPH <https://w3id.org/bio2kg/graph/catalogue> { <https://w3id.org/bio2kg/id/dataset/bio2kg> void:subset ?g }
}
ORDER BY ?g
"""
