"""What the things of an assessment are called in the new one: the edition and the number in their IRIs replaced."""

import re
from collections.abc import Collection, Mapping

from pyoxigraph import BlankNode, NamedNode

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF
from bio2kg.turtle import natural
from bio2kg.upgrade.contents import Contents
from bio2kg.upgrade.lineage import Measure
from bio2kg.upgrade.succession import Succession
from bio2kg.validation.preparation import Node

_UP = {f"{DEF}{name}" for name in ("inAssessment", "inStatement", "ofControlAssessment")}


class Naming:
    """The new names: ``names`` for what goes along, ``home`` for the first root, ``free`` for what is added.

    Raises InputError when a root would get the name of something that is already in the file.
    """

    def __init__(
        self, contents: Contents, succession: Succession, about: Mapping[Node, Measure], dropped: Collection[Node]
    ) -> None:
        self._bases = sorted((_base(root.value, succession) for root in contents.roots), reverse=True)
        self._taken: set[Node] = set()
        self.home = self._renamed(contents.roots[0])
        wanted = {node: self._wanted(node, contents, succession, about.get(node)) for node in contents.things}
        for root in contents.roots:
            if wanted[root] in contents.things and wanted[root] != root:
                raise InputError(
                    f"{wanted[root].value} is already there",
                    where=root.value,
                    remedy="Take it out of the file, or carry the assessment under another IRI.",
                )
        # What keeps its name comes first, so that nothing else gets it.
        kept = sorted(wanted.keys() - dropped, key=lambda node: (wanted[node] != node, natural(node.value)))
        self.names = {node: self._reserved(wanted[node]) for node in kept}

    def free(self, path: str) -> Node:
        """A name for something new, by its path below the assessment."""
        return self._reserved(NamedNode(f"{self.home.value}/{path}"))

    def _reserved(self, node: Node) -> Node:
        """This name, or one like it that nothing has yet."""
        found, turn = node, 1
        while isinstance(found, NamedNode) and found in self._taken:
            turn += 1
            found = NamedNode(f"{node.value}-{turn}")
        self._taken.add(found)
        return found

    def _wanted(self, node: Node, contents: Contents, succession: Succession, measure: Measure | None) -> Node:
        new = succession.successors.get(measure.iri) if measure else None
        name = (
            self._renamed(node, measure.number, succession.known[new].number)
            if measure and new
            else self._renamed(node)
        )
        if name == node and isinstance(node, NamedNode) and not _UP.isdisjoint(contents.things[node]):
            # Part of the assessment, wherever its IRI lives.
            return NamedNode(f"{self.home.value}/{re.split('[/#]', node.value)[-1]}")
        return name

    def _renamed(self, node: Node, old: str = "", new: str = "") -> Node:
        """The name of a thing with its root renamed, and the number of its measure replaced."""
        if isinstance(node, BlankNode):
            return node
        for before, after in self._bases:
            if node.value == before or node.value.startswith((f"{before}/", f"{before}#")):
                rest = node.value[len(before) :]
                return NamedNode(after + (re.sub(_alone(old), new, rest) if old != new else rest))
        return node


def _base(root: str, succession: Succession) -> tuple[str, str]:
    """The beginning of the IRIs of a root and its parts, and what it becomes: the edition in it replaced."""
    found = list(re.finditer(_alone(succession.first), root))
    if not found:
        return root, f"{root}-{succession.second}"
    start, end = found[-1].span()
    old = root[:end] + re.split("[/#]", root[end:])[0]
    return old, old[:start] + succession.second + old[end:]


def _alone(number: str) -> str:
    """A pattern for a number that is no part of a longer one."""
    return rf"(?<![\d.]){re.escape(number)}(?![\d.])"
