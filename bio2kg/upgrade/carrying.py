"""Everything in a file carried to the new assessment, each kind of thing in its own way."""

from pyoxigraph import NamedNode

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import Term
from bio2kg.upgrade.draft import DERIVED, Draft
from bio2kg.upgrade.entries import carry_entry, complete_statement
from bio2kg.upgrade.judgements import carry_finding, carry_judgement
from bio2kg.validation.preparation import Node

_REVISION = f"{PREFIXES['prov']}wasRevisionOf"
_EDITION = f"{DEF}usesEdition"
# What belongs to the old assessment or statement alone: its completion, its version and its publication.
_OF_THIS_VERSION = {
    _REVISION,
    f"{PREFIXES['dcat']}version",
    *(f"{DEF}{name}" for name in ("assessmentStatus", "completedOn", "hasApproval", "expiresOn")),
    *(f"{DEF}{name}" for name in ("versionDate", "publishedOn", "publishedAt", "confirmedOn")),
}


def carry(draft: Draft) -> None:
    """Writes the new assessment and completes the list."""
    for node in draft.about:
        if node in draft.dropped:
            _quote(draft, node)
    for node in draft.naming.names:
        _carry_thing(draft, node)
    for statement in draft.contents.statements:
        complete_statement(draft, statement)
    _list_references(draft)


def _quote(draft: Draft, node: Node) -> None:
    """Lists what was said by a part that does not go along."""
    row = draft.row(draft.about[node].iri)
    row.before.append(draft.quotation.part(node))
    if draft.contents.is_a(node, "Exception"):
        row.reasons.add("exception")


def _carry_thing(draft: Draft, node: Node) -> None:
    contents = draft.contents
    if node in contents.roots:
        _carry_root(draft, node)
    elif contents.is_a(node, "ApplicabilityEntry"):
        carry_entry(draft, node)
    elif contents.is_a(node, "ControlAssessment"):
        carry_judgement(draft, node)
    elif contents.is_a(node, "Finding") or contents.values(node, "result"):
        carry_finding(draft, node)
    else:
        _carry_other(draft, node)


def _carry_root(draft: Draft, node: Node) -> None:
    """Copies an assessment or statement as a draft, save what belongs to the old one alone."""
    said = draft.without(node, _OF_THIS_VERSION)
    old, new = (NamedNode(f"{ID}bio2/{label}") for label in (draft.succession.first, draft.succession.second))
    said[_EDITION] = [new if edition == old else edition for edition in said[_EDITION]]
    draft.copy(node, said)
    if node in draft.contents.assessments:
        draft.add(draft.named(node), f"{DEF}assessmentStatus", NamedNode(f"{ID}assessment-status/draft"))
    draft.add(draft.named(node), _REVISION, node)


def _carry_other(draft: Draft, node: Node) -> None:
    """Copies anything else, with references to measures and deadlines that go on in the same way."""
    deadlines = [deadline.value for deadline in draft.contents.values(node, "forDeadline")]
    lasting = bool(deadlines) and all(deadline in draft.deadlines for deadline in deadlines)

    def current(value: Term) -> Term:
        if lasting and value.value in draft.deadlines:
            return NamedNode(draft.deadlines[value.value])
        new = draft.succession.successors.get(value.value) if isinstance(value, NamedNode) else None
        if new and (lasting or (not deadlines and draft.succession.kept_wording(value.value))):
            return NamedNode(new)
        return value

    draft.copy(node, {p: [current(value) for value in values] for p, values in draft.contents.things[node].items()})
    if draft.contents.is_a(node, "Exception") and (measure := draft.about.get(node)):
        draft.row(measure.iri).carried.add("exception")


def _list_references(draft: Draft) -> None:
    """Lists for each measure what in the new assessment still points at the old one or at what was left behind."""
    for t in draft.triples:
        if t.predicate.value in (DERIVED, _REVISION) or not isinstance(t.subject, NamedNode):
            continue
        if isinstance(t.object, NamedNode):
            measure = draft.succession.old(t.object.value)
            if old := draft.dropped.get(t.object, measure.iri if measure else ""):
                row = draft.row(old)
                row.reasons.add("references")
                row.references.add(t.subject.value.removeprefix(f"{draft.naming.home.value}/"))
