"""The names everything rests on: base IRI, namespaces, graph names."""

import re

from pyoxigraph import NamedNode
from rdflib import Namespace

BASE = "https://w3id.org/bio2kg"
DEF = f"{BASE}/def#"
ID = f"{BASE}/id/"
DOC = f"{BASE}/doc/"
GRAPH = f"{BASE}/graph/"

PREFIXES: dict[str, str] = {
    "b": DEF,
    "id": ID,
    "graph": GRAPH,
    "adms": "http://www.w3.org/ns/adms#",
    "cccev": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "earl": "http://www.w3.org/ns/earl#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "risk": "https://w3id.org/dpv/risk#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

B = Namespace(DEF)
RULE = f"{ID}rule/"

ONTOLOGY_GRAPH = NamedNode(f"{GRAPH}ontology")
SHAPES_GRAPH = NamedNode(f"{GRAPH}shapes")
CATALOGUE_GRAPH = NamedNode(f"{GRAPH}catalogue")
QUERIES_GRAPH = NamedNode(f"{GRAPH}queries")
ASSESSMENTS = f"{GRAPH}assessment/"  # below it the graph of each assessment
INFERRED_GRAPH = NamedNode(f"{GRAPH}inferred")

# PN_LOCAL of SPARQL 1.1 / Turtle, kept to the characters our own identifiers use.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def curie(iri: str) -> tuple[str, str, str] | None:
    """The (prefix, namespace, local name) by which an IRI is written in our files, or None if it is written in full.

    IRIs below ``id/`` and ``graph/`` get a prefix made from their folder: ``id/bio2/1.3/5.01.01`` is written
    ``bio2-1.3:5.01.01``, so a file of measures reads like the publisher's numbering.
    """
    for root, fixed in ((ID, "id"), (GRAPH, "graph")):
        if iri.startswith(root):
            folder, _, local = iri[len(root) :].rpartition("/")
            if not _LOCAL.fullmatch(local):
                return None
            if not folder:
                return fixed, root, local
            prefix = folder.replace("/", "-")
            if root == GRAPH:
                prefix = f"graph-{prefix}"
            return (prefix, f"{root}{folder}/", local) if re.fullmatch(r"[A-Za-z][\w.-]*\w", prefix) else None
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return prefix, namespace, iri[len(namespace) :]
    return None


def short(iri: str) -> str:
    """An IRI for people: ``bio2-1.3:5.01.01`` where there is a prefix, else the IRI itself."""
    parts = curie(iri)
    return f"{parts[0]}:{parts[2]}" if parts else iri


def framework_graph(folder: str) -> NamedNode:
    """The named graph of a framework folder such as ``bio2/1.3`` or ``bio2/1.3/text``."""
    return NamedNode(f"{GRAPH}framework/{folder}")
