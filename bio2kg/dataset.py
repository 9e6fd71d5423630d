"""The project's files as one dataset: which file belongs to which named graph, and where each thing is stated.

A folder is a graph: ``data/frameworks/bio2/1.3/*.ttl`` is ``…/graph/framework/bio2/1.3``, ``ontology/**`` is
``…/graph/ontology``. A file with one mapping set or one assessment is a graph of its own. A new framework is therefore
a new folder.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from bio2kg import queries, sssom, turtle
from bio2kg.catalogue import questions
from bio2kg.errors import InputError
from bio2kg.namespaces import ASSESSMENTS, GRAPH, ONTOLOGY_GRAPH, QUERIES_GRAPH, SHAPES_GRAPH

# What messages put before the name of a file that ``ingest`` made.
INGESTED = "ingested/"
MAPPING_SUFFIX = ".sssom.tsv"


@dataclass
class Assembly:
    """The stated triples by graph, and for each subject the first file that says something of it."""

    graphs: dict[NamedNode, set[Triple]] = field(default_factory=lambda: defaultdict(set))
    origin: dict[object, str] = field(default_factory=dict)

    def add(self, graph: NamedNode, triples: list[Triple], place: str) -> None:
        """Adds the triples that ``place`` (a file) states."""
        self.graphs[graph].update(triples)
        for triple in triples:
            self.origin.setdefault(triple.subject, place)

    def facts(self) -> list[Triple]:
        """What is stated of frameworks, mappings and sources.

        An assessment is what an organisation says; the rules for assessments judge it, not those of the catalogue.
        """
        return [
            triple
            for graph, triples in self.graphs.items()
            if graph not in (ONTOLOGY_GRAPH, SHAPES_GRAPH) and not graph.value.startswith(ASSESSMENTS)
            for triple in triples
        ]

    def quads(self) -> Iterator[Quad]:
        """Every statement with its graph, in no order."""
        for graph, triples in self.graphs.items():
            for t in triples:
                yield Quad(t.subject, t.predicate, t.object, graph)

    def __len__(self) -> int:
        return sum(len(triples) for triples in self.graphs.values())


def source_files(root: Path, ingested: Path) -> list[tuple[str, Path]]:
    """Every file that goes into a release, with the name messages use, in a fixed order."""
    found = []
    for folder in ("ontology", "shapes", "data", "queries"):
        if not (root / folder).is_dir():
            raise InputError(
                f"the folder {folder}/ is missing", where=str(root), remedy="Restore it, or install bio2kg again."
            )
        for path in (root / folder).rglob("*"):
            if path.suffix in (".ttl", ".rq") or path.name.endswith(MAPPING_SUFFIX):
                found.append((path.relative_to(root).as_posix(), path))
    found += [(f"{INGESTED}{path.name}", path) for path in ingested.glob("*.nq")]
    return sorted(found)


def assemble(files: list[tuple[str, Path]]) -> Assembly:
    """Reads every file into its graph. Raises InputError with file and line for the first that cannot be read."""
    assembly = Assembly()
    for name, path in files:
        if path.name.endswith(MAPPING_SUFFIX):
            mapping_set = path.name.removesuffix(MAPPING_SUFFIX)
            assembly.add(NamedNode(f"{GRAPH}mapping/{mapping_set}"), sssom.read(path, name), name)
        elif path.suffix == ".rq":
            assembly.add(QUERIES_GRAPH, list(questions.describe(queries.read(path))), name)
        elif path.suffix == ".nq":
            for graph, triples in _read_quads(path).items():
                assembly.add(graph, triples, name)
        else:
            assembly.add(graph_of(name), turtle.read(path), name)
    return assembly


def graph_of(name: str) -> NamedNode:
    """The graph of a Turtle file, from its place. Raises InputError for a place that has none."""
    match PurePosixPath(name).parts:
        case ("ontology", *_):
            return ONTOLOGY_GRAPH
        case ("shapes", *_):
            return SHAPES_GRAPH
        case ("data", "frameworks", *folders, _) if folders:
            return NamedNode(f"{GRAPH}framework/{'/'.join(folders)}")
        case ("data", "examples", file):
            return NamedNode(f"{ASSESSMENTS}{file.removesuffix('.ttl')}")
        case ("data", folder, _) if folder != "frameworks":
            return NamedNode(f"{GRAPH}{folder}")
    raise InputError(
        "no graph belongs to this place", where=name, remedy="Put the file in a folder below data/, see data/README.md."
    )


def _read_quads(path: Path) -> dict[NamedNode, list[Triple]]:
    graphs: dict[NamedNode, list[Triple]] = defaultdict(list)
    try:
        for quad in parse(path.read_bytes(), format=RdfFormat.N_QUADS):
            if not isinstance(quad.graph_name, NamedNode):
                raise InputError("a statement without a graph", where=str(path), remedy="Ingest the source again.")
            graphs[quad.graph_name].append(quad.triple)
    except SyntaxError as error:
        raise InputError(
            f"not valid N-Quads: {error.args[0]}", where=f"{path}:{error.lineno}", remedy="Ingest the source again."
        ) from error
    return graphs
