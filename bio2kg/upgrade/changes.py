"""What became of every measure: the list of changes, first what must be judged anew."""

from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import Triple

from bio2kg.namespaces import ID
from bio2kg.turtle import natural
from bio2kg.upgrade.lineage import LANGUAGES, Step, Text
from bio2kg.upgrade.succession import Succession
from bio2kg.validation.catalogue import Catalogue

# Why a measure must be looked at, the heaviest first.
REASONS = (
    "disagree",
    "withdrawn",
    "introduced",
    "returned",
    "parts",
    "reworded",
    "exception",
    "no-entry",
    "not-recognised",
    "measures-of-control",
    "references",
)
KINDS = (
    "introduced", "returned", "withdrawn", "split", "merged", "moved", "renumbered", "reworded", "unchanged",
)  # fmt: skip
CARRIED = (
    "applicability", "justification", "implementation-status", "reference", "exception", "control-assessment",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What became of one measure, or of one control or entry that needs a look.

    ``old`` are the numbers it comes from, the same measure first; ``new`` is empty for a measure that ended. ``kinds``
    are codes of the list lineage-kind. ``carried`` says what was taken over (codes of CARRIED), ``reasons`` why it must
    be judged anew (codes of REASONS; none: only the findings). ``before`` is what the old assessment said where that
    was not carried, ``references`` what still points at the old measure.
    """

    old: tuple[str, ...]
    new: str
    name: Text
    kinds: tuple[str, ...]
    what: Text
    partial: bool
    carried: tuple[str, ...]
    reasons: tuple[str, ...]
    before: Text
    references: tuple[str, ...]
    comment: Text
    sources: tuple[str, ...]

    @property
    def anew(self) -> bool:
        """Whether there is more to do than making the findings again."""
        return bool(self.reasons)

    @property
    def place(self) -> tuple[object, ...]:
        """A sort key: by the heaviest reason, then by number."""
        first = REASONS.index(self.reasons[0]) if self.reasons else len(REASONS)
        return first, natural(self.new or self.old[0])


@dataclass(frozen=True)
class Upgraded:
    """The carried assessment and the list of what was done, first what must be judged anew."""

    triples: list[Triple]
    changes: list[Change]
    first: str
    second: str

    def counts(self) -> dict[str, int]:
        """How many changes there are: ``unchanged``, ``anew``, and how many for each reason that occurs."""
        found = Counter(reason for change in self.changes for reason in change.reasons)
        anew = sum(change.anew for change in self.changes)
        return {"unchanged": len(self.changes) - anew, "anew": anew} | {r: found[r] for r in REASONS if found[r]}


@dataclass
class Row:
    """A change while it is being found; ``iri`` is that of what it is called after."""

    iri: str
    old: list[str]
    new: str
    step: Step = field(default_factory=Step)
    reasons: set[str] = field(default_factory=set)
    carried: set[str] = field(default_factory=set)
    before: list[Text] = field(default_factory=list)
    references: set[str] = field(default_factory=set)

    def change(self, frameworks: Catalogue) -> Change:
        """The change as it was found, in words as well."""
        kinds = tuple(kind for kind in KINDS if kind in self.step.kinds)
        return Change(
            tuple(self.old),
            self.new,
            {lang: frameworks.name(self.iri, lang) for lang in LANGUAGES},
            kinds,
            {
                lang: ", ".join(label(frameworks, f"{ID}lineage-kind/{kind}", lang) for kind in kinds)
                for lang in LANGUAGES
            },
            self.step.partial,
            tuple(code for code in CARRIED if code in self.carried),
            tuple(reason for reason in REASONS if reason in self.reasons),
            {lang: "; ".join(dict.fromkeys(text[lang] for text in self.before if text[lang])) for lang in LANGUAGES},
            tuple(sorted(self.references, key=natural)),
            {lang: self.step.comment(lang) for lang in LANGUAGES},
            tuple(self.step.sources),
        )


def begin(succession: Succession) -> dict[str, Row]:
    """A row for every measure of the new edition and for every one that ended, by IRI."""
    rows = {}
    for new, origins in succession.origins.items():
        step = Step()
        for found in (*origins.values(), succession.begun.get(new, Step())):
            step.add(found)
        step.settle()
        row = Row(new, [succession.known[old].number for old in origins], succession.known[new].number, step)
        row.reasons = {"introduced", "returned", "reworded"} & step.kinds
        if step.kinds & {"split", "merged"} or step.partial:
            row.reasons.add("parts")
        rows[new] = row
    for old, step in succession.ended.items():
        rows[old] = Row(old, [succession.known[old].number], "", step, {"withdrawn"})
    return rows


def label(frameworks: Catalogue, iri: str, language: str) -> str:
    """The name of a code, as it stands in a sentence."""
    name = frameworks.name(iri, language) or iri.rpartition("/")[2]
    return name[:1].lower() + name[1:]
