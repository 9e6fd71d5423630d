"""What a workbook needs to know of an edition: its measures and controls, other numbers, and the code lists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode, QuerySolution

from bio2kg.namespaces import ID
from bio2kg.queries import Parameter, Text
from bio2kg.store import Store, select
from bio2kg.things import edition_named
from bio2kg.turtle import natural
from bio2kg.workbook.columns import FIELDS, TABS, plain

CONTROLS = NamedNode(f"{ID}iso27002/2022")
_PREFIXES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_ITEMS = f"""{_PREFIXES}
SELECT DISTINCT ?thing ?number ?status ?text ?use WHERE {{
  VALUES ?scheme {{ <https://w3id.org/bio2kg/id/bio2/1.3> }}
  VALUES ?class {{ b:MeasureEdition b:Control }}
  ?thing skos:inScheme ?scheme ; a ?class ; skos:notation ?number .
  OPTIONAL {{ ?thing b:status ?status }}
  OPTIONAL {{ VALUES ?use {{ skos:prefLabel skos:definition }} ?thing ?use ?text }}
}}"""
_STEPS = f"""{_PREFIXES}
SELECT DISTINCT ?old ?from ?new ?to WHERE {{
  VALUES ?framework {{ <https://w3id.org/bio2kg/id/bio2> }}
  {{ ?event b:from ?a ; b:to ?b }} UNION {{ ?a b:movedTo ?b }}
  ?a skos:notation ?from ; skos:inScheme ?old .
  ?b skos:notation ?to ; skos:inScheme ?new .
  ?old <http://purl.org/dc/terms/isVersionOf> ?framework .
}}"""
_PREVIOUS = f"""{_PREFIXES}
SELECT DISTINCT ?previous WHERE {{
  VALUES ?edition {{ <https://w3id.org/bio2kg/id/bio2/1.3> }}
  ?edition dcat:previousVersion ?previous .
}}"""
_CODES = f"""{_PREFIXES}
SELECT DISTINCT ?list ?concept ?use ?text WHERE {{
  VALUES ?list {{ UNDEF }}
  VALUES ?use {{ skos:prefLabel skos:altLabel skos:hiddenLabel skos:notation skos:definition }}
  ?concept skos:inScheme ?list ; ?use ?text .
}}"""
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


@dataclass(frozen=True)
class Catalogue:
    """The edition of a workbook: its ``items`` by number, ``elsewhere`` what other editions' numbers became in it."""

    edition: NamedNode
    items: Mapping[str, Item]
    elsewhere: Mapping[str, Sequence[str]]
    other_numbers: frozenset[str]
    codes: Mapping[str, Sequence[Code]]

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


def load(store: Store, edition: str) -> Catalogue:
    """The catalogue of an edition of BIO2. Raises InputError that lists the editions if there is none of that name."""
    parameter = Parameter("edition", "edition", Text("", ""), required=True, framework="bio2")
    node = edition_named(store, parameter, edition)
    items: dict[str, Item] = {}
    for scheme in (node, CONTROLS):
        for row in select(store, _ITEMS, {"scheme": scheme}):
            _add(items, row, control=scheme == CONTROLS)
    previous = {row["previous"] for row in select(store, _PREVIOUS, {"edition": node})}
    elsewhere: dict[str, set[str]] = {}
    for row in select(store, _STEPS):
        old, new = row["from"].value, row["to"].value
        if row["new"] == node and row["old"] in previous and new in items:
            items[new].was = sorted({*items[new].was, old}, key=natural)
        for here, number, other in ((row["new"], new, old), (row["old"], old, new)):
            if here == node and number != other and number in items and items[number].active:
                elsewhere.setdefault(other, set()).add(number)
    for item in items.values():
        if item.number in item.was:  # it had this number before as well, whatever else came into it
            item.was = ()
    for number, successors in elsewhere.items():
        if number in items:
            items[number].successors = sorted(successors, key=natural)
    return Catalogue(
        node,
        items,
        {number: sorted(found, key=natural) for number, found in elsewhere.items()},
        frozenset(row["number"].value for row in select(store, _ALL_NUMBERS)),
        _codes(store),
    )


_ALL_NUMBERS = f"{_PREFIXES} SELECT DISTINCT ?number WHERE {{ ?m a b:MeasureEdition ; skos:notation ?number }}"


def _add(items: dict[str, Item], row: QuerySolution, *, control: bool) -> None:
    number, status = row["number"].value, row["status"]
    item = items.setdefault(
        number, Item(row["thing"], number, control, status.value.rpartition("/")[2] if status is not None else "")
    )
    if row["use"] is not None and isinstance(row["text"], Literal) and row["text"].language:
        texts = item.name if row["use"].value.endswith("prefLabel") else item.description
        texts[row["text"].language] = row["text"].value


def _codes(store: Store) -> dict[str, list[Code]]:
    columns = [*FIELDS, *(column for tab in TABS.values() for column in tab.columns)]
    lists = {column.values for column in columns if column.kind == "code"}
    found: dict[NamedNode, Code] = {}
    for row in select(store, _CODES, {"list": [NamedNode(f"{ID}{name}") for name in sorted(lists)]}):
        code = found.setdefault(row["concept"], Code(row["concept"]))
        use, text = row["use"].value.rpartition("#")[2], row["text"]
        if use == "definition":
            code.definition[text.language or ""] = text.value
            continue
        code.spellings.add(plain(text.value))
        if use == "prefLabel":
            code.label[text.language or ""] = text.value
    by_list: dict[str, list[Code]] = {name: [] for name in lists}
    for code in found.values():
        by_list[code.iri.value.removeprefix(ID).partition("/")[0]].append(code)
    return {name: sorted(codes, key=_order) for name, codes in by_list.items()}


# The order in which people expect the codes of a list; others follow by name.
_ORDER = (
    *("applicable", "not-started", "planned", "partial", "implemented", "verified"),
    *("conform", "partly-conform", "not-conform", "not-assessed", "not-applicable", "replaced-by-equivalent"),
    *("bestuur", "ciso", "lijnmanagement", "proceseigenaar", "auditor"),
    *("draft", "submitted", "final", "open", "in-progress", "closed", "public", "internal"),
)


def _order(code: Code) -> tuple[int, str]:
    name = code.iri.value.rpartition("/")[2]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), code.label.get("nl", name))
