"""From which measures of one edition of BIO2 those of another come: the recorded steps, followed in either direction.

What makes two measures the same is the measure that persists (``b:editionOf``), never the number. The events say what
happened on the way and who says so; where digests of both wordings are known, they decide whether the words changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pyoxigraph import Literal

from bio2kg.errors import InputError
from bio2kg.namespaces import ID, PREFIXES, short
from bio2kg.store import Store, select
from bio2kg.turtle import natural

Text = dict[str, str]
SAME_WORDING = frozenset({"unchanged", "moved", "renumbered"})

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_MEASURES = f"""{_PROLOGUE}
SELECT DISTINCT ?measure ?version ?number ?status ?lasting ?digest ?control WHERE {{
  ?edition dcterms:isVersionOf id:bio2 ; dcat:version ?version .
  ?measure skos:inScheme ?edition ; a b:MeasureEdition ; skos:notation ?number .
  OPTIONAL {{ ?measure b:status ?status }}
  OPTIONAL {{ ?measure b:editionOf ?lasting }}
  OPTIONAL {{ ?measure b:wordingDigest ?digest }}
  OPTIONAL {{ ?measure b:underControl ?control }}
}}
"""
_EVENTS = f"""{_PROLOGUE}
SELECT DISTINCT ?event ?kind ?from ?to ?partial ?source WHERE {{
  ?event a b:LineageEvent ; b:lineageKind ?kind .
  OPTIONAL {{ ?event b:from ?from }}
  OPTIONAL {{ ?event b:to ?to }}
  OPTIONAL {{ ?event b:partial ?partial }}
  OPTIONAL {{ ?event dcterms:source ?source }}
}}
"""
_COMMENTS = f"""{_PROLOGUE}
SELECT DISTINCT ?thing ?text WHERE {{ ?thing a b:LineageEvent ; rdfs:comment ?text }}
"""
# What an event means when the steps are followed back in time.
_BACKWARDS = {"introduced": "withdrawn", "withdrawn": "returned", "returned": "withdrawn"}
_BACKWARDS |= {"split": "merged", "merged": "split"}


@dataclass(frozen=True)
class Measure:
    """A measure of one edition; ``lasting`` is the measure that persists, empty where none is recorded."""

    iri: str
    edition: str
    number: str
    active: bool
    lasting: str
    digest: str
    control: str


@dataclass
class Step:
    """What is recorded of the way from one measure to another, or of the beginning or end of one."""

    kinds: set[str] = field(default_factory=set)
    partial: bool = False
    comments: list[Text] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, other: "Step") -> None:
        """Takes up what is recorded of another step."""
        self.kinds |= other.kinds
        self.partial |= other.partial
        self.comments += [text for text in other.comments if text not in self.comments]
        self.sources += [source for source in other.sources if source not in self.sources]

    @property
    def same_wording(self) -> bool:
        """Whether it is the same measure in the same words, be it in another place."""
        return self.kinds <= SAME_WORDING

    def comment(self, language: str) -> str:
        """The comments of the events, in a language or in what there is."""
        return " ".join(text.get(language) or next(iter(text.values()), "") for text in self.comments)


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

    def active(self, label: str) -> list[Measure]:
        """The measures that an edition has, in the order of their numbers."""
        found = (m for m in self.known.values() if m.edition == label and m.active)
        return sorted(found, key=lambda m: natural(m.number))


def load(store: Store, first: str, second: str) -> Succession:
    """What became of the measures of edition ``first`` in ``second``, both by label such as 1.2.

    Raises InputError for an edition without recorded history, and for two that are the same.
    """
    known = _measures(store)
    editions = sorted({m.edition for m in known.values() if m.lasting}, key=natural)
    for label in (first, second):
        if label not in editions:
            raise InputError(
                f"an assessment cannot be carried from or to BIO2 “{label}”",
                remedy=f"Editions of which the measures and their history are known: {', '.join(editions)}.",
            )
    if first == second:
        raise InputError(f"both editions are {first}", remedy="Name two different editions with --from and --to.")
    here, there = editions.index(first), editions.index(second)
    path = editions[here : there + 1] if here < there else editions[there : here + 1][::-1]
    events = list(_events(store))
    succession = Succession(first, second, known)
    ways = [_Way(known, events, *pair, forward=here < there) for pair in pairwise(path)]
    before = succession.active(first)
    for new in succession.active(second):
        succession.origins[new.iri], begun = _origins(succession, ways, before, new)
        if begun:
            succession.begun[new.iri] = begun
    succession.successors = {
        old: new for new, found in succession.origins.items() for old in found if succession.same(old, new)
    }
    _mark_outflow(succession)
    for old in before:
        if succession.successors.get(old.iri) is None:
            succession.ended[old.iri] = _ending(known, old, ways)
    return succession


class _Way:
    """The steps between two editions that follow each other, read in the direction asked for."""

    def __init__(
        self, known: dict[str, Measure], events: Iterable[tuple[str, str, Step]], a: str, b: str, *, forward: bool
    ) -> None:
        self.links: dict[str, dict[str, Step]] = defaultdict(lambda: defaultdict(Step))
        self.begun: dict[str, Step] = defaultdict(Step)
        self.ended: dict[str, Step] = defaultdict(Step)
        for older, newer, event in events:
            source, target, step = older, newer, event
            if not forward:
                source, target = newer, older
                step = Step({_BACKWARDS.get(k, k) for k in event.kinds}, event.partial, event.comments, event.sources)
            if _is_of(known, source, a) and _is_of(known, target, b):
                self._add(known, source, target, step)
        lasting = {m.lasting: m for m in known.values() if m.edition == a and m.active and m.lasting}
        for new in known.values():
            if (
                new.edition == b
                and new.active
                and (old := lasting.get(new.lasting))
                and old.iri not in self.links[new.iri]
            ):
                self.links[new.iri][old.iri] = Step({"unchanged"})

    def _add(self, known: dict[str, Measure], source: str, target: str, step: Step) -> None:
        if not source:
            self.begun[target].add(step)
        elif not target:
            self.ended[source].add(step)
        elif step.kinds <= {"moved", "renumbered"} and known[source].lasting != known[target].lasting:
            # Another reading of the documents: the measure itself is recorded elsewhere.
            self.ended[source].add(Step(set(), False, step.comments, step.sources))
        elif known[source].active and known[target].active:
            self.links[target][source].add(step)


def _is_of(known: dict[str, Measure], iri: str, edition: str) -> bool:
    return not iri or (iri in known and known[iri].edition == edition)


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
                    earlier[source].add(Step(set(), False, other.comments, other.sources))
        found = dict(earlier)
    own = [old.iri for old in before if succession.same(old.iri, new.iri)]
    for old_iri in own:
        found.setdefault(old_iri, Step({"returned"}))  # gone in between and back
    for old_iri, step in found.items():
        _settle(succession.known[old_iri], new, step, same=succession.same(old_iri, new.iri))
    ordered = sorted(found, key=lambda iri: (not succession.same(iri, new.iri), natural(succession.known[iri].number)))
    return {iri: found[iri] for iri in ordered}, begun if begun.kinds and not own else None


def _settle(old: Measure, new: Measure, step: Step, *, same: bool) -> None:
    """Lets digests and numbers decide what several steps together come to."""
    if not same:
        step.kinds -= {"unchanged", "reworded", "moved", "renumbered"}
        step.kinds = step.kinds or {"split"}
        return
    if old.digest and new.digest:
        step.kinds -= {"reworded"} if old.digest == new.digest else {"unchanged"}
        step.kinds |= set() if old.digest == new.digest else {"reworded"}
    if old.number == new.number:
        step.kinds -= {"moved", "renumbered"}
    elif not step.kinds & {"moved", "renumbered"}:
        step.kinds |= {"renumbered" if old.control == new.control else "moved"}
    step.kinds = (step.kinds - {"unchanged"}) or {"unchanged"}


def _mark_outflow(succession: Succession) -> None:
    """A measure of which a part went elsewhere is no longer whole, also where it goes on as itself."""
    for new, found in list(succession.origins.items()):
        for old, step in found.items():
            own = succession.successors.get(old)
            if own and own != new:
                succession.origins[own][old].add(Step(step.kinds, step.partial, step.comments, step.sources))
                succession.origins[own][old].kinds -= {"unchanged"}


def _ending(known: dict[str, Measure], old: Measure, ways: list[_Way]) -> Step:
    """What is recorded of the end of a measure, in whichever step it came."""
    step = Step({"withdrawn"})
    for way in ways:
        for iri, ended in way.ended.items():
            if known[iri].lasting == old.lasting:
                step.add(ended)
        for sources in way.links.values():
            for iri, into in sources.items():
                if known[iri].lasting == old.lasting:
                    step.add(Step(into.kinds & {"merged", "split"}, into.partial, into.comments, into.sources))
    return step


def _measures(store: Store) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for row in select(store, _MEASURES):
        value = {
            name: "" if row[name] is None else row[name].value
            for name in ("measure", "version", "number", "status", "lasting", "digest", "control")
        }
        found[value["measure"]] = Measure(
            value["measure"], value["version"], value["number"], value["status"] == f"{ID}status/active",
            value["lasting"], value["digest"], value["control"],
        )  # fmt: skip
    return found


def _events(store: Store) -> Iterator[tuple[str, str, Step]]:
    """The events as (measure of the older edition, of the newer one, what happened); an IRI may be empty."""
    comments: dict[str, Text] = defaultdict(dict)
    for row in select(store, _COMMENTS):
        if isinstance(row["text"], Literal):
            comments[row["thing"].value][row["text"].language or ""] = row["text"].value
    events: dict[str, tuple[str, str, Step]] = {}
    for row in sorted(select(store, _EVENTS), key=str):
        iri = row["event"].value
        older, newer = ("" if row[name] is None else row[name].value for name in ("from", "to"))
        if not any(measure.startswith(f"{ID}bio2/") for measure in (older, newer)):
            continue
        step = events.setdefault(iri, (older, newer, Step(comments=[comments[iri]] if iri in comments else [])))[2]
        partial = row["partial"] is not None and row["partial"].value == "true"
        source = [short(row["source"].value)] if row["source"] is not None else []
        step.add(Step({row["kind"].value.rpartition("/")[2]}, partial, [], source))
    return iter(events.values())
