"""The how-to pages do what they say: their own examples are tried."""

import re
import shutil
from pathlib import Path

import pytest

from bio2kg import checks, queries, turtle
from bio2kg.convert import to_rdflib
from bio2kg.dataset import assemble, source_files
from bio2kg.namespaces import ONTOLOGY_GRAPH, SHAPES_GRAPH
from tests.conftest import ROOT
from tests.rules.shacl import fast_results, results, rule_alone

HOW_TO = ROOT / "docs" / "how-to"


def blocks(page: str) -> list[tuple[str, str]]:
    """The code blocks of a page with the file name that stands before each."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    found = re.finditer(r"`([\w/.-]+\.(?:rq|ttl|tsv))`:?\n\n```\w+\n(.*?)```", text, re.DOTALL)
    return [(match[1], match[2]) for match in found]


@pytest.mark.parametrize(
    ("page", "count", "subject"),
    [
        ("add-a-framework.md", 4, "https://w3id.org/bio2kg/id/example/2026/1"),
        ("add-a-mapping-set.md", 1, "https://w3id.org/bio2kg/id/mapping/nis2-example/1"),
    ],
)
def test_the_files_of_a_page_pass_the_checks_of_a_build(page: str, count: int, subject: str, tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    given = blocks(page)
    assert len(given) == count
    for name, text in given:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assembly = assemble(source_files(tmp_path, tmp_path / "nothing-ingested"))
    facts = assembly.facts()
    findings = checks.check(assembly.graphs[ONTOLOGY_GRAPH], facts, assembly.graphs[SHAPES_GRAPH], assembly.origin)
    assert checks.blocking(findings) == []
    assert any(t.subject.value == subject for t in facts)


def test_the_example_question_is_a_question(tmp_path: Path) -> None:
    ((name, text),) = blocks("add-a-question.md")
    path = tmp_path / Path(name).name
    path.write_text(text, encoding="utf-8")
    assert queries.read(path).title.en == "All languages of a name"


def test_the_example_rule_finds_what_its_fixture_says(tmp_path: Path) -> None:
    (shape, rule), (_, fixture) = blocks("add-a-rule.md")
    for name, text in (("rule.ttl", rule), ("fixture.ttl", fixture)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    prefixes = turtle.read(ROOT / "shapes" / "prefixes.ttl")
    shapes = to_rdflib([*turtle.read(tmp_path / "rule.ttl"), *prefixes])
    data = to_rdflib(turtle.read(tmp_path / "fixture.ttl"))
    expected = re.findall(r"# expect: (\w+) (\S+) (\S+)", fixture)
    assert shape.startswith("shapes/")
    assert expected
    for found in (results, fast_results):
        assert [(r.severity, r.constraint, r.node) for r in found(data, rule_alone(shapes, "EV-01"))] == expected


def test_every_file_that_a_page_links_to_exists() -> None:
    for page in [
        ROOT / "README.md",
        ROOT / "data" / "README.md",
        *HOW_TO.glob("*.md"),
        *(ROOT / "docs" / "decisions").glob("*.md"),
    ]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
