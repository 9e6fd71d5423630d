"""The entries of a statement of applicability in the new edition."""

from collections.abc import Collection

from pyoxigraph import NamedNode

from bio2kg.namespaces import DEF
from bio2kg.turtle import Term
from bio2kg.upgrade.contents import Contents
from bio2kg.upgrade.draft import Draft
from bio2kg.validation.preparation import Node

# What an entry decides about a measure, and what that rests on.
_CHOICE = {
    f"{DEF}{name}"
    for name in (
        "applicability", "justification", "ground", "implementationStatus", "riskAnalysis", "measuresSufficient",
        "replacedBy", "replacementStandard", "equivalenceArgument",
    )
}  # fmt: skip
_SHOWN = {
    "applicability": "applicability",
    "justification": "justification",
    "implementation-status": "implementationStatus",
    "reference": "implementationReference",
}


def carry_entry(draft: Draft, node: Node) -> None:
    """Copies an entry; its choice is left open where the measures it now covers were chosen differently."""
    row, leave = draft.look(node)
    note = None
    if row and (measure := draft.about.get(node)):
        new = draft.succession.successors[measure.iri]
        earlier = _earlier(draft, new, draft.contents.values(node, "inStatement"))
        if len(earlier) > 1 and _choice(draft.contents, earlier) is None:
            leave |= _CHOICE
            draft.disagree(row, earlier)
        elif row.reasons & {"reworded", "parts", "returned"}:
            note = draft.quotation.note(draft.succession.first, row.old)
    draft.copy_part(node, leave)
    if note:
        draft.add(draft.named(node), f"{DEF}note", note)
    if row:
        row.carried |= {
            code for code, name in _SHOWN.items() if f"{DEF}{name}" not in leave and draft.contents.values(node, name)
        }


def complete_statement(draft: Draft, statement: Node) -> None:
    """Adds the entries for measures that no entry was carried to, and lists those that had none before either."""
    for new, origins in draft.succession.origins.items():
        row, earlier = draft.rows[new], _earlier(draft, new, [statement])
        same = [old for old in origins if draft.succession.same(old, new)]
        if same:
            if not any(earlier[old] for old in same):
                row.reasons.add("no-entry")
            continue
        said: dict[str, Term] = {"inStatement": draft.named(statement), "concerns": NamedNode(new)}
        choice = _choice(draft.contents, earlier)
        if choice is not None:
            row.carried.add("applicability")
            said |= {"applicability": choice, "note": draft.quotation.note(draft.succession.first, row.old)}
        elif any(earlier.values()):
            draft.disagree(row, earlier)
        draft.create(f"entry/{row.new}", "ApplicabilityEntry", said)


def _earlier(draft: Draft, new: str, statements: Collection[Term]) -> dict[str, list[Node]]:
    """The entries in some statements for each measure that a measure comes from."""
    contents = draft.contents
    return {
        old: [
            node
            for node in contents.pointing("concerns", NamedNode(old))
            if contents.is_a(node, "ApplicabilityEntry")
            and not {*statements}.isdisjoint(contents.values(node, "inStatement"))
        ]
        for old in draft.succession.origins[new]
    }


def _choice(contents: Contents, earlier: dict[str, list[Node]]) -> Term | None:
    """What all entries say about applicability; None where they differ, or one says nothing or is not there."""
    found: set[Term | None] = set()
    for entries in earlier.values():
        said = [value for entry in entries for value in contents.values(entry, "applicability")]
        silent = not entries or any(not contents.values(entry, "applicability") for entry in entries)
        found.update(said, {None} if silent else ())
    return found.pop() if len(found) == 1 else None
