"""What is recorded of the measures of BIO2: each in its edition, and what happened to it from one to the next."""

from collections import defaultdict
from dataclasses import dataclass, field

from pyoxigraph import Literal

from bio2kg.namespaces import DEF, ID, PREFIXES, short
from bio2kg.store import Store, select
from bio2kg.validation.catalogue import Catalogue

Text = dict[str, str]
LANGUAGES = ("nl", "en")
SAME_WORDING = frozenset({"unchanged", "moved", "renumbered"})

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
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
SELECT DISTINCT ?event ?text WHERE {{ ?event a b:LineageEvent ; rdfs:comment ?text }}
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
        self.explain(other)

    def explain(self, other: "Step") -> None:
        """Takes up what is said about another step and by whom, not what kind of step it was."""
        self.comments += [text for text in other.comments if text not in self.comments]
        self.sources += [source for source in other.sources if source not in self.sources]

    def settle(self) -> None:
        """Unchanged is what nothing else happened to."""
        self.kinds = (self.kinds - {"unchanged"}) or {"unchanged"}

    @property
    def same_wording(self) -> bool:
        """Whether it is the same measure in the same words, be it in another place."""
        return self.kinds <= SAME_WORDING

    def comment(self, language: str) -> str:
        """The comments of the events, in a language or in what there is."""
        return " ".join(text.get(language) or next(iter(text.values()), "") for text in self.comments)


@dataclass(frozen=True)
class Event:
    """A step as it is recorded, from a measure to another; empty where it began or ended."""

    source: str
    target: str
    step: Step

    def backwards(self) -> "Event":
        """The same event followed back in time."""
        step = Step({_BACKWARDS.get(kind, kind) for kind in self.step.kinds}, self.step.partial)
        step.explain(self.step)
        return Event(self.target, self.source, step)


def measures(frameworks: Catalogue) -> dict[str, Measure]:
    """The measures of all editions of BIO2 by IRI."""
    editions = {
        iri: frameworks.value(iri, f"{PREFIXES['dcat']}version") or ""
        for iri in frameworks.of_type("Edition")
        if frameworks.value(iri, f"{PREFIXES['dcterms']}isVersionOf") == f"{ID}bio2"
    }
    found = {}
    for iri in frameworks.of_type("MeasureEdition"):
        edition = frameworks.value(iri, f"{PREFIXES['skos']}inScheme")
        if edition in editions:
            found[iri] = Measure(
                iri,
                editions[edition],
                frameworks.value(iri, f"{PREFIXES['skos']}notation") or "",
                frameworks.value(iri, f"{DEF}status") == f"{ID}status/active",
                frameworks.value(iri, f"{DEF}editionOf") or "",
                frameworks.value(iri, f"{DEF}wordingDigest") or "",
                frameworks.value(iri, f"{DEF}underControl") or "",
            )
    return found


def events(store: Store) -> list[Event]:
    """The events between editions of BIO2, from the older to the newer."""
    comments: dict[str, Text] = defaultdict(dict)
    for row in select(store, _COMMENTS):
        if isinstance(row["text"], Literal):
            comments[row["event"].value][row["text"].language or ""] = row["text"].value
    found: dict[str, Event] = {}
    for row in sorted(select(store, _EVENTS), key=str):
        iri = row["event"].value
        source, target = ("" if row[name] is None else row[name].value for name in ("from", "to"))
        if any(measure.startswith(f"{ID}bio2/") for measure in (source, target)):
            said = [comments[iri]] if iri in comments else []
            event = found.setdefault(iri, Event(source, target, Step(comments=said)))
            partial = row["partial"] is not None and row["partial"].value == "true"
            sources = [short(row["source"].value)] if row["source"] is not None else []
            event.step.add(Step({row["kind"].value.rpartition("/")[2]}, partial, sources=sources))
    return list(found.values())
