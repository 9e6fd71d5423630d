"""Which file belongs to which graph."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from bio2kg.build import build
from bio2kg.dataset import assemble, graph_of, source_files
from bio2kg.errors import InputError
from bio2kg.namespaces import GRAPH, ID

FRAMEWORK = "data/frameworks/fictief/1.0"
DESCRIPTION = """
<https://w3id.org/bio2kg/graph/framework/fictief/1.0> a <https://w3id.org/bio2kg/def#Graph> ;
    <http://purl.org/dc/terms/title> "Verzonnen"@nl , "Fictitious"@en ;
    <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/> ;
    <http://purl.org/dc/terms/source> <https://example.org/> .
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of the right form with one framework of one edition, which nobody described."""
    for folder in ("ontology", "shapes", "queries", FRAMEWORK):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / FRAMEWORK / "measures.ttl").write_text(f'<{ID}fictief/1.0/1> <http://purl.org/dc/terms/title> "x" .\n')
    return tmp_path


@pytest.mark.parametrize(
    ("file", "graph"),
    [
        ("ontology/bio2kg.ttl", "ontology"),
        ("ontology/codelists/status.ttl", "ontology"),
        ("shapes/frameworks.ttl", "shapes"),
        ("data/frameworks/nis2/framework.ttl", "framework/nis2"),
        ("data/frameworks/bio2/1.3/measures.ttl", "framework/bio2/1.3"),
        ("data/frameworks/bio2/1.3/deadlines.ttl", "framework/bio2/1.3"),
        ("data/frameworks/iso27002/2022/titles/titles.ttl", "framework/iso27002/2022/titles"),
        ("data/errata/errata.ttl", "errata"),
        ("data/sources/graph.ttl", "sources"),
    ],
)
def test_a_folder_is_a_graph(file: str, graph: str) -> None:
    assert graph_of(file) == NamedNode(f"{GRAPH}{graph}")


@pytest.mark.parametrize("file", ["data/x.ttl", "data/sources/deeper/x.ttl", "queries/x.ttl", "x.ttl"])
def test_a_file_in_no_graphs_place_is_refused_with_the_place_and_the_remedy(file: str) -> None:
    with pytest.raises(InputError, match="no graph belongs to this place") as raised:
        graph_of(file)
    assert raised.value.where == file
    assert "data/" in raised.value.remedy


def test_a_mapping_file_is_a_graph_of_its_own(root: Path) -> None:
    path = root / "data" / "mappings" / "fictief.sssom.tsv"
    path.parent.mkdir()
    columns = "record_id subject_id predicate_id object_id mapping_justification confidence claim_status mapping_source"
    path.write_text(f"#curie_map: {{}}\n#mapping_set_id: {ID}mapping/fictief\n" + columns.replace(" ", "\t") + "\n")
    graphs = assemble(source_files(root, root / "none")).graphs
    assert NamedNode(f"{GRAPH}mapping/fictief") in graphs


def test_the_named_queries_are_a_graph_together(root: Path) -> None:
    for name in ("one", "two"):
        (root / "queries" / f"{name}.rq").write_text(
            "#+ {title: {nl: Vraag, en: Question}, description: {nl: Wat, en: What},\n"
            "#+  columns: [{name: s, nl: a, en: b}]}\n"
            "SELECT ?s WHERE { ?s ?p ?o }\n"
        )
    stated = assemble(source_files(root, root / "none")).graphs[NamedNode(f"{GRAPH}queries")]
    assert {t.subject for t in stated} == {NamedNode(f"{ID}query/one"), NamedNode(f"{ID}query/two")}


def test_what_was_ingested_keeps_its_graphs(root: Path) -> None:
    ingested = root / "ingested"
    ingested.mkdir()
    (ingested / "bio2.nq").write_text(f"<{ID}a> <{ID}p> <{ID}b> <{GRAPH}framework/bio2/1.3/text> .\n")
    assembly = assemble(source_files(root, ingested))
    assert len(assembly.graphs[NamedNode(f"{GRAPH}framework/bio2/1.3/text")]) == 1
    assert assembly.origin[NamedNode(f"{ID}a")] == "ingested/bio2.nq"


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (f"<{ID}a> <{ID}p> <{ID}b> .\n", "a statement without a graph", ""),
        (f"<{ID}a> <{ID}p> <{ID}b> <{ID}g> .\n<{ID}a> nothing\n", "not valid N-Quads", ":2"),
    ],
)
def test_ingested_quads_that_cannot_be_used_are_refused(root: Path, content: str, message: str, line: str) -> None:
    (root / "bio2.nq").write_text(content)
    with pytest.raises(InputError, match=message) as raised:
        assemble(source_files(root, root))
    assert raised.value.where.endswith(f"bio2.nq{line}")
    assert raised.value.remedy == "Ingest the source again."


def test_files_come_in_one_order_and_by_names_that_do_not_depend_on_the_machine(root: Path) -> None:
    (root / FRAMEWORK / "graph.ttl").write_text(DESCRIPTION)
    (root / FRAMEWORK / "notes.md").write_text("not of the data")
    assert [name for name, _ in source_files(root, root / "none")] == [
        f"{FRAMEWORK}/graph.ttl",
        f"{FRAMEWORK}/measures.ttl",
    ]


@pytest.mark.parametrize("folder", ["ontology", "shapes", "data", "queries"])
def test_a_root_without_one_of_the_folders_is_refused(root: Path, folder: str) -> None:
    (root / folder).rename(root / "elsewhere")
    with pytest.raises(InputError, match=f"the folder {folder}/ is missing") as raised:
        source_files(root, root / "none")
    assert raised.value.where == str(root)


def test_the_first_file_that_states_a_thing_is_its_place(root: Path) -> None:
    (root / FRAMEWORK / "x.ttl").write_text(f'<{ID}fictief/1.0/1> <http://purl.org/dc/terms/title> "y" .\n')
    assembly = assemble(source_files(root, root / "none"))
    assert assembly.origin[NamedNode(f"{ID}fictief/1.0/1")] == f"{FRAMEWORK}/measures.ttl"
    assert len(assembly) == 2


def test_a_folder_that_is_not_described_is_refused_with_the_place_and_the_remedy(root: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"framework/fictief/1\.0> is not described") as raised:
        build(tmp_path / "out", root=root, ingested=root / "none")
    assert raised.value.where.startswith(FRAMEWORK)
    assert "graph.ttl" in raised.value.remedy
    assert not list((tmp_path / "out").glob("*"))


def test_a_description_in_another_graph_does_not_count(root: Path, tmp_path: Path) -> None:
    (root / FRAMEWORK).parent.joinpath("graph.ttl").write_text(DESCRIPTION)
    with pytest.raises(InputError, match="is not described"):
        build(tmp_path / "out", root=root, ingested=root / "none")
