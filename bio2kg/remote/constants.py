"""Conditions of OPTIONAL with the one value of a VALUES block in the place of its variable.

A condition directly in an OPTIONAL may use what is bound before it in the group around it. Virtuoso does not see what
a VALUES block there binds, and drops the optional part in silence. With the value itself it answers as it should.
"""

from dataclasses import dataclass, field

from bio2kg.remote.wording import Token


@dataclass
class _Group:
    """A group: whether it is that of an OPTIONAL, and its variables with one value."""

    optional: bool
    constants: dict[str, tuple[Token, ...]] = field(default_factory=dict)


def with_constants(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The query in which conditions directly in an OPTIONAL name the values that the group around it fixes."""
    said = [number for number, token in enumerate(tokens) if token.kind != "space"]
    replaced: dict[int, tuple[Token, ...]] = {}
    groups = [_Group(False)]
    filter_depth = parentheses = 0
    for place, number in enumerate(said):
        token = tokens[number]
        before = tokens[said[place - 1]] if place else token
        if token.kind == "sign" and token.text == "{":
            groups.append(_Group(before.word == "optional"))
        elif token.kind == "sign" and token.text == "}" and len(groups) > 1:
            groups.pop()
        elif token.kind == "sign" and token.text in "()":
            parentheses += 1 if token.text == "(" else -1
            if token.text == ")" and parentheses < filter_depth:
                filter_depth = 0
        elif token.word == "filter" and not filter_depth:
            filter_depth = parentheses + 1
        elif token.word == "values":
            _note(groups[-1], [tokens[n] for n in said[place + 1 : place + 8]])
        elif token.kind == "variable" and filter_depth and parentheses >= filter_depth and groups[-1].optional:
            value = groups[-2].constants.get(token.text[1:])
            if value and not _is_argument_of_bound(tokens, said, place):
                replaced[number] = value
    return tuple(piece for number, token in enumerate(tokens) for piece in replaced.get(number, (token,)))


def _note(group: _Group, following: list[Token]) -> None:
    """Takes note of ``VALUES ?name { value }``."""
    if len(following) < 4 or following[0].kind != "variable" or following[1].text != "{":
        return
    value: list[Token] = []
    for token in following[2:]:
        if token.text == "}" and token.kind == "sign":
            is_one = len(value) == 1 or (len(value) == 2 and value[1].kind == "tag") or len(value) == 3
            if is_one and value[0].word != "undef" and (len(value) < 3 or value[1].text == "^^"):
                group.constants[following[0].text[1:]] = tuple(value)
            return
        value.append(token)


def _is_argument_of_bound(tokens: tuple[Token, ...], said: list[int], place: int) -> bool:
    return place >= 2 and tokens[said[place - 2]].word == "bound"
