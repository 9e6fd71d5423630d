"""From which measures of one edition of BIO2 those of another come: the recorded steps, followed in either direction.

What makes two measures the same is the measure that persists (``b:editionOf``), never the number. The events say what
happened on the way and who says so; where digests of both wordings are known, they decide whether the words changed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, PREFIXES
from bio2kg.turtle import natural
from bio2kg.upgrade.lineage import Event, Measure, Step, measures
from bio2kg.validation.catalogue import Catalogue


@dataclass
class Succession:
    """What became of the measures of an edition in another.

    ``known`` has all measures of all editions by IRI. ``origins`` gives for each active measure of the second edition
    the measures of the first that it comes from, the same measure first; ``successors`` the same measure in the
    second edition; ``begun`` what is recorded of measures that are new there, ``ended`` of those that do not go on.
    """

    first: str
    second: str
    known: dict[str, Measure]
    origins: dict[str, dict[str, Step]] = field(default_factory=dict)
    begun: dict[str, Step] = field(default_factory=dict)
    ended: dict[str, Step] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)

    def same(self, old: str, new: str) -> bool:
        """Whether two measures are one that persists."""
        return bool(self.known[new].lasting) and self.known[old].lasting == self.known[new].lasting

    def kept_wording(self, old: str) -> bool:
        """Whether a measure goes on as itself, whole and in the same words."""
        new = self.successors.get(old)
        return new is not None and len(self.origins[new]) == 1 and self.origins[new][old].same_wording

    def old(self, iri: str) -> Measure | None:
        """The active measure of the first edition with this IRI, if it is one."""
        found = self.known.get(iri)
        return found if found and found.edition == self.first and found.active else None

    def active(self, label: str) -> list[Measure]:
        """The measures that an edition has, in the order of their numbers."""
        found = (m for m in self.known.values() if m.edition == label and m.active)
        return sorted(found, key=lambda m: natural(m.number))

    def changed_controls(self) -> set[str]:
        """The controls that have other measures in the second edition, whatever their numbers and words."""
        under = {label: {(m.control, m.lasting) for m in self.active(label)} for label in (self.first, self.second)}
        return {control for control, _ in under[self.first] ^ under[self.second]}

    def lasting_deadlines(self, frameworks: Catalogue) -> dict[str, str]:
        """The deadlines that the second edition sets in the same way, by what they were."""
        here: dict[tuple[str | None, ...], str] = {}
        there: dict[tuple[str | None, ...], str] = {}
        for deadline in frameworks.of_type("Deadline"):
            measure = self.known.get(frameworks.value(deadline, f"{DEF}setBy") or "")
            if measure and measure.lasting:
                how = (f"{PREFIXES['dcterms']}identifier", f"{DEF}deadlineKind", f"{DEF}interval")
                # One measure can set two in the same way; only their names tell them apart.
                name = frameworks.name(deadline, "nl")
                key = (measure.lasting, name, *(frameworks.value(deadline, property_) for property_ in how))
                for label, found in ((self.first, here), (self.second, there)):
                    if measure.edition == label:
                        found[key] = deadline
        return {deadline: there[key] for key, deadline in here.items() if key in there}


@dataclass
class _Way:
    """The steps between two editions that follow each other, read in the direction asked for."""

    links: dict[str, dict[str, Step]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Step)))
    begun: dict[str, Step] = field(default_factory=lambda: defaultdict(Step))
    ended: dict[str, Step] = field(default_factory=lambda: defaultdict(Step))


def succeed(frameworks: Catalogue, events: Iterable[Event], first: str, second: str) -> Succession:
    """What became of the measures of edition ``first`` in ``second``, both by label such as 1.2.

    Raises InputError for an edition without recorded history, and for two that are the same.
    """
    succession = Succession(first, second, measures(frameworks))
    path = _path(succession)
    forward = path == sorted(path, key=natural)
    events = [event if forward else event.backwards() for event in events]
    ways = [_way(succession, events, here, there) for here, there in pairwise(path)]
    before = succession.active(first)
    for new in succession.active(second):
        succession.origins[new.iri], begun = _origins(succession, ways, before, new)
        if begun:
            succession.begun[new.iri] = begun
    succession.successors = {
        old: new for new, found in succession.origins.items() for old in found if succession.same(old, new)
    }
    _mark_outflow(succession)
    succession.ended = {
        old.iri: _ending(succession, old, ways) for old in before if old.iri not in succession.successors
    }
    return succession


def _path(succession: Succession) -> list[str]:
    """The editions from the first to the second, one step at a time."""
    first, second = succession.first, succession.second
    editions = sorted({m.edition for m in succession.known.values() if m.lasting}, key=natural)
    for label in (first, second):
        if label not in editions:
            raise InputError(
                f"an assessment cannot be carried from or to BIO2 “{label}”",
                remedy=f"Editions of which the measures and their history are known: {', '.join(editions)}.",
            )
    if first == second:
        raise InputError(f"both editions are {first}", remedy="Name two different editions with --from and --to.")
    here, there = editions.index(first), editions.index(second)
    return editions[here : there + 1] if here < there else editions[there : here + 1][::-1]


def _way(succession: Succession, events: list[Event], here: str, there: str) -> _Way:
    way, known = _Way(), succession.known

    def of(iri: str, edition: str) -> bool:
        return not iri or (iri in known and known[iri].edition == edition)

    for event in events:
        if of(event.source, here) and of(event.target, there):
            _add(succession, way, event)
    lasting = {measure.lasting: measure for measure in succession.active(here) if measure.lasting}
    for new in succession.active(there):
        if (old := lasting.get(new.lasting)) and old.iri not in way.links[new.iri]:
            way.links[new.iri][old.iri] = Step({"unchanged"})
    return way


def _add(succession: Succession, way: _Way, event: Event) -> None:
    source, target, step = event.source, event.target, event.step
    if not source:
        way.begun[target].add(step)
    elif not target:
        way.ended[source].add(step)
    elif step.kinds <= {"moved", "renumbered"} and succession.known[source].lasting != succession.known[target].lasting:
        # Another reading of the documents: the measure itself is recorded elsewhere.
        way.ended[source].explain(step)
    elif succession.known[source].active and succession.known[target].active:
        way.links[target][source].add(step)


def _origins(
    succession: Succession, ways: list[_Way], before: list[Measure], new: Measure
) -> tuple[dict[str, Step], Step | None]:
    """Where a measure comes from, step by step back to the first edition; and what is recorded of its beginning."""
    found = {new.iri: Step()}
    begun = Step()
    for way in reversed(ways):
        earlier: dict[str, Step] = defaultdict(Step)
        for iri, after in found.items():
            if iri in way.begun or not way.links.get(iri):
                begun.add(way.begun.get(iri) or Step({"introduced"}))
            for source, step in way.links.get(iri, {}).items():
                earlier[source].add(step)
                earlier[source].add(after)
                if other := way.ended.get(source):
                    earlier[source].explain(other)
        found = dict(earlier)
    own = [old.iri for old in before if succession.same(old.iri, new.iri)]
    for iri in own:
        found.setdefault(iri, Step({"returned"}))  # gone in between and back
    for iri, step in found.items():
        _settle(succession.known[iri], new, step, same=succession.same(iri, new.iri))
    ordered = sorted(found, key=lambda iri: (not succession.same(iri, new.iri), natural(succession.known[iri].number)))
    return {iri: found[iri] for iri in ordered}, begun if begun.kinds and not own else None


def _settle(old: Measure, new: Measure, step: Step, *, same: bool) -> None:
    """Lets digests and numbers decide what several steps together come to."""
    if not same:
        step.kinds -= {"unchanged", "reworded", "moved", "renumbered"}
        step.kinds = step.kinds or {"split"}
        return
    if old.digest and new.digest:
        step.kinds -= {"reworded", "unchanged"}
        step.kinds |= {"unchanged" if old.digest == new.digest else "reworded"}
    if old.number == new.number:
        step.kinds -= {"moved", "renumbered"}
    elif not step.kinds & {"moved", "renumbered"}:
        step.kinds |= {"renumbered" if old.control == new.control else "moved"}
    step.settle()


def _mark_outflow(succession: Succession) -> None:
    """A measure of which a part went elsewhere is no longer whole, also where it goes on as itself."""
    for new, found in succession.origins.items():
        for old, step in found.items():
            own = succession.successors.get(old)
            if own and own != new:
                succession.origins[own][old].add(step)
                succession.origins[own][old].kinds -= {"unchanged"}


def _ending(succession: Succession, old: Measure, ways: list[_Way]) -> Step:
    """What is recorded of the end of a measure, in whichever step it came."""
    step = Step({"withdrawn"})
    for way in ways:
        into = [(iri, found) for sources in way.links.values() for iri, found in sources.items()]
        for iri, found in [*way.ended.items(), *into]:
            if succession.known[iri].lasting == old.lasting:
                step.add(found)
    step.kinds &= {"withdrawn", "merged", "split"}
    return step
