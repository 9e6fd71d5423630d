"""Who is who in an export: which assessment it is, what each thing is called in cells, and which names are kept."""

import re
from collections.abc import Container

from pyoxigraph import Literal, NamedNode

from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from bio2kg.organisations import organisation
from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.columns import GENERAL, TABS, plain
from bio2kg.workbook.grids import XSD, Grid, text_of
from bio2kg.workbook.identity import Identity, tab_of
from bio2kg.workbook.kinds import address_of
from bio2kg.workbook.known import Known, Names
from bio2kg.workbook.layout import SINGLE, Graph, rows_of
from bio2kg.workbook.reading import Reader
from bio2kg.workbook.template import IDENTIFIERS

NO = Literal("false", datatype=NamedNode(f"{XSD}boolean"))


def identity_of(graph: Graph) -> Identity:
    """Which assessment a graph holds, and the language of the workbook it came from.

    Raises InputError if it does not hold exactly one, with organisation, edition and year.
    """
    found = graph.of_type("b:Assessment")
    if len(found) != 1:
        raise InputError(
            f"the graph holds {len(found)} assessments", remedy="Give a file with one assessment, as import writes it."
        )
    assessment = found[0]
    about = next((n for n in graph.values(assessment, "b:organisation") if isinstance(n, NamedNode)), None)
    editions = [n.value for n in graph.values(assessment, "b:usesEdition") if n.value.startswith(f"{ID}bio2/")]
    if about is None or len(editions) != 1:
        raise InputError(
            "the assessment does not name one organisation and one edition of BIO2",
            where=assessment.value,
            remedy="Add b:organisation and b:usesEdition.",
        )
    year = re.search(r"-(20\d\d)$", assessment.value) or re.match("(20..)", graph.text(assessment, "b:periodEnd"))
    if not year:
        raise InputError(
            "the assessment does not say of which year it is", where=assessment.value, remedy="Add b:periodEnd."
        )
    code = about.value.rpartition("/")[2]
    given = code if _is_code(code, about) else about.value
    english = any(graph.text(n, "b:sourceSheet") == GENERAL["en"] for n in graph.of_type("b:SourceCell"))
    return Identity(given, editions[0].rpartition("/")[2], int(year[1]), "en" if english else "nl")


def _is_code(code: str, about: NamedNode) -> bool:
    try:
        return organisation(code) == about
    except InputError:
        return False


def known(graph: Graph, assessment: NamedNode, catalogue: Catalogue, language: str) -> Known:
    """What the cells of an export are written against."""
    found = Known(catalogue, assessment.value, language)
    found.parties = _names(graph, "b:Party", "foaf:name")
    found.services = _names(graph, "b:Service", "skos:prefLabel")
    for tab in TABS.values():
        if tab.first.kind == "id":
            things = found.things.setdefault(tab.key, {})
            for node in rows_of(graph, tab):
                name = graph.text(node, "dcterms:identifier") or _free(node.value.rpartition("/")[2], things)
                found.ids[node] = name
                things.setdefault(name, node)
    for node in graph.of_type("b:RiskAnalysis"):
        found.analyses.setdefault(node, graph.text(node, "dcterms:identifier") or node.value)
    for contract in graph.of_type("b:Contract"):
        for supplier in graph.values(contract, "b:withSupplier"):
            if isinstance(supplier, NamedNode) and supplier in found.ids:
                found.things.setdefault("contracts", {}).setdefault(found.ids[supplier], contract)
    found.owned = {path: graph.single(assessment, path) for path in ("scope", "risk-method")}
    for kind in (kind for kind in TABS["governance"].kinds if ":" not in kind.of):
        for node in graph.of_type(kind.type):
            for code in graph.values(node, kind.says["subject"][0]):
                found.owned.setdefault(f"{kind.folder}/{code.value.rpartition('/')[2]}", node)
    return found


def _free(wanted: str, taken: Container[str]) -> str:
    """A name that no other thing of the tab has."""
    again, name = 1, wanted
    while name in taken:
        again += 1
        name = f"{wanted}-{again}"
    return name


def _names(graph: Graph, kind: str, predicate: str) -> Names:
    found: Names = {}
    for node in graph.of_type(kind):
        name = next((text_of(v) for v in graph.values(node, predicate) if isinstance(v, Literal)), node.value)
        found.setdefault(plain(name), (node, name))
    return found


def identifiers(
    graph: Graph, known: Known, placed: dict[tuple[str, int], NamedNode], sheets: list[Grid], identity: Identity
) -> list[Grid]:
    """The hidden sheet that keeps the names of things which an import would name otherwise; none if there are none."""
    reader = Reader(identity, known.catalogue, sheets)
    made = Graph(reader.run(csv=False).triples)
    assessment = graph.of_type("b:Assessment")[0]
    names = {identity.assessment: assessment}
    names |= {reader.single(key): graph.single(assessment, key) for key in SINGLE}
    for had, given in ((known.parties, reader.known.parties), (known.services, reader.known.services)):
        for key, (node, name) in given.items():
            found = had[key][0] if key in had else address_of(name)
            if found:
                names[node] = found
    for node, wanted in reader.known.analyses.items():
        names[node] = next((n for n, other in known.analyses.items() if other == wanted), node)
    for sheet in sheets:
        title = tab_of(sheet.title) or ""
        tab = TABS["memberships" if title == "general" else title]
        for node in rows_of(made, tab):
            row = int(made.text(node, "b:sourceRow") or 0)
            if had_node := placed.get((sheet.title, row)):
                names[node] = had_node
                for of in sorted({column.of for column in tab.columns} - {"", "member", "findings", "unassessed"}):
                    column = next(column for column in tab.columns if column.of == of)
                    pairs = zip(made.targets(node, column, tab), graph.targets(had_node, column, tab), strict=False)
                    names |= dict(pairs)
    grid = Grid(IDENTIFIERS[identity.language])
    kept = sorted((made.value, had.value, reader.firsts.get(made, "")) for made, had in names.items() if made != had)
    for row, cells in enumerate(kept, 1):
        grid.cells |= {(row, at): text for at, text in enumerate(cells, 1) if text}
    return [grid] if kept else []
