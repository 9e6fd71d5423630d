"""Organisations by their code."""

import pytest
from pyoxigraph import NamedNode

from bio2kg.errors import InputError
from bio2kg.organisations import code, organisation

TOOI = "https://identifier.overheid.nl/tooi/id/"


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("gm0218", f"{TOOI}gemeente/gm0218"),
        (" GM0363 ", f"{TOOI}gemeente/gm0363"),
        ("pv23", f"{TOOI}provincie/pv23"),
        ("ws0652", f"{TOOI}waterschap/ws0652"),
        ("mnre1034", f"{TOOI}ministerie/mnre1034"),
        ("https://example.org/id/dienst", "https://example.org/id/dienst"),
    ],
)
def test_a_code_or_an_iri_names_an_organisation(name: str, iri: str) -> None:
    assert organisation(name) == NamedNode(iri)


@pytest.mark.parametrize("name", ["", "Utrecht", "gm", "xx0218", "https://exa mple.org", "ftp://example.org/a"])
def test_anything_else_is_refused_with_the_codes_that_are_known(name: str) -> None:
    with pytest.raises(InputError, match="gm… \\(gemeente\\)"):
        organisation(name)


def test_the_short_name_is_the_last_part_of_the_iri() -> None:
    assert code(NamedNode(f"{TOOI}gemeente/gm0218")) == "gm0218"
    assert code(NamedNode("https://example.org/id/Dienst X/".replace(" ", "_"))) == "dienst-x"
