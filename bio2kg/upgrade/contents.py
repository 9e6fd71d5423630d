"""What an assessment says of its things, to be looked up from either end."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import Term, natural
from bio2kg.upgrade.lineage import Measure
from bio2kg.upgrade.succession import Succession
from bio2kg.validation.preparation import Node, by_subject

TYPE = f"{PREFIXES['rdf']}type"


class Contents:
    """The things of a file by our classes and properties, always in the order of their IRIs, values likewise."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.things = by_subject(dict.fromkeys(triples))
        self._pointing: dict[tuple[str, Term], list[Node]] = defaultdict(list)
        for node in sorted(self.things, key=_order):
            for predicate, values in self.things[node].items():
                for value in values:
                    self._pointing[predicate, value].append(node)
        self.assessments, self.statements = self.of("Assessment"), self.of("StatementOfApplicability")
        self.roots = [*self.assessments, *self.statements]

    def of(self, name: str) -> list[Node]:
        """The things of one of our classes."""
        return self._pointing.get((TYPE, NamedNode(f"{DEF}{name}")), [])

    def is_a(self, node: Node, name: str) -> bool:
        """Whether a thing is of one of our classes."""
        return NamedNode(f"{DEF}{name}") in self.things[node].get(TYPE, ())

    def values(self, node: Node, name: str) -> list[Term]:
        """The values of one of our properties."""
        return sorted(self.things.get(node, {}).get(f"{DEF}{name}", ()), key=_order)

    def text(self, node: Node, name: str, language: str = "") -> str:
        """The values of a property as one text, those in a language if there are any."""
        found = self.values(node, name)
        chosen = [term for term in found if isinstance(term, Literal) and term.language == language] or found
        return " ".join(term.value for term in chosen)

    def pointing(self, name: str, node: Node) -> list[Node]:
        """The things that point at a node by one of our properties."""
        return self._pointing.get((f"{DEF}{name}", node), [])

    def require_edition(self, label: str) -> None:
        """Raises InputError unless there is an assessment or statement, and each uses this edition of BIO2."""
        if not self.roots:
            raise InputError(
                "there is no assessment in it",
                remedy="Give a file with a b:Assessment or a b:StatementOfApplicability.",
            )
        for root in self.roots:
            if isinstance(root, BlankNode):
                raise InputError("the assessment or statement has no IRI", remedy="Give it one to refer to.")
            editions = (edition.value for edition in self.values(root, "usesEdition"))
            used = [iri.removeprefix(f"{ID}bio2/") for iri in editions if iri.startswith(f"{ID}bio2/")]
            if used != [label]:
                raise InputError(
                    f"it uses {'BIO2 ' + ' and '.join(used) if used else 'no edition of BIO2'}, not BIO2 {label}",
                    where=root.value,
                    remedy="Name the edition it uses with --from."
                    if len(used) == 1
                    else "Correct b:usesEdition first.",
                )


def measures_of_parts(contents: Contents, succession: Succession) -> dict[Node, Measure]:
    """The measure of the old edition that each entry, exception, control assessment and finding is about."""

    def concerned(node: Node) -> Measure | None:
        about = contents.values(node, "concerns")
        return succession.old(about[0].value) if len(about) == 1 else None

    found = {entry: concerned(entry) for entry in contents.of("ApplicabilityEntry")}
    for exception in contents.of("Exception"):
        entries = (found.get(e) for e in contents.values(exception, "forEntry") if not isinstance(e, Literal))
        found[exception] = next(filter(None, entries), None)
    for judgement in contents.of("ControlAssessment"):
        found[judgement] = concerned(judgement)
        found |= dict.fromkeys(contents.pointing("ofControlAssessment", judgement), found[judgement])
    return {node: measure for node, measure in found.items() if measure}


def left_behind(contents: Contents, succession: Succession, about: dict[Node, Measure]) -> dict[Node, str]:
    """What does not go along, with the measure it is about, if any.

    That are parts of measures that ended, exceptions to what changed, approvals, and descriptions of the old graph.
    """
    found = {
        node: measure.iri
        for node, measure in about.items()
        if measure.iri not in succession.successors
        or (contents.is_a(node, "Exception") and not succession.kept_wording(measure.iri))
    }
    for root in contents.roots:
        for approval in contents.values(root, "hasApproval"):
            if not isinstance(approval, Literal) and set(contents.pointing("hasApproval", approval)) <= {
                *contents.roots
            }:
                found[approval] = ""
    return found | dict.fromkeys(contents.of("Graph"), "")


def _order(term: Term) -> tuple[tuple[int, int, str], ...]:
    return natural(term.value)
