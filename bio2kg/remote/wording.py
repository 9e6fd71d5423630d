"""The text of a query as it may leave for another engine: SPARQL 1.1 and no word more.

Engines read more than the standard. Virtuoso fetches addresses with ``bif:http_get``, lets ``define`` and FROM widen
the graphs that the protocol names, and takes a FROM clause in a subquery; others have extensions of their own. So a
query is taken apart into tokens, and what is no token, word or function of SPARQL 1.1 does not leave. Its dataset
clause is taken out: the graphs of a query are named in one place, by the store. Comments go too, and escapes are
resolved, for engines do not agree where a comment ends or which escapes are read before the rest.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from bio2kg.errors import QuerySyntaxError, RefusedError
from bio2kg.namespaces import BASE, PREFIXES
from bio2kg.querytext import names_dataset, syntax_error

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\[^uU]", re.DOTALL)
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]++|\#[^\n\r]*+)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
      |"(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+')
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<blank>_:\w(?:[\w·-]|\.(?=[\w.-]))*+)
  | (?P<name>(?:[^\W\d_](?:[\w·-]|\.(?=[\w.-]))*+)?:(?:[\w:·%-]|\\[_~.!$&'()*+,;=/?#@%-]|\.(?=[\w:.%\\-]))*+)
  | (?P<variable>[?$]\w++)
  | (?P<number>\d*+\.\d++(?:[eE][+-]?\d++)?|\d++(?:\.?[eE][+-]?\d++)?)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*+)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|[{}()\[\];,.=<>!*/+|^?-])
    """,
    re.DOTALL | re.VERBOSE,
)
_WORDS = frozenset(
    """
    a abs all as asc ask avg base bind bnode bound by ceil coalesce concat construct contains count datatype day desc
    describe distinct encode_for_uri exists false filter floor from graph group group_concat having hours if in iri
    isblank isiri isliteral isnumeric isuri lang langmatches lcase limit max md5 min minus minutes month named not now
    offset optional order prefix rand reduced regex replace round sameterm sample seconds select separator sha1 sha256
    sha384 sha512 str strafter strbefore strdt strends strlang strlen strstarts struuid substr sum timezone true tz
    ucase undef union uri uuid values where year
    """.split()  # noqa: SIM905 - so they can be read
)
_MODIFIERS = frozenset(["group", "having", "order", "limit", "offset", "values"])
# After an IRI that is no function, a parenthesis opens a list; in our vocabularies nothing is a function but the casts.
_VOCABULARIES = tuple(PREFIXES.values())
_EXTENSIONS = ("bif:", "sql:")


@dataclass(frozen=True)
class Token:
    """A piece of a query: its kind, which is the name of a group above, and its text."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The word in lower case; empty for what is no word."""
        return self.text.lower() if self.kind == "word" else ""


@dataclass(frozen=True)
class Wording:
    """A query without dataset clause: ``tokens`` with the graphs that its FROM and FROM NAMED asked for.

    ``default`` and ``named`` are None if it has no such clause at all.
    """

    tokens: tuple[Token, ...]
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None

    def text(self) -> str:
        """The query as it leaves."""
        return "".join(token.text for token in self.tokens)

    def text_from(self, default: Iterable[str], named: Iterable[str]) -> str:
        """The query with these graphs as its dataset clause."""
        clause = [f"FROM <{iri}>" for iri in default] + [f"FROM NAMED <{iri}>" for iri in named]
        place = _place_of_dataset(self.tokens)
        before, after = self.tokens[:place], self.tokens[place:]
        return "".join(t.text for t in before) + " " + "\n".join(clause) + " " + "".join(t.text for t in after)


@lru_cache(maxsize=256)
def read(text: str) -> Wording:
    """The query in its wording for other engines.

    Raises QuerySyntaxError for what is no SPARQL 1.1 query, RefusedError for one that calls another service or a
    function that the standard does not have.
    """
    if "\\u" in text.lower():
        names_dataset(text)  # refuses SERVICE written with escapes, which further down is no word at all
    tokens = list(_tokens(text))
    said = [token for token in tokens if token.kind != "space"]
    if not said:
        raise syntax_error(SyntaxError(""), "")
    _check(said, text)
    names = _Names(said)
    kept, default, named = _without_dataset(tokens, names)
    kept = [_spelled_out(token, names) for token in kept]
    if any(token.kind == "iri" and ":" not in token.text for token in kept) and said[0].word != "base":
        kept.insert(0, Token("space", f"BASE <{BASE}/> "))  # a relative IRI is one of ours
    chosen = bool(default or named)
    return Wording(tuple(kept), tuple(default) if chosen else None, tuple(named) if chosen else None)


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _wrong(text, place)
        kind = str(match.lastgroup)
        found = match[0]
        if kind == "space":
            found = re.sub(r"[^\n]", " ", found)
        elif kind in ("string", "iri") and "\\" in found:
            found = _resolved(found, text, place)
        yield Token(kind, found)
        place = match.end()


def _resolved(found: str, text: str, place: int) -> str:
    r"""A string or IRI without ``\u``: the characters themselves, escaped in the other way where they must be."""

    def resolve(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits is None:
            return match[0]
        number = int(digits, 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF or (found[0] == "<" and chr(number) in '<>"{}|^`\\ '):
            raise _wrong(text, place)
        return {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}.get(chr(number), chr(number))

    return _ESCAPE.sub(resolve, found)


class _Names:
    """The prefixes and base of a query, for what its names mean."""

    def __init__(self, said: list[Token]) -> None:
        self.base = f"{BASE}/"
        self.prefixes: dict[str, str] = {}
        for number, token in enumerate(said):
            if token.word == "base":
                self.base = urljoin(self.base, said[number + 1].text[1:-1]) if number + 1 < len(said) else self.base
            elif token.word == "prefix" and number + 2 < len(said):
                self.prefixes[said[number + 1].text] = self.iri(said[number + 2])

    def iri(self, token: Token) -> str:
        """The whole IRI of an IRI or prefixed name; empty for one whose prefix is not declared."""
        if token.kind == "iri":
            return token.text[1:-1] if re.match(r"<[A-Za-z][\w+.-]*:", token.text) else self.base + token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(f"{prefix}:")
        return "" if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)


def _spelled_out(token: Token, names: _Names) -> Token:
    """The IRI of a name with two points or more, which the parser of Oxigraph 0.5 does not take."""
    dotted = token.kind == "name" and token.text.partition(":")[2].count(".") > 1
    return Token("iri", f"<{names.iri(token)}>") if dotted else token


def _check(said: list[Token], text: str) -> None:
    """Refuses every word and function that is not of the standard."""
    names = _Names(said)
    for number, token in enumerate(said):
        following = said[number + 1].text if number + 1 < len(said) else ""
        before = said[number - 1].word if number else ""
        if token.word == "service":
            raise RefusedError("this store asks no other service", remedy="Leave out SERVICE.")
        if token.word and token.word not in _WORDS:
            error = syntax_error(SyntaxError(""), text)
            if error.what.startswith("not valid"):
                error = QuerySyntaxError(f"“{token.text}” is no word of SPARQL 1.1", remedy="Correct the query there.")
            raise error
        if token.kind in ("iri", "name") and before != "prefix":
            iri = names.iri(token)
            if not iri:
                raise syntax_error(SyntaxError(""), text)
            calls = following == "(" and not iri.startswith(_VOCABULARIES)
            if calls or iri.lower().startswith(_EXTENSIONS):
                raise RefusedError(f"the function <{iri}> is not one of SPARQL 1.1", remedy="Leave it out.")


def _without_dataset(tokens: list[Token], names: _Names) -> tuple[list[Token], list[str], list[str]]:
    kept: list[Token] = []
    graphs: dict[str, list[str]] = {"from": [], "named": []}
    depth = 0
    clause = ""  # in a dataset clause its last word
    for token in tokens:
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")")) if token.kind == "sign" else 0
        if token.word == "from":
            if depth or clause:
                raise QuerySyntaxError("FROM stands where it may not", remedy="Put it before WHERE.")
            clause = "from"
        elif clause and token.kind != "space":
            if clause == "from" and token.word == "named":
                clause = "named"
            elif token.kind in ("iri", "name"):
                graphs[clause].append(names.iri(token))
                clause = ""
            else:
                raise QuerySyntaxError("FROM names no graph", remedy="Give the IRI of a graph.")
        else:
            kept.append(token)
    if clause:
        raise QuerySyntaxError("FROM names no graph", remedy="Give the IRI of a graph.")
    return kept, graphs["from"], graphs["named"]


def _place_of_dataset(tokens: tuple[Token, ...]) -> int:
    """Where the dataset clause of a query belongs: after its form, before WHERE or what stands for it."""
    depth = 0
    form = ""
    for number, token in enumerate(tokens):
        form = form or (token.word if token.word in ("select", "ask", "construct", "describe") else "")
        if depth == 0 and form and (token.word == "where" or token.word in _MODIFIERS):
            return number
        if token.kind == "sign" and token.text in "{(":
            if depth == 0 and token.text == "{":
                if form != "construct":
                    return number
                form = "template"
            depth += 1
        elif token.kind == "sign" and token.text in "})":
            depth -= 1
            if depth == 0 and form == "template":
                form = "select"
    return len(tokens)


def _wrong(text: str, place: int) -> QuerySyntaxError:
    line = text.count("\n", 0, place) + 1
    return syntax_error(SyntaxError(f"error at {line}:{place - text.rfind(chr(10), 0, place)}"), text)
