"""What a cell is read against, and what reading it gives."""

from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.messages import Problem

Term = NamedNode | Literal
Names = dict[str, tuple[NamedNode, str]]
WORDS = {"nl": ("ja", "nee"), "en": ("yes", "no")}
ALL = {"nl": "alle", "en": "all"}


@dataclass(frozen=True)
class Reading:
    """What a cell means: the values, none if it could not be used, and what is to be said about it."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class Known:
    """What a cell is read against: the edition, the language, and what the workbook itself says elsewhere.

    ``things`` has for each tab the thing of each id, ``ids`` the id that an export gives a thing; ``parties`` and
    ``services`` what was met so far, with names. ``owned`` are things of which there is one, by their path below the
    assessment, where they have another name; ``pointed`` the paths of those that some cell named.
    """

    catalogue: Catalogue
    base: str
    language: str = "nl"
    things: dict[str, dict[str, NamedNode]] = field(default_factory=dict)
    ids: dict[NamedNode, str] = field(default_factory=dict)
    parties: Names = field(default_factory=dict)
    services: Names = field(default_factory=dict)
    analyses: dict[NamedNode, str] = field(default_factory=dict)
    scale: tuple[int, int] = (0, 5)
    owned: dict[str, NamedNode] = field(default_factory=dict)
    pointed: set[str] = field(default_factory=set)

    def own(self, path: str) -> NamedNode:
        """The thing of the workbook of which there is one, such as its scope or its register of contracts."""
        return self.owned.get(path) or NamedNode(f"{self.base}/{path}")
