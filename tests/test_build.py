"""From files to a release: the same bytes each time, and never a worse release than the one that was there.

The data is one small fictitious framework, beside the project's own ontology and shapes.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from bio2kg import release
from bio2kg.build import STAGES, build
from bio2kg.errors import FindingsError, InputError, StateError
from bio2kg.namespaces import BASE, GRAPH, ID, PREFIXES

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("status", "source", "erratum", "rule", "claim-status", "fictief", "fictief/1.0", "norm", "norm/2030")
PROLOGUE = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {**PREFIXES, **{f.replace("/", "-"): f"{ID}{f}/" for f in FOLDERS}}.items()
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def description(graph: str, title: str, source: str = "source:boek") -> str:
    return f"""<{GRAPH}{graph}> a b:Graph ; dcterms:title "{title}"@nl , "{title}, in English"@en ;
        dcterms:license <{LICENCE}> ; dcterms:source {source} ; b:claimStatus claim-status:third-party ."""


MEASURES = """
fictief-1.0:5.01.01 a b:MeasureEdition , skos:Concept ; skos:inScheme fictief:1.0 ; skos:notation "5.01.01" ;
    b:status status:active ; b:underControl norm-2030:5.1 ; dcterms:source source:boek .
fictief-1.0:5.01.02 a b:MeasureEdition , skos:Concept ; skos:inScheme fictief:1.0 ; skos:notation "5.01.02" ;
    b:status status:moved ; b:underControl norm-2030:5.1 ; b:movedTo fictief-1.0:5.01.09 ; dcterms:source source:boek .
"""
FILES = {
    "sources/graph.ttl": description("sources", "Bronnen"),
    "sources/sources.ttl": "source:boek a b:Source . source:blad a b:Source .",
    "frameworks/norm/2030/graph.ttl": description("framework/norm/2030", "Norm", "source:boek , source:blad"),
    "frameworks/norm/2030/controls.ttl": 'norm:2030 a b:Edition . norm-2030:5.1 a b:Control ; skos:notation "5.1" .',
    "frameworks/fictief/1.0/graph.ttl": description("framework/fictief/1.0", "Fictief"),
    "frameworks/fictief/1.0/edition.ttl": "fictief:1.0 a b:Edition .",
    "frameworks/fictief/1.0/measures.ttl": MEASURES,
    "errata/graph.ttl": description("errata", "Errata"),
    "errata/errata.ttl": """erratum:F1 a b:Erratum ; b:excuses rule:GR-02 ; dcterms:subject fictief-1.0:5.01.02 ;
        b:sourceReading "5.01.09"@nl ; b:evidence "Dat nummer is er niet."@nl ; dcterms:source source:boek .""",
}
MAPPINGS = f"""\
#curie_map:
#  b: {PREFIXES["b"]}
#  fictief: {ID}fictief/
#  mapping: {ID}mapping/
#  norm: {ID}norm/
#  semapv: {PREFIXES["semapv"]}
#  skos: {PREFIXES["skos"]}
#  source: {ID}source/
#mapping_set_id: {ID}mapping/fictief
#mapping_set_title: "Fictitious"
#mapping_set_title_nl: "Verzonnen"
#mapping_set_source: source:blad
#license: {LICENCE}
#extension_definitions:
#  - {{slot_name: claim_status, property: b:claimStatus}}
record_id subject_id predicate_id object_id mapping_justification confidence claim_status mapping_source
mapping:fictief/1 fictief:1.0/5.01.01 skos:broadMatch norm:2030/5.1 semapv:LexicalMatching 1.0 official source:blad
"""
QUERY = """\
#+ title: {nl: Alles, en: Everything}
#+ description: {nl: Elk ding., en: Each thing.}
#+ columns: [{name: s, nl: Het ding, en: The thing}]
#+ tags: [things]
SELECT ?s WHERE { ?s ?p ?o }
"""
TEXT_GRAPH = f"{GRAPH}framework/fictief/1.0/text"
TEXT = f"""<{ID}fictief/1.0/5.01.01> b:sourceWording "Tekst."@nl .
    {description("framework/fictief/1.0/text", "Tekst")}"""


def make_root(root: Path) -> None:
    """The inputs of a build: ``ontology/`` and ``shapes/`` of the project, fictitious data, an ingested text."""
    for folder in ("ontology", "shapes"):
        shutil.copytree(ROOT / folder, root / folder)
    for name, text in FILES.items():
        path = root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PROLOGUE + text, encoding="utf-8")
    head, _, table = MAPPINGS.partition("record_id")
    (root / "queries").mkdir()
    (root / "queries" / "everything.rq").write_text(QUERY)
    (root / "data" / "mappings").mkdir()
    (root / "data" / "mappings" / "fictief.sssom.tsv").write_text(head + f"record_id{table}".replace(" ", "\t"))
    (root / "ingested").mkdir()
    text = parse((PROLOGUE + TEXT).encode(), format=RdfFormat.TURTLE)
    quads = [Quad(q.subject, q.predicate, q.object, NamedNode(TEXT_GRAPH)) for q in text]
    (root / "ingested" / "fictief.nq").write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with its release in ``out``; not to be changed."""
    root = tmp_path_factory.mktemp("built")
    make_root(root)
    result = build(root / "out", root=root, ingested=root / "ingested")
    assert not result.unchanged
    assert set(result.seconds) == set(STAGES)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A copy of the root and its release, for a test that changes something."""
    return shutil.copytree(built, tmp_path / "copy")


@pytest.fixture(scope="module")
def manifest(built: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((built / "out" / "manifest.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def lines(built: Path) -> list[str]:
    (path,) = (built / "out").glob("*.nq")
    return path.read_bytes().decode().splitlines(keepends=True)


def graph_of(line: str) -> str:
    found = re.search(r"<([^<>]*)> \.\n$", line)
    assert found
    return found[1]


def test_two_builds_of_the_same_inputs_are_identical_byte_for_byte(built: Path, tmp_path: Path) -> None:
    """Another place, another order of making the files, another process with other hashes of strings."""
    copy = tmp_path / "elsewhere"
    for path in sorted((p for p in built.rglob("*") if p.is_file() and p.parent.name != "out"), reverse=True):
        target = copy / path.relative_to(built)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    program = (
        "import sys, pathlib, bio2kg.build as b; r = pathlib.Path(sys.argv[1]); b.build(r / 'out', r, r / 'ingested')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT), "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", program, str(copy)], check=True, env=environment, timeout=120)
    assert contents(copy / "out") == contents(built / "out")


def test_a_second_build_with_nothing_changed_leaves_the_release_as_it_is(built: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (built / "out").iterdir()}
    stages: list[str] = []
    result = build(built / "out", root=built, ingested=built / "ingested", on_stage=stages.append)
    assert (result.unchanged, stages, result.seconds) == (True, [], {})
    assert {p: p.stat().st_mtime_ns for p in (built / "out").iterdir()} == before


def test_a_change_gives_a_new_release_in_place_of_the_old(root: Path) -> None:
    before = contents(root / "out")
    path = root / "data" / "frameworks" / "fictief" / "1.0" / "edition.ttl"
    path.write_text(path.read_text() + 'fictief:1.0 dcterms:title "Verzonnen"@nl .\n')
    result = build(root / "out", root=root, ingested=root / "ingested")
    after = contents(root / "out")
    assert not result.unchanged
    assert len(before) == len(after) == 2
    assert set(before) & set(after) == {"manifest.json"}
    assert '<http://purl.org/dc/terms/title> "Verzonnen"@nl' in release.read(root / "out")[1].decode()


def test_the_data_file_is_named_by_its_hash(built: Path, manifest: dict[str, Any], lines: list[str]) -> None:
    content = "".join(lines).encode()
    digest = hashlib.sha256(content).hexdigest()
    assert set(contents(built / "out")) == {"manifest.json", f"bio2kg-{digest[:16]}.nq"}
    assert manifest["file"] == f"bio2kg-{digest[:16]}.nq"
    assert (manifest["sha256"], manifest["release"]) == (digest, digest[:16])
    assert (manifest["bytes"], manifest["quads"]) == (len(content), len(lines))


def test_the_quads_are_sorted_canonical_and_each_in_a_graph(lines: list[str]) -> None:
    assert lines == sorted(set(lines))
    assert lines == release.canonical(parse("".join(lines).encode(), format=RdfFormat.N_QUADS))
    assert {graph_of(line).startswith(GRAPH) for line in lines} == {True}
    labels = set(re.findall(r"_:(\S+)", "".join(line for line in lines if '"' not in line)))
    assert labels
    assert all(re.fullmatch(r"c14n\d+", label) for label in labels)


def test_the_manifest_lists_each_graph_with_its_size_and_hash(manifest: dict[str, Any], lines: list[str]) -> None:
    by_graph: dict[str, list[str]] = {}
    for line in lines:
        by_graph.setdefault(graph_of(line), []).append(line)
    listed = {g["iri"].removeprefix(GRAPH): (g["triples"], g["sha256"]) for g in manifest["graphs"]}
    assert listed == {
        iri.removeprefix(GRAPH): (len(found), hashlib.sha256("".join(found).encode()).hexdigest())
        for iri, found in by_graph.items()
    }
    assert set(listed) == {
        "ontology",
        "shapes",
        "inferred",
        "catalogue",
        "queries",
        "sources",
        "errata",
        "mapping/fictief",
        "framework/norm/2030",
        "framework/fictief/1.0",
        "framework/fictief/1.0/text",
    }


@pytest.mark.parametrize(
    ("graph", "folder"),
    [
        ("sources", "data/sources"),
        ("errata", "data/errata"),
        ("framework/norm/2030", "data/frameworks/norm/2030"),
        ("framework/fictief/1.0", "data/frameworks/fictief/1.0"),
    ],
)
def test_a_graph_holds_what_the_files_of_its_folder_say(
    built: Path, manifest: dict[str, Any], graph: str, folder: str
) -> None:
    stated = rdflib.Graph()
    for path in (built / folder).glob("*.ttl"):
        stated.parse(path)
    (counted,) = [g["triples"] for g in manifest["graphs"] if g["iri"] == f"{GRAPH}{graph}"]
    assert counted == len(stated)


def test_the_manifest_names_licence_source_and_title_of_each_graph(manifest: dict[str, Any]) -> None:
    graphs = {g["iri"].removeprefix(GRAPH): g for g in manifest["graphs"]}
    for graph in graphs.values():
        assert graph["licence"] == [LICENCE]
        assert graph["source"]
        assert set(graph["title"]) == {"nl", "en"}
    assert graphs["framework/norm/2030"]["title"] == {"nl": "Norm", "en": "Norm, in English"}
    assert graphs["framework/norm/2030"]["source"] == [f"{ID}source/blad", f"{ID}source/boek"]
    assert graphs["framework/norm/2030"]["claimStatus"] == [f"{ID}claim-status/third-party"]
    assert graphs["mapping/fictief"]["source"] == [f"{ID}source/blad"]


def test_the_manifest_names_what_went_in_and_what_errata_explain(manifest: dict[str, Any], built: Path) -> None:
    assert set(manifest["files"]) >= {"data/mappings/fictief.sssom.tsv", "ingested/fictief.nq", "ontology/bio2kg.ttl"}
    assert str(built) not in json.dumps(manifest)
    assert manifest["explainedByErrata"] == [
        {
            "rule": "GR-02",
            "node": f"{ID}fictief/1.0/5.01.02",
            "value": f"{ID}fictief/1.0/5.01.09",
            "erratum": "erratum:F1",
        }
    ]


def test_what_follows_has_a_graph_of_its_own_and_repeats_nothing(lines: list[str]) -> None:
    inferred = {line.rpartition(" <")[0] for line in lines if graph_of(line) == f"{GRAPH}inferred"}
    stated = {line.rpartition(" <")[0] for line in lines if graph_of(line) != f"{GRAPH}inferred"}
    assert inferred & stated == set()
    # b:MeasureEdition is a subclass, and b:underControl has an inverse, in the ontology.
    assert any(f"<{ID}norm/2030/5.1>" in line and f"<{ID}fictief/1.0/5.01.01>" in line for line in inferred)
    assert {line.split(" ")[0].startswith((f"<{BASE}/id/", f"<{GRAPH}")) for line in inferred} == {True}


def write(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / "data" / name
        path.write_text(PROLOGUE + text, encoding="utf-8")

    return change


def decimal_comma(root: Path) -> None:
    path = root / "data" / "mappings" / "fictief.sssom.tsv"
    path.write_text(path.read_text().replace("1.0\tofficial", "0,7\tofficial"))


ABOVE = len(PROLOGUE.splitlines())


@pytest.mark.parametrize(
    ("change", "error", "messages"),
    [
        (
            write("sources/graph.ttl", description("sources", "Bronnen").replace("dcterms:license", "dcterms:rights")),
            FindingsError,
            ["GR-09 violation at graph:sources", "Name the licence of this graph", "[data/sources/graph.ttl]"],
        ),
        (
            write("errata/errata.ttl", "erratum:F2 a b:Erratum ."),
            FindingsError,
            ["GR-02 violation at fictief-1.0:5.01.02", "GR-12 violation at erratum:F2", "[data/errata/errata.ttl]"],
        ),
        (
            write("sources/sources.ttl", "source:boek a b:Source . source:blad a b:Source ; b:comit 'x' ."),
            FindingsError,
            ["QC-16 violation", "The term b:comit is used but not declared.", "[data/sources/sources.ttl]"],
        ),
        (
            write("sources/sources.ttl", "source:boek a b:Source .\nsource:blad a b:Source\nsource:krant a b:Source ."),
            InputError,
            [f"sources.ttl:{ABOVE + 3}: not valid Turtle"],
        ),
        (
            write("frameworks/fictief/1.0/graph.ttl", ""),
            InputError,
            ["data/frameworks/fictief/1.0/", "is not described", "graph.ttl"],
        ),
        (
            decimal_comma,
            InputError,
            [f"fictief.sssom.tsv:{len(MAPPINGS.splitlines())}: the confidence “0,7” is not a number"],
        ),
    ],
    ids=["licence gone", "erratum gone", "unknown term", "syntax", "no description", "confidence"],
)
def test_a_build_that_fails_names_the_place_and_leaves_the_release_that_was_there(
    root: Path, change: Callable[[Path], None], error: type[Exception], messages: list[str]
) -> None:
    before = contents(root / "out")
    change(root)
    with pytest.raises(error) as raised:
        build(root / "out", root=root, ingested=root / "ingested")
    for message in messages:
        assert message in str(raised.value)
    assert contents(root / "out") == before
    assert release.read(root / "out")


def test_a_contradiction_leaves_the_release_that_was_there(root: Path) -> None:
    before = contents(root / "out")
    write("sources/sources.ttl", "source:boek a b:Source . source:blad a b:Source , b:Duty , b:Framework .")(root)
    with pytest.raises(FindingsError, match="contradiction"):
        build(root / "out", root=root, ingested=root / "ingested")
    assert contents(root / "out") == before


def test_a_file_that_cannot_be_read_is_named(root: Path) -> None:
    path = root / "data" / "sources" / "sources.ttl"
    path.unlink()
    path.symlink_to(root / "nowhere")
    with pytest.raises(InputError, match=r"sources\.ttl: cannot be read"):
        build(root / "out", root=root, ingested=root / "ingested")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(root: Path) -> None:
    (root / "file").write_text("in the way")
    stages: list[str] = []
    with pytest.raises(StateError, match="cannot be written") as raised:
        build(root / "file" / "out", root=root, ingested=root / "ingested", on_stage=stages.append)
    assert raised.value.remedy
    assert stages == []
    assert (root / "file").read_text() == "in the way"


@pytest.mark.parametrize("damaged", ["data", "manifest"])
def test_a_damaged_release_is_not_taken_for_current_and_is_made_again(root: Path, damaged: str) -> None:
    before = contents(root / "out")
    (path,) = (root / "out").glob("*.nq" if damaged == "data" else "manifest.json")
    path.write_bytes(path.read_bytes()[:-10])
    result = build(root / "out", root=root, ingested=root / "ingested")
    assert not result.unchanged
    assert contents(root / "out") == before
