"""The other things that a row makes: advice, findings, the contract of a supplier, the acceptance of a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import ID
from bio2kg.workbook import cells
from bio2kg.workbook.columns import slug
from bio2kg.workbook.grids import shown
from bio2kg.workbook.known import Reading
from bio2kg.workbook.messages import problem

if TYPE_CHECKING:
    from bio2kg.workbook.making import Maker

ASPECTS = ("opzet", "bestaan", "werking")
NOT_ASSESSED = NamedNode(f"{ID}finding-result/not-assessed")
Targets = dict[str, list[NamedNode]]
Readings = dict[str, Reading]


def others(maker: Maker, number: int, node: NamedNode, stem: str, subject: Reading, readings: Readings) -> Targets:
    """The other things that belong to a row, by the name that columns have for them."""
    reader, tab = maker.reader, maker.tab
    filled = {maker.columns[key][1].of for key, reading in readings.items() if reading.terms}
    if tab.parts:
        return {
            name: found
            for name in tab.parts
            if name in filled and (found := _part(maker, number, name, node, stem, subject))
        }
    if "advice" in filled:
        advice = maker.thing(number, NamedNode(f"{node.value}/advice"), "b:Advice")
        reader.say(node, "b:hasAdvice", advice)
        return {"advice": [advice]}
    if tab.key == "memberships":
        return _member(maker, number, readings)
    if tab.key == "findings":
        return {"control-assessment": [node], **_findings(maker, number, node, stem, readings)}
    if tab.key == "csv" and filled & {"control-assessment", "findings", "unassessed", *ASPECTS}:
        assessment = maker.thing(number, reader.node("control-assessment", stem), "b:ControlAssessment")
        reader.say(assessment, "b:inAssessment", reader.identity.assessment)
        about_number(maker, number, assessment, subject)
        return {"control-assessment": [assessment], **_findings(maker, number, assessment, stem, readings)}
    return {}


def about_number(maker: Maker, number: int, node: NamedNode, subject: Reading) -> None:
    """What a row is about: the measure or control, and the number as it was written where that is another."""
    reader = maker.reader
    written, usual = shown(maker.raw(number, "number")), last(subject)
    if usual:
        reader.use(maker.grid, maker.place(number, "number"), usual)
    if maker.tab.key == "exceptions":
        reader.say(node, "b:forEntry", reader.node("entry", usual or slug(written)))
        return
    reader.say(node, "b:concerns", *subject.terms)
    if written != usual:
        reader.say(node, "b:numberAsWritten", Literal(written))


def last(subject: Reading) -> str:
    """The last part of what a cell names; "" if it names nothing."""
    return subject.terms[0].value.rpartition("/")[2] if subject.terms else ""


def _part(maker: Maker, number: int, name: str, node: NamedNode, stem: str, subject: Reading) -> list[NamedNode]:
    """A thing that points at the row's own, or that is about the same deadline; none without a deadline."""
    reader, part = maker.reader, maker.tab.parts[name]
    if not part.up and not subject.terms:
        return []
    found = maker.thing(number, reader.node(part.folder, f"{stem}-{name}" if part.says else stem), part.type)
    if part.up:
        reader.say(found, part.up, node)
    else:
        reader.say(found, "b:organisation", reader.identity.organisation)
        reader.say(found, "b:forDeadline", *subject.terms)
    if part.says:
        reader.say(found, part.says[0], NamedNode(ID + part.says[1]))
    if part.named:
        reader.known.things.setdefault(f"{name}s", {}).setdefault(subject.terms[0].value, found)
    return [found]


def _member(maker: Maker, number: int, readings: Readings) -> Targets:
    members = [t for t in readings.get("member", Reading()).terms if isinstance(t, NamedNode)]
    if "reportsTo" in maker.columns and not maker.filled(number, "reportsTo"):
        # To whom they report may be said in another row.
        place = maker.place(number, "reportsTo")
        maker.reader.silent += [(maker.grid.title, place, member) for member in members]
    return {"member": members}


def _findings(maker: Maker, number: int, assessment: NamedNode, stem: str, readings: Readings) -> Targets:
    """A finding for each aspect with a result or evidence; one without, with a reason, was not assessed."""
    found: Targets = {"findings": [], "unassessed": []}
    reader = maker.reader
    for aspect in ASPECTS:
        result = readings.get(aspect, Reading()).terms
        proof = readings.get(f"{aspect}Evidence", Reading()).terms
        reason = readings.get("outOfScope", Reading()).terms
        if reason and not proof and aspect in maker.columns and not maker.filled(number, aspect):
            result = (NOT_ASSESSED,)
            readings[aspect] = Reading(result)
            label = cells.write(maker.columns[aspect][1], result, reader.known)
            maker.say(number, aspect, problem("out-of-scope", "", read=label))
        if not result and not proof:
            continue
        finding = maker.thing(number, reader.node("finding", stem, aspect), "b:Finding")
        reader.say(finding, "b:ofControlAssessment", assessment)
        reader.say(finding, "b:aspect", NamedNode(f"{ID}aspect/{aspect}"))
        found[aspect] = [finding]
        found["findings"].append(finding)
        if NOT_ASSESSED in result:
            found["unassessed"].append(finding)
    return found
