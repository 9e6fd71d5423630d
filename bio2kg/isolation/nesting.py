"""How deep a text is nested: the parsers of today's engines end the whole process when that is too deep."""

import re

from bio2kg.errors import LimitError

# Strings, IRIs and comments of SPARQL, in which no bracket counts. An IRI holds no space, so “?a < ?b” is none.
_TOKEN = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""
    r"""|<[^<>"{}|^`\\\s]*+>|\#[^\n\r]*+|[{}()\[\]]|[!+\-^/|]++""",
    re.DOTALL,
)


def depth(query: str) -> int:
    """How deep the brackets of a query are nested, or how long its longest run of signs is (``!!!!…`` nests too)."""
    deepest = level = 0
    for match in _TOKEN.finditer(query):
        found = match[0]
        if found in "{([":
            level += 1
            deepest = max(deepest, level)
        elif found in "})]":
            level -= 1
        elif found[0] in "!+-^/|":
            deepest = max(deepest, level + len(found))
    return deepest


def require_shallow(query: str, most: int) -> None:
    """Raises LimitError for a query that is nested deeper than ``most``."""
    found = depth(query)
    if found > most:
        raise LimitError(
            f"the query is nested {found} deep, and {most} is the most that is read here",
            remedy="Write it with fewer brackets inside each other.",
        )
