"""Every named question on other engines: the golden rows, but for what one engine is known to do wrong."""

import csv
import io

import pytest

from bio2kg import asking, queries
from bio2kg.errors import Bio2kgError
from bio2kg.store import EmbeddedStore, Store
from tests.conftest import ROOT
from tests.remote.servers import Server

QUERIES = queries.load(ROOT / "queries")
GOLDEN = ROOT / "tests" / "golden"
_TIME = "Takes more than 30 seconds: an OPTIONAL with a grouped subquery is worked out anew for every row"
# What Virtuoso 7.2.5 does not answer as the standard has it, with the reason.
VIRTUOSO_DIFFERS = {
    "assessment-by-cbw": _TIME,
    "assessment-by-nis2": _TIME,
    "assessment-comparison": _TIME,
    "assessment-gaps": "SQ156: the compiler of Virtuoso fails (sqlo_place_exp)",
    "assessment-iso27001": _TIME,
}
# Answered as they should be, but in 2 to 20 seconds each; too long for every run.
VIRTUOSO_SLOW = {
    "conflicting-claims": "5 s",
    "paths-between": "11 s",
}
# The Oxigraph server looks in every named graph for every pattern; these take seconds each there. The engine is
# that of the embedded store, which answers them in every run.
OXIGRAPH_SLOW = {
    "algoritmekader-to-bio2",
    "assessment-by-cbw",
    "assessment-by-nis2",
    "assessment-by-role",
    "assessment-by-theme",
    "assessment-comparison",
    "assessment-deadlines",
    "assessment-gaps",
    "assessment-iso27001",
    "assessment-iso27002",
    "cbw-duties-without-measure",
    "claims-by-source",
    "claims-ending-at-inactive-measures",
    "claims-only-one-party-makes",
    "conflicting-claims",
    "coverage",
    "coverage-summary",
    "frameworks",
    "gaps",
    "mapping-sets",
    "measures-without-legal-ground",
    "nis2-duties-without-measure",
    "provision-structure",
    "provisions-for-measure",
    "sources",
    "third-party-claims-about-bio2",
}


def table(content: bytes | str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content if isinstance(content, str) else content.decode())))


def golden(name: str) -> list[list[str]]:
    return table((GOLDEN / f"{name}.csv").read_text(encoding="utf-8"))


def asked(store: Store, query: queries.NamedQuery) -> list[list[str]]:
    """The answer to the example as a caller gets it."""
    return table(asking.write(store, query, query.example_given(), "csv"))


def test_every_question_has_the_golden_rows(server: Server) -> None:
    left_out = {"virtuoso": VIRTUOSO_DIFFERS.keys() | VIRTUOSO_SLOW.keys(), "oxigraph": OXIGRAPH_SLOW}[server.engine]
    store = server.store(timeout=60)
    wrong = []
    for name, query in QUERIES.items():
        if name not in left_out and asked(store, query) != golden(name):
            wrong.append(name)
    assert wrong == []


def test_what_is_said_to_differ_differs(servers: dict[str, Server]) -> None:
    """An engine that has become better is to be noticed."""
    assert VIRTUOSO_DIFFERS.keys() | VIRTUOSO_SLOW.keys() <= QUERIES.keys()
    store = servers["virtuoso"].store(timeout=10)
    right = []
    for name, reason in VIRTUOSO_DIFFERS.items():
        if reason == _TIME or name == "measures-for-provision":
            continue  # these take many seconds
        try:
            if asked(store, QUERIES[name]) == golden(name):
                right.append(name)
        except Bio2kgError:
            pass
    assert right == []


# Numbers that moved, merged or kept their wording, and enough of them for an engine to work in batches.
NUMBERS = [f"{chapter}.{number:02}.01" for chapter in (5, 6, 7, 8) for number in range(1, 38)]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("assessment-by-role", {"assessment": ["voorbeeldmeer-1.3-2026"], "lang": ["en"]}),
        ("assessment-by-role", {"assessment": ["voorbeeldland-1.3-2026"], "asOf": ["2030-01-01"]}),
        ("assessment-by-theme", {"assessment": ["voorbeeldstad-1.2-2025"], "asOf": ["2030-01-01"]}),
        ("assessment-by-theme", {"assessment": ["voorbeeldland-1.3-2026"]}),
        ("assessment-deadlines", {"assessment": ["voorbeeldmeer-1.3-2026"]}),  # nothing was recorded
        ("assessment-deadlines", {"assessment": ["voorbeeldstad-1.3-2026"], "asOf": ["2026-01-01"]}),
        ("assessment-iso27002", {"assessment": ["voorbeeldmeer-1.3-2026"]}),
        ("assessment-iso27002", {"assessment": ["voorbeeldland-1.3-2026"], "asOf": ["2030-01-01"]}),
        ("claims-only-one-party-makes", {"author": ["organisation/enisa"]}),
        ("claims-only-one-party-makes", {"source": ["bio2kg-editors"], "lang": ["en"]}),
        ("deadlines-tighter-than", {"period": ["P30D"], "edition": ["1.2"], "lang": ["en"]}),
        ("deadlines-tighter-than", {"period": ["P3Y1M"]}),
        ("edition-impact", {"number": NUMBERS, "from": ["1.1.1"], "to": ["1.3"]}),
        ("edition-impact", {"number": ["5.02.01", "5.21.01", "9.99.99"], "from": ["1.3"], "to": ["1.2"]}),
        ("identical-wordings", {"edition": ["1.1.1"], "otherEdition": ["1.0"]}),  # not known whether the same measure
        ("measure-profile", {"measure": ["1.2/5.01.01"], "inferred": ["false"], "lang": ["en"]}),
        ("provisions-for-measure", {"measure": ["1.3/5.24.07"]}),
        ("provisions-for-measure", {"measure": ["1.1.1/5.01.01"], "lang": ["en"]}),
        ("provisions-for-measure", {"measure": ["1.3/5.26.01"]}),  # it is not active
        ("why-inferred", {"thing": ["iso27002/2022/5.19"]}),
    ],
)
def test_other_values_have_the_rows_of_the_embedded_store(
    name: str, given: dict[str, list[str]], store: EmbeddedStore, servers: dict[str, Server]
) -> None:
    remote = servers["virtuoso"].store(timeout=60)
    assert asking.write(remote, QUERIES[name], given, "csv") == asking.write(store, QUERIES[name], given, "csv")
