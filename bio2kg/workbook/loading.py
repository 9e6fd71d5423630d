"""The catalogue of an edition, from a store."""

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, QuerySolution

from bio2kg.namespaces import ID
from bio2kg.queries import Parameter, Text
from bio2kg.store import Store, select
from bio2kg.things import edition_named
from bio2kg.turtle import natural
from bio2kg.workbook.catalogue import Catalogue, Code, Deadline, Item
from bio2kg.workbook.columns import FIELDS, TABS, Tab, plain, term

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
_DEADLINES = f"""{_PREFIXES}
SELECT DISTINCT ?deadline ?measure ?label ?kind ?binding ?interval WHERE {{
  VALUES ?edition {{ <https://w3id.org/bio2kg/id/bio2/1.3> }}
  ?deadline b:setBy ?measure ; skos:prefLabel ?label ; b:deadlineKind ?kind ; b:binding ?binding .
  ?measure skos:inScheme ?edition .
  OPTIONAL {{ ?deadline b:interval ?interval }}
}}"""
_PROVISIONS = f"""{_PREFIXES}
SELECT DISTINCT ?provision WHERE {{
  ?provision a b:Provision . FILTER (STRSTARTS(STR(?provision), "{ID}cbw/"))
}}"""
_CODES = f"""{_PREFIXES}
SELECT DISTINCT ?list ?concept ?use ?text WHERE {{
  VALUES ?list {{ UNDEF }}
  VALUES ?use {{ skos:prefLabel skos:altLabel skos:hiddenLabel skos:notation skos:definition }}
  ?concept skos:inScheme ?list ; ?use ?text .
}}"""


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
        _deadlines(store, node),
        frozenset(row["provision"] for row in select(store, _PROVISIONS)),
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


def _deadlines(store: Store, edition: NamedNode) -> dict[NamedNode, Deadline]:
    found: dict[NamedNode, Deadline] = {}
    for row in select(store, _DEADLINES, {"edition": edition}):
        interval = row["interval"].value if row["interval"] is not None else ""
        deadline = Deadline(row["deadline"], row["measure"], row["kind"], row["binding"], interval)
        found.setdefault(row["deadline"], deadline).label[row["label"].language or ""] = row["label"].value
    return dict(sorted(found.items(), key=lambda entry: natural(entry[0].value)))


def _codes(store: Store) -> dict[str, list[Code]]:
    columns = [*FIELDS, *(column for tab in TABS.values() for column in tab.columns)]
    kinds = [kind for tab in TABS.values() for kind in tab.kinds]
    lists = {column.values for column in columns if column.kind in ("code", "codes")} - {
        "",
        *(t.by_list for t in TABS.values()),
    }
    lists |= {kind.of for kind in kinds if ":" not in kind.of} | {"deadline-kind", "binding"}
    lists |= {values for kind in kinds for _, values in kind.says.values() if values and values not in TABS} - {
        "contracts"
    }
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
    ordered = {name: sorted(codes, key=_order) for name, codes in by_list.items()}
    return ordered | {tab.by_list: _kinds(tab, ordered) for tab in TABS.values() if tab.kinds}


def _kinds(tab: Tab, codes: Mapping[str, list[Code]]) -> list[Code]:
    """What the rows of a tab can be about, as one list."""
    found: list[Code] = []
    for kind in tab.kinds:
        label = {"nl": kind.nl, "en": kind.en}
        single = Code(term(kind.of), label, {}, {plain(name) for name in label.values()}) if kind.nl else None
        found += [single] if single else codes[kind.of]
    return found


# The order in which people expect the codes of a list; others follow by name.
_ORDER = (
    *("applicable", "not-started", "planned", "partial", "implemented", "verified"),
    *("conform", "partly-conform", "not-conform", "not-assessed", "not-applicable", "replaced-by-equivalent"),
    *("bestuur", "ciso", "lijnmanagement", "proceseigenaar", "auditor"),
    *("draft", "submitted", "final", "open", "in-progress", "closed", "public", "internal"),
    *("information-security", "cloud", "management-review", "internal-audit", "incident", "crisis", "cvd"),
    *("assets", "internet-facing", "critical-systems", "contracts", "risks"),
)


def _order(code: Code) -> tuple[int, str]:
    name = code.iri.value.rpartition("/")[2]
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), code.label.get("nl", name))
