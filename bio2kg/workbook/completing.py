"""What can be said only when all tabs were read: people, what was only pointed at, loose ends; and who is who."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import ID
from bio2kg.workbook.columns import TABS, term
from bio2kg.workbook.grids import Grid, shown, text_literal
from bio2kg.workbook.layout import SINGLE, Graph
from bio2kg.workbook.messages import problem

if TYPE_CHECKING:
    from bio2kg.workbook.reading import Reader


def complete(reader: Reader) -> None:
    """Adds the people, services and loose risk analyses, what there is one of, the scale, and messages about these."""
    known = reader.known
    for names, kind, predicate in (
        (known.parties, "b:Party", "foaf:name"),
        (known.services, "b:Service", "skos:prefLabel"),
    ):
        for node, name in names.values():
            reader.say(node, "rdf:type", term(kind))
            reader.say(node, predicate, text_literal(name))
    for node, name in known.analyses.items():
        reader.say(node, "rdf:type", term("b:RiskAnalysis"))
        reader.say(node, "b:organisation", reader.identity.organisation)
        reader.say(node, "dcterms:identifier", Literal(name))
    _single(reader)
    _pointed(reader)
    graph = Graph(reader.triples)
    for scale in graph.of_type("b:MaturityScale"):
        for assessment in graph.of_type("b:ControlAssessment"):
            if graph.values(assessment, "b:maturity"):
                reader.say(assessment, "b:maturityScale", scale)
    for sheet, place, member in reader.silent:
        if graph.values(member, "org:reportsTo"):
            reader.blank.add((sheet, place))
    _exceptions(reader, graph)
    for name, node in known.things.get("evidence", {}).items():
        if not graph.pointing("b:supportedBy", node):
            reader.message(*graph.first_cell(node), problem("id-unused", name))


def _single(reader: Reader) -> None:
    """What there is one of, and how the assessment points at it."""
    for key in sorted(reader.made & SINGLE.keys()):
        reader.say(reader.single(key), "rdf:type", term(SINGLE[key][1]))
    for key in sorted(reader.made & {"scope", "risk-method"}):
        reader.say(reader.single(key), "b:organisation", reader.identity.organisation)
    if "scope" in reader.made:
        for covering in (reader.identity.assessment, reader.single("statement")):
            reader.say(covering, "b:coversScope", reader.single("scope"))
    if "approval" in reader.made:
        reader.say(reader.identity.assessment, "b:hasApproval", reader.single("approval"))


def _pointed(reader: Reader) -> None:
    """A register, policy or procedure that a “yes” somewhere names is there, also without a row of its own."""
    made = {t.subject for t in reader.triples}
    kinds = {kind.folder: kind for kind in TABS["governance"].kinds if ":" not in kind.of}
    for path in sorted(reader.known.pointed):
        folder, _, code = path.partition("/")
        node = reader.known.own(path)
        if folder in kinds and node not in made:
            reader.say(node, "rdf:type", term(kinds[folder].type))
            reader.say(node, "b:organisation", reader.identity.organisation)
            reader.say(node, kinds[folder].says["subject"][0], NamedNode(f"{ID}{kinds[folder].of}/{code}"))


def _exceptions(reader: Reader, graph: Graph) -> None:
    """An exception to a number about which the statement says nothing yet still belongs to an entry."""
    for exception in graph.of_type("b:Exception"):
        for entry in graph.values(exception, "b:forEntry"):
            if graph.values(entry, "rdf:type") or not isinstance(entry, NamedNode):
                continue
            number = entry.value.rpartition("/")[2]
            reader.say(entry, "rdf:type", term("b:ApplicabilityEntry"))
            reader.say(entry, "b:inStatement", reader.node("statement"))
            if item := reader.known.catalogue.items.get(number):
                reader.say(entry, "b:concerns", item.iri)
            else:
                reader.say(entry, "b:numberAsWritten", Literal(number))
            reader.message(*graph.first_cell(exception), problem("exception-without-entry", number))


def identifiers(grid: Grid) -> dict[NamedNode, tuple[NamedNode, str]]:
    """The names that things already had, from the hidden sheet on which an export keeps them.

    By the name that an import gives: the name to take, and what the row of the thing began with.
    """
    found: dict[NamedNode, tuple[NamedNode, str]] = {}
    for cells in grid.rows().values():
        made, had, first = (shown(cells.get(at)).strip() for at in (1, 2, 3))
        with suppress(ValueError):  # somebody wrote on this sheet
            found[NamedNode(made)] = NamedNode(had), first
    return found


def renamed(reader: Reader) -> list[Triple]:
    """What was read, with the names that things already had; nothing new takes such a name.

    A row that is now about something else is not the thing that it was.
    """
    names = {made: had for made, (had, first) in reader.names.items() if reader.firsts.get(made, "") == first}
    triples = list(dict.fromkeys(reader.triples))
    if not names:
        return triples
    taken = set(names.values()) - names.keys()

    def name(node: Any) -> Any:
        if isinstance(node, NamedNode):
            return names.get(node) or (NamedNode(f"{node.value}-2") if node in taken else node)
        return node

    return [Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]
