"""Durations in VALUES as plain texts, where a query reads nothing but their text.

Virtuoso counts a duration in months or in seconds: ``P30D`` in VALUES is an error to it, and of ``P1Y2M3D`` the days
are lost in silence. A query that asks ``STR`` of the variable and nothing else gets the same from a text.
"""

from bio2kg.namespaces import PREFIXES
from bio2kg.remote.wording import Token

_DURATION = (f"<{PREFIXES['xsd']}duration>", "xsd:duration")


def with_texts(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The query in which the durations of a variable that stands in ``STR(?name)`` only are texts."""
    places = [number for number, token in enumerate(tokens) if token.kind != "space"]
    said = [*(tokens[number] for number in places), Token("space", "")]  # for a query may be cut off anywhere
    dropped: set[int] = set()
    brace = 0
    for place, token in enumerate(said):
        if token.text == "{":
            brace = place
        elif token.text == "^^" and said[place + 1].text in _DURATION and _is_only_a_text(said, brace):
            dropped |= {places[place], places[place + 1]}
    return tuple(token for number, token in enumerate(tokens) if number not in dropped)


def _is_only_a_text(said: list[Token], brace: int) -> bool:
    """Whether this brace opens the values of one variable, of which the query asks nothing but the text."""
    if said[brace - 2].word != "values" or any(
        token.word == "select" and said[place + 1].text == "*" for place, token in enumerate(said)
    ):
        return False
    return all(
        said[place - 1].word == "values" or (said[place - 2].word == "str" and said[place + 1].text == ")")
        for place, token in enumerate(said)
        if token.kind == "variable" and token.text[1:] == said[brace - 1].text[1:]
    )
