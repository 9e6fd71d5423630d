"""Every named question on other engines: the golden rows, but for what one engine is known to do wrong."""

import csv
import io

import pytest

from bio2kg import asking, queries
from bio2kg.store import EmbeddedStore, Store
from tests.conftest import ROOT
from tests.remote.servers import Server

QUERIES = queries.load(ROOT / "queries")
GOLDEN = ROOT / "tests" / "golden"
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
    left_out = OXIGRAPH_SLOW if server.engine == "oxigraph" else set()
    store = server.store(timeout=60)
    wrong = []
    for name, query in QUERIES.items():
        if name not in left_out and asked(store, query) != golden(name):
            wrong.append(name)
    assert wrong == []


# Numbers that moved, merged or kept their wording, and enough of them for an engine to work in batches.
NUMBERS = [f"{chapter}.{number:02}.01" for chapter in (5, 6, 7, 8) for number in range(1, 38)]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("claims-only-one-party-makes", {"author": ["organisation/enisa"]}),
        ("claims-only-one-party-makes", {"source": ["bio2kg-editors"], "lang": ["en"]}),
        ("deadlines-tighter-than", {"period": ["P30D"], "edition": ["1.2"], "lang": ["en"]}),
        ("deadlines-tighter-than", {"period": ["P3Y1M"]}),
        ("edition-impact", {"number": NUMBERS, "from": ["1.1.1"], "to": ["1.3"]}),
        ("edition-impact", {"number": ["5.02.01", "5.21.01", "9.99.99"], "from": ["1.3"], "to": ["1.2"]}),
        ("identical-wordings", {"edition": ["1.1.1"], "otherEdition": ["1.0"]}),  # not known whether the same measure
        ("measures-for-provision", {"provision": ["cbw/21.3.d"]}),
        ("measures-for-provision", {"provision": ["cbw/21.3.a"], "edition": ["1.2"], "lang": ["en"]}),
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


@pytest.mark.parametrize("assessment", ["voorbeeldland-1.3-2026", "voorbeeldmeer-1.3-2026", "voorbeeldstad-1.2-2025"])
def test_questions_about_other_assessments_have_the_rows_of_the_embedded_store(
    assessment: str, store: EmbeddedStore, servers: dict[str, Server]
) -> None:
    remote, asked_about = servers["virtuoso"].store(timeout=60), 0
    for name, query in QUERIES.items():
        if [p.name for p in query.parameters if p.type == "assessment"] == ["assessment"]:
            given = {"assessment": [assessment], "lang": ["en"]}
            assert asking.write(remote, query, given, "csv") == asking.write(store, query, given, "csv"), name
            asked_about += 1
    assert asked_about > 8
