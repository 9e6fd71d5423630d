"""One pass from files to release: assemble, check, infer, canonicalise, write."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

import bio2kg
from bio2kg import catalogue, checks, inference, paths, release
from bio2kg.catalogue import publisher
from bio2kg.catalogue.files import measure
from bio2kg.dataset import Assembly, assemble, source_files
from bio2kg.errors import FindingsError, InputError, NotFoundError, StateError
from bio2kg.namespaces import (
    CATALOGUE_GRAPH,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    QUERIES_GRAPH,
    SHAPES_GRAPH,
    B,
)

STAGES = ("read", "check", "infer", "canonicalise", "write")
_DCTERMS = PREFIXES["dcterms"]
# What serves and what prints has no part in a release.
_NO_PART = ("access", "cli", "isolation", "operations", "register", "web")
_ENGINES = ("owlrl", "pyoxigraph", "pyshacl", "rdflib")


@dataclass
class Result:
    """What a build did: the manifest, whether it was already there, seconds per stage, and the findings."""

    manifest: dict[str, Any]
    unchanged: bool
    seconds: dict[str, float] = field(default_factory=dict)
    findings: list[checks.Finding] = field(default_factory=list)


def build(
    out: Path | None = None,
    root: Path | None = None,
    ingested: Path | None = None,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Result:
    """Makes the release in ``out`` from the files in ``root``, what was ingested, and ``publisher.yaml`` beside that.

    When nothing that goes into it has changed and the release is whole, it is left as it is. Raises FindingsError if a
    check finds something that no erratum explains, InputError for a file that cannot be read, StateError if ``out``
    cannot be written; the release that was there stays.
    """
    out, root, ingested = out or paths.built(), root or paths.files(), ingested or paths.ingested()
    timer = _Timer(on_stage)
    files = source_files(root, ingested)
    steward = ingested.parent / publisher.FILE
    inputs = [*files, (publisher.FILE, steward)] if steward.is_file() else files
    fingerprint = _fingerprint(inputs)
    if manifest := _current(out, fingerprint):
        return Result(manifest, unchanged=True)
    release.require_writable(out)
    with timer("read"):
        assembly = assemble(files)
        _require_descriptions(assembly)
        if named := publisher.read(steward):
            assembly.graphs[CATALOGUE_GRAPH] = set(named.applied(assembly.graphs[CATALOGUE_GRAPH]))
    with timer("check"):
        ontology, shapes = assembly.graphs[ONTOLOGY_GRAPH], assembly.graphs[SHAPES_GRAPH]
        facts = assembly.facts()
        findings = checks.check(ontology, facts, shapes, assembly.origin)
    _stop_at(findings)
    with timer("infer"):
        assembly.graphs[INFERRED_GRAPH] = set(inference.infer(ontology, facts))
    with timer("canonicalise"):
        _describe_engine_graphs(assembly)
        lines = _canonical(assembly)
        graphs = release.graph_hashes(lines, (g.value for g in assembly.graphs))
        _stop_at(checks.check_catalogue(assembly.graphs[CATALOGUE_GRAPH], shapes, assembly.origin))
    with timer("write"):
        manifest = release.write(out, lines, _manifest(assembly, graphs, findings, inputs, fingerprint))
    return Result(manifest, unchanged=False, seconds=timer.seconds, findings=findings)


def _stop_at(findings: list[checks.Finding]) -> None:
    """Raises FindingsError if any of these stops a build."""
    if stops := checks.blocking(findings):
        raise FindingsError(
            f"{len(stops)} finding(s) stop the build:\n" + "\n".join(f"  {f}" for f in stops[:50]),
            remedy="\nCorrect the file named, or describe the error in data/errata with b:excuses. "
            "The release that was there is untouched.",
        )


def _canonical(assembly: Assembly) -> list[str]:
    """The canonical lines of all graphs, the catalogue's last: it tells the size and hash of the others.

    It has no blank nodes, so the labels of theirs do not depend on it.
    """
    others = release.canonical(quad for quad in assembly.quads() if quad.graph_name != CATALOGUE_GRAPH)
    described = catalogue.describe(assembly.graphs, measure(others))
    assembly.graphs[CATALOGUE_GRAPH] |= described
    own = (Quad(t.subject, t.predicate, t.object, CATALOGUE_GRAPH) for t in assembly.graphs[CATALOGUE_GRAPH])
    return sorted([*others, *release.canonical(own)])


class _Timer:
    def __init__(self, on_stage: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self.on_stage = on_stage

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self.on_stage(stage)
        start = perf_counter()
        yield
        self.seconds[stage] = perf_counter() - start


def _fingerprint(files: list[tuple[str, Path]]) -> str:
    """A hash over everything a release depends on: the files, our own code, and the engines' versions."""
    digest = hashlib.sha256()
    code = Path(bio2kg.__file__).parent
    modules = ((p.relative_to(code), p) for p in sorted(code.rglob("*.py")))
    parts = [*files, *((name.as_posix(), p) for name, p in modules if name.parts[0] not in _NO_PART)]
    for name, path in parts:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"cannot be read: {error.strerror}", where=str(path), remedy="Make the file readable."
            ) from error
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    digest.update(" ".join(f"{engine} {version(engine)}" for engine in _ENGINES).encode())
    return digest.hexdigest()


def _current(out: Path, fingerprint: str) -> dict[str, Any] | None:
    """The manifest of the release in ``out`` if it was made from these inputs and is whole."""
    try:
        manifest = release.read_manifest(out)
        return release.read(out)[0] if manifest.get("inputs") == fingerprint else None
    except (NotFoundError, StateError):
        return None


def _require_descriptions(assembly: Assembly) -> None:
    """Every graph must say what it is: a description of its own IRI, typed ``b:Graph``, inside itself."""
    for graph, triples in assembly.graphs.items():
        if graph in _ENGINE_GRAPHS:
            continue
        if Triple(graph, NamedNode(f"{PREFIXES['rdf']}type"), NamedNode(str(B.Graph))) not in triples:
            place = next((assembly.origin[t.subject] for t in triples), "")
            raise InputError(
                f"the graph <{graph.value}> is not described",
                where=place,
                remedy="Add a graph.ttl to its folder with title, licence and source, see data/README.md.",
            )


_ENGINE_GRAPHS = {
    CATALOGUE_GRAPH: (
        "Wat er gepubliceerd is: de catalogus en de beschrijving van de grafen",
        "What is published: the catalogue and the description of the graphs",
        "own-judgement",
    ),
    ONTOLOGY_GRAPH: ("De ontologie en haar codelijsten", "The ontology and its code lists", "own-judgement"),
    QUERIES_GRAPH: ("De vragen (SPARQL)", "The questions (SPARQL)", "own-judgement"),
    SHAPES_GRAPH: ("De regels (SHACL)", "The rules (SHACL)", "own-judgement"),
    INFERRED_GRAPH: (
        "Wat volgt uit het gestelde (OWL 2 RL)",
        "What follows from what is stated (OWL 2 RL)",
        "own-judgement",
    ),
}


def _describe_engine_graphs(assembly: Assembly) -> None:
    """The descriptions of the graphs that have no folder below data/, each in its own graph: a copy has its licence.

    That of what was inferred is in the catalogue, since nothing that was stated stands in that graph.
    """
    term = {name: NamedNode(f"{_DCTERMS}{name}") for name in ("title", "license", "source")}
    for graph, (nl, en, status) in _ENGINE_GRAPHS.items():
        assembly.graphs[CATALOGUE_GRAPH if graph == INFERRED_GRAPH else graph] |= {
            Triple(graph, NamedNode(f"{PREFIXES['rdf']}type"), NamedNode(str(B.Graph))),
            Triple(graph, term["title"], Literal(nl, language="nl")),
            Triple(graph, term["title"], Literal(en, language="en")),
            Triple(graph, term["license"], NamedNode("https://creativecommons.org/licenses/by/4.0/")),
            Triple(graph, term["source"], NamedNode(f"{PREFIXES['id']}source/bio2kg-editors")),
            Triple(graph, NamedNode(str(B.claimStatus)), NamedNode(f"{PREFIXES['id']}claim-status/{status}")),
        }


def _manifest(
    assembly: Assembly,
    graphs: dict[str, tuple[int, str]],
    findings: list[checks.Finding],
    files: list[tuple[str, Path]],
    fingerprint: str,
) -> dict[str, Any]:
    excused = [{"rule": f.rule, "node": f.node, "value": f.value, "erratum": f.erratum} for f in findings if f.erratum]
    return {
        "bio2kg": bio2kg.__version__,
        "engines": {engine: version(engine) for engine in _ENGINES},
        "inputs": fingerprint,
        "files": [name for name, _ in files],
        "graphs": [
            {"iri": iri, "triples": count, "sha256": digest, **_description(assembly, iri)}
            for iri, (count, digest) in sorted(graphs.items())
        ],
        "explainedByErrata": excused,
    }


def _description(assembly: Assembly, iri: str) -> dict[str, Any]:
    graph = NamedNode(iri)
    own = [t for place in {graph, CATALOGUE_GRAPH} for t in assembly.graphs[place] if t.subject == graph]
    titles = {
        t.object.language: t.object.value
        for t in own
        if t.predicate.value == f"{_DCTERMS}title" and isinstance(t.object, Literal)
    }

    def values(predicate: str) -> list[str]:
        return sorted(
            t.object.value for t in own if t.predicate.value == predicate and isinstance(t.object, NamedNode | Literal)
        )

    found = {
        "title": titles,
        "licence": values(f"{_DCTERMS}license"),
        "source": values(f"{_DCTERMS}source"),
        "claimStatus": values(str(B.claimStatus)),
    }
    return {
        key: dict(sorted(value.items())) if isinstance(value, dict) else value for key, value in found.items() if value
    }
