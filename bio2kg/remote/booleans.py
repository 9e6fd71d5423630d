"""Which variables of a query can only be true or false, by what is bound to them."""

from bio2kg.remote.wording import Token

_CONDITIONS = frozenset(
    "bound isiri isuri isblank isliteral isnumeric regex strstarts strends contains langmatches sameterm exists".split()  # noqa: SIM905 - so they can be read
)
_COMPARISONS = frozenset(("=", "!=", "<", ">", "<=", ">=", "&&", "||", "!"))
_SAME = frozenset(["coalesce", "max", "min", "sample"])  # they give one of the values that they get

Tokens = list[Token]


def boolean_names(tokens: tuple[Token, ...]) -> set[str]:
    """The variables that every ``AS`` and every VALUES of one variable gives a boolean, or leaves unbound."""
    said = [token for token in tokens if token.kind != "space"]
    nothing = _never_bound(said)
    bound: dict[str, list[Tokens]] = {}
    for number, token in enumerate(said):
        if token.word == "as" and number + 1 < len(said):
            bound.setdefault(said[number + 1].text[1:], []).append(_before(said, number))
        elif token.word == "values" and said[number + 1].kind == "variable":
            bound.setdefault(said[number + 1].text[1:], []).extend([t] for t in _block(said, number + 3))
    booleans: set[str] = set()
    while True:
        more = {name for name, given in bound.items() if all(_is_boolean(one, booleans | nothing) for one in given)}
        if more == booleans:
            return booleans
        booleans = more


def _never_bound(said: Tokens) -> set[str]:
    """The variables that are everywhere the last argument of a function, so that nothing can bind them."""
    variables = {number: token.text[1:] for number, token in enumerate(said) if token.kind == "variable"}
    last = {number for number in variables if [token.text for token in said[number - 1 : number + 2 : 2]] == [",", ")"]}
    return set(variables.values()) - {variables[number] for number in variables.keys() - last}


def _before(said: Tokens, place: int) -> Tokens:
    """The expression before an AS: all back to the parenthesis in which it stands."""
    depth, start = 0, place
    while start and depth >= 0:
        start -= 1
        depth += {")": 1, "(": -1}.get(said[start].text, 0) if said[start].kind == "sign" else 0
    return said[start + 1 : place]


def _block(said: Tokens, start: int) -> Tokens:
    end = next((n for n in range(start, len(said)) if said[n].text == "}"), len(said))
    return [token for token in said[start:end] if token.word != "undef"]


def _is_boolean(given: Tokens, booleans: set[str]) -> bool:
    if not given:
        return True
    top = _top(given)
    if any((t.kind == "sign" and t.text in _COMPARISONS) or t.word == "in" for t in top):
        return True
    first = given[0]
    if first.word in ("true", "false") or first.word in _CONDITIONS or (first.word == "not" and len(given) > 1):
        return True
    if first.kind == "variable":
        return len(given) == 1 and first.text[1:] in booleans
    in_parentheses = first.text == "("
    if given[-1].text != ")" or top != ([] if in_parentheses else [first]):
        return False
    arguments = _arguments(given[1:-1] if in_parentheses else given[2:-1])
    if first.word == "if":
        arguments = arguments[1:]
    elif not in_parentheses and first.word not in _SAME:
        return first.text == "xsd:boolean"
    return all(_is_boolean(argument, booleans) for argument in arguments)


def _top(given: Tokens) -> Tokens:
    """The tokens outside parentheses and braces."""
    depth, kept = 0, []
    for token in given:
        if token.kind == "sign" and token.text in ")}":
            depth -= 1
        elif token.kind == "sign" and token.text in "({":
            depth += 1
        elif depth == 0:
            kept.append(token)
    return kept


def _arguments(given: Tokens) -> list[Tokens]:
    depth, parts = 0, [Tokens()]
    for token in given:
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "sign" else 0
        if depth == 0 and token.text == "," and token.kind == "sign":
            parts.append(Tokens())
        else:
            parts[-1].append(token)
    return [part[1:] if part and part[0].word == "distinct" else part for part in parts]
