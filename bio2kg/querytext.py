"""The text of a SPARQL query: values for its parameters, what it asks for, and what is wrong with it."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode

from bio2kg.errors import InputError, QuerySyntaxError, RefusedError
from bio2kg.namespaces import PREFIXES

Term = NamedNode | Literal
Bindings = Mapping[str, Term | Sequence[Term] | None]


@cache
def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)[^{{}}\n]*(\}})")


def bind(text: str, bindings: Bindings) -> str:
    """The query with other values in its parameters.

    A parameter is a block ``VALUES ?name { … }`` of the query, on one line; it holds an example, so the query runs as
    it stands, on any store. What is between the braces is replaced by the terms given, each serialised as RDF, so a
    value stays a value whatever it contains; None leaves the variable unbound. Raises ValueError for a name that the
    query has no block for.
    """
    for name, given in bindings.items():
        terms = given if isinstance(given, list | tuple) else [given]
        values = " ".join("UNDEF" if term is None else str(term) for term in terms)
        text, found = _block(name).subn(lambda match, values=values: f"{match[1]} {values} {match[2]}", text)  # type: ignore[misc]
        if not found:
            raise ValueError(f"the query has no parameter {name}")
    return text


_GAP = r"(?:\s|#[^\n]*+)*+"
_FIRST_WORD = re.compile(
    rf"(?:\s|#[^\n]*+|base{_GAP}<[^>]*>|prefix{_GAP}[^\s:]*:{_GAP}<[^>]*>)*+([a-z]+)\b", re.IGNORECASE
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


def _operation(text: str) -> str:
    """The first word after the prologue, in capitals: what a query or update does; empty if there is none."""
    found = _FIRST_WORD.match(text)
    return found[1].upper() if found else ""


def query_form(text: str) -> str:
    """The form of a query, in capitals: SELECT, ASK, CONSTRUCT or DESCRIBE; SELECT for what is none of them."""
    form = _operation(text)
    return form if form in _FORMS else "SELECT"


def names_dataset(text: str, federation: Collection[str] = ()) -> bool:
    """Whether a query has a FROM clause, so chooses its own default graph.

    Raises RefusedError if it calls a service that is not in ``federation``, the endpoints that the operator allows.
    """
    named, services = _inspected(text)
    if services is None or not services <= set(federation):
        allowed = f" but {', '.join(sorted(federation))}" if federation else ""
        raise RefusedError(f"this store asks no other service{allowed}", remedy="Leave out SERVICE.")
    return named


@lru_cache(maxsize=512)
def _inspected(text: str) -> tuple[bool, frozenset[str] | None]:
    """Whether a query names graphs, and the services that it calls; None if it may call one that cannot be told.

    Parsers differ in where a word ends (``1SERVICE<…>`` calls one), so this errs on the side of seeing a call. What
    still gets past it finds no network: see ``isolation.limits.confine``.
    """
    text = re.sub(r"\r\n?", "\n", text)  # engines differ in whether a comment ends there
    # Only a text in which one of the keywords can occur at all is parsed for it; they may be written with escapes. The
    # comments above a query say nothing; further down a line that starts with # may be the end of a string.
    said = re.sub(r"\A(?:\s*#[^\n\\]*\n)+", "", text)
    if not re.search(r"(?<![\w?$:#/])from\b|service|\\u", said, re.IGNORECASE):
        return False, frozenset()
    # Loading the parser takes longer than most questions, and few need it.
    from bio2kg import queryparser

    seen = len(re.findall("service", _bare(text), re.IGNORECASE))
    found = queryparser.inspect(text)
    if found is None:
        return False, None if seen or "\\u" in text else frozenset()
    named, services = found
    if len(services) != seen or None in services:
        return named, None
    return named, frozenset(str(iri) for iri in services)


def _bare(text: str) -> str:
    """The keywords and signs of a query: without strings, IRIs, comments, variables and the local parts of names."""
    return _NAMED.sub(" ", text)


# Strings, IRIs and comments, in which nothing is a name.
_SKIPPED = r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n]*"""
_NAMED = re.compile(rf"{_SKIPPED}|\\.|[?$]\w+|:[\w.:%-]*", re.DOTALL | re.VERBOSE)
_TOKEN = re.compile(
    rf"{_SKIPPED}|(?P<prefix>[A-Za-z][\w.-]*)?:(?P<local>\w[\w-]*(?:\.[\w-]+){{2,}})", re.DOTALL | re.VERBOSE
)
_PREFIX = re.compile(r"\bPREFIX\s+([A-Za-z][\w.-]*)?:\s*<([^<>]*)>", re.IGNORECASE)


def expand_dotted_names(text: str) -> str:
    """The query with names such as ``bio2-1.3:5.01.01`` written as IRIs.

    SPARQL allows more than one point in a name; the parser of Oxigraph 0.5 does not, and measure numbers have two.
    """
    prefixes = {name or "": iri for name, iri in _PREFIX.findall(text)}

    def expand(match: re.Match[str]) -> str:
        namespace = prefixes.get(match["prefix"] or "") if match["local"] else None
        return match[0] if namespace is None else f"<{namespace}{match['local']}>"

    return _TOKEN.sub(expand, text)


# What an update is made of besides: names and variables, words, and braces.
_PIECE = re.compile(
    rf"{_SKIPPED}|[\w.-]{{0,100}}:[\w.:%\\-]*|[?$@][\w-]+|(?P<word>[A-Za-z]+)|(?P<brace>[{{}}])", re.DOTALL | re.VERBOSE
)


def require_local(update: str) -> None:
    """Raises RefusedError if an update fetches from elsewhere: no store of ours does that for a caller."""
    depth = 0
    for piece in _PIECE.finditer(update):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        word = (piece["word"] or "").upper()
        if word == "SERVICE" or (word == "LOAD" and depth == 0):
            raise RefusedError(
                "this store fetches nothing from elsewhere", remedy=f"Leave out {word}; send the statements themselves."
            )


def choose_dataset(update: str, default_graphs: Sequence[NamedNode], named_graphs: Sequence[NamedNode]) -> str:
    """The update with these graphs as the dataset of its WHERE clauses (SPARQL 1.1 Protocol, section 2.2.3).

    Raises InputError if the update chooses graphs itself, by USING or WITH.
    """
    clause = "".join([f"USING {g} " for g in default_graphs] + [f"USING NAMED {g} " for g in named_graphs])
    if not clause:
        return update
    whole, copied, depth, before = "", 0, 0, ""
    for piece in _PIECE.finditer(update):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        word = (piece["word"] or "").upper()
        if depth == 0 and word in ("USING", "WITH"):
            raise InputError(
                f"the update chooses its graphs itself, by {word}, and so do the parameters",
                remedy="Leave out one of the two.",
            )
        if depth == 0 and word == "WHERE":
            # DELETE WHERE { … } is short for DELETE { … } WHERE { … }, and only the long form takes USING.
            pattern = f"{_block_after(update, piece.end())} " if before == "DELETE" else ""
            whole += f"{update[copied : piece.start()]}{pattern}{clause}"
            copied = piece.start()
        before = word or (piece["brace"] or before)
    return whole + update[copied:]


def _block_after(text: str, start: int) -> str:
    """What is between the next braces, with them."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if piece[0] == "}" and depth <= 0:
            return text[start : piece.end()]
    return ""


_NAME = re.compile(rf"{_SKIPPED}|(?P<prefix>[A-Za-z][\w.-]*):(?=[\w\s;,.)}}])", re.DOTALL | re.VERBOSE)


def syntax_error(error: SyntaxError, text: str, *, update: bool = False) -> QuerySyntaxError:
    """What is wrong with a query, or an update, and where; the engine's own list of expected tokens helps nobody."""
    if not text.strip():
        return QuerySyntaxError("the query is empty", remedy="Give a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    if update and _operation(text) in _FORMS:
        return QuerySyntaxError("this is a query, and only updates are carried out here", remedy="Send it as a query.")
    if not update and _operation(text) in _UPDATES:
        return QuerySyntaxError(
            "this is an update, and only queries are answered here",
            remedy="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )
    declared = {name or "" for name, _ in _PREFIX.findall(text)}
    for match in _NAME.finditer(text):
        if match["prefix"] and match["prefix"] not in declared and match["prefix"] != "_":
            known = PREFIXES.get(match["prefix"], "…")
            return QuerySyntaxError(
                f"the prefix {match['prefix']}: is not declared",
                remedy=f"Begin the query with PREFIX {match['prefix']}: <{known}>",
            )
    place = re.search(r"error at (\d+):(\d+)", str(error))
    if not place:
        return QuerySyntaxError(f"not valid SPARQL 1.1: {error}")
    number, column = int(place[1]), int(place[2])
    lines = text.splitlines() or [""]
    line = lines[min(number, len(lines)) - 1]
    before, after = line[max(0, column - 41) : column - 1].lstrip(), line[column - 1 : column + 20].rstrip()
    return QuerySyntaxError(
        f"not valid SPARQL 1.1 at line {number}, at or just before column {column}: {before} ⟨here⟩ {after}".rstrip(),
        remedy=f"Correct the {'update' if update else 'query'} there.",
    )
