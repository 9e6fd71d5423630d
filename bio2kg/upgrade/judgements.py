"""Control assessments and findings in the new edition: what was looked at goes along, never what was found."""

from pyoxigraph import NamedNode

from bio2kg.namespaces import DEF, ID
from bio2kg.upgrade.draft import Draft
from bio2kg.upgrade.quotation import ASPECTS
from bio2kg.validation.preparation import Node

_JUDGEMENT = {
    f"{DEF}{name}"
    for name in (
        "result", "assessedOn", "observation", "legalNonCompliance", "maturity", "maturityScale", "origin",
    )
}  # fmt: skip
_NOT_ASSESSED = NamedNode(f"{ID}finding-result/not-assessed")


def carry_judgement(draft: Draft, node: Node) -> None:
    """Copies a control assessment without its outcome, and adds the findings that it lacks."""
    row, leave = draft.look(node)
    number = draft.contents.text(node, "concerns").rpartition("/")[2]
    if row:
        row.carried.add("control-assessment")
        if node in draft.about:
            number = row.new
            row.before.append(draft.quotation.findings(node))
    draft.copy_part(node, _JUDGEMENT | leave)
    draft.add(draft.named(node), f"{DEF}origin", NamedNode(f"{ID}origin/carried"))
    findings = draft.contents.pointing("ofControlAssessment", node)
    there = {aspect.value for finding in findings for aspect in draft.contents.values(finding, "aspect")}
    for aspect in ASPECTS:
        iri = f"{ID}aspect/{aspect}"
        if iri not in there:
            said = {"ofControlAssessment": draft.named(node), "aspect": NamedNode(iri), "result": _NOT_ASSESSED}
            draft.create(f"finding/{number}/{aspect}", "Finding", said)


def carry_finding(draft: Draft, node: Node) -> None:
    """Copies a finding as not assessed."""
    draft.copy(node, draft.without(node, _JUDGEMENT))
    draft.add(draft.named(node), f"{DEF}result", _NOT_ASSESSED)
