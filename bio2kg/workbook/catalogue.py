"""What a workbook needs to know of an edition: its measures and controls, other numbers, deadlines, the code lists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from pyoxigraph import NamedNode

from bio2kg.namespaces import ID
from bio2kg.turtle import natural
from bio2kg.workbook.columns import plain

Texts = dict[str, str]


@dataclass
class Item:
    """A measure or control of the edition; ``active`` ones have a row in the workbook."""

    iri: NamedNode
    number: str
    control: bool
    status: str
    name: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    was: Sequence[str] = ()
    successors: Sequence[str] = ()

    @property
    def active(self) -> bool:
        """Whether the edition asks something under this number."""
        return self.control or self.status == "active"


@dataclass
class Code:
    """A concept of a code list."""

    iri: NamedNode
    label: Texts = field(default_factory=dict)
    definition: Texts = field(default_factory=dict)
    spellings: set[str] = field(default_factory=set)


@dataclass
class Deadline:
    """What the edition asks to be done by some time, or kept for some time."""

    iri: NamedNode
    measure: NamedNode
    kind: NamedNode
    binding: NamedNode
    interval: str
    label: Texts = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number of the measure that sets it."""
        return self.measure.value.rpartition("/")[2]


@dataclass(frozen=True)
class Catalogue:
    """The edition of a workbook: its ``items`` by number, ``elsewhere`` what other editions' numbers became in it.

    ``deadlines`` are those that its measures set, in their order; ``provisions`` the articles of the Cbw.
    """

    edition: NamedNode
    items: Mapping[str, Item]
    elsewhere: Mapping[str, Sequence[str]]
    other_numbers: frozenset[str]
    codes: Mapping[str, Sequence[Code]]
    deadlines: Mapping[NamedNode, Deadline]
    provisions: frozenset[NamedNode]

    @cached_property
    def by_iri(self) -> Mapping[object, Item | Deadline]:
        """The measures, controls and deadlines by their IRI."""
        found: dict[object, Item | Deadline] = {item.iri: item for item in self.items.values()}
        return found | {deadline.iri: deadline for deadline in self.deadlines.values()}

    @property
    def version(self) -> str:
        """The label of the edition, such as 1.3."""
        return self.edition.value.rpartition("/")[2]

    def rows(self, *, controls: bool = True) -> list[Item]:
        """The items that have a row, in the order of their numbers: a control, then its measures."""
        found = [item for item in self.items.values() if item.active and (controls or not item.control)]
        return sorted(found, key=lambda item: [int(part) for part in item.number.split(".")])

    def code(self, name: str, text: str) -> Code | None:
        """The concept of a list that a text names, in any known spelling."""
        return next((code for code in self.codes[name] if plain(text) in code.spellings), None)

    def deadline(self, text: str) -> Deadline | None:
        """The deadline of a name, in either language."""
        return next((d for d in self.deadlines.values() if plain(text) in map(plain, d.label.values())), None)

    def provision(self, text: str) -> NamedNode | None:
        """The article of the Cbw of a number, such as 21, 21.3 or “Cbw artikel 21, lid 3”."""
        number = ".".join(re.findall(r"\b\d+[a-z]?\b|\b[a-z]\b", text.casefold()))
        found = NamedNode(f"{ID}cbw/{number}")
        return found if number and found in self.provisions else None

    def nearest_code(self, name: str, text: str, language: str) -> str:
        """The label that looks most like a text."""
        labels = {plain(code.label[language]): code.label[language] for code in self.codes[name]}
        return labels[get_close_matches(plain(text), labels, n=1, cutoff=0)[0]]

    def nearest_numbers(self, text: str) -> list[str]:
        """At most three numbers of the edition that look like a text."""
        numbers = [item.number for item in self.rows()]
        return sorted(get_close_matches(text, numbers, n=3, cutoff=0.6), key=natural)


def normal(text: str) -> str | None:
    """A number in the form the catalogue has: 5.1 for a control, 5.01.01 for a measure; None if it is no number.

    Commas, other numbers of zeros, a full stop at the end and a name in front (“A.5.1”, “BIO2 5.01.01”) are allowed.
    """
    match = re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9]*[ .:-]+)?(\d{1,2})[.,-](\d{1,2})(?:[.,-](\d{1,2}))?\.?", text.strip())
    if not match:
        return None
    first, second, third = match.groups()
    return f"{int(first)}.{int(second):02d}.{int(third):02d}" if third else f"{int(first)}.{int(second)}"
