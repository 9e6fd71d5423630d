"""The files in which a release is offered for download: their addresses, formats, and what is known of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bio2kg.namespaces import BASE, GRAPH

DUMPS = f"{BASE}/dumps/"
_EU = "http://publications.europa.eu/resource/authority/file-type/"
_IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Form:
    """A file format: the suffix of its files, its name for people, media type, and code in the EU's list."""

    suffix: str
    name: str
    media_type: str
    code: str

    @property
    def media_type_iri(self) -> str:
        """The media type as an IRI of IANA."""
        return f"{_IANA}{self.media_type}"

    @property
    def file_type(self) -> str:
        """The format as an IRI of the EU's list of file types."""
        return f"{_EU}{self.code}"


N_QUADS = Form("nq", "N-Quads", "application/n-quads", "RDF_N_QUADS")
TRIG = Form("trig", "TriG", "application/trig", "RDF_TRIG")
TURTLE = Form("ttl", "Turtle", "text/turtle", "RDF_TURTLE")
JSON_LD = Form("jsonld", "JSON-LD", "application/ld+json", "JSON_LD")
CSV = Form("csv", "CSV", "text/csv", "CSV")

# What the columns of a table mean, and its licence (Metadata Vocabulary for Tabular Data, W3C); under the name where
# readers of tables look for it.
CSV_METADATA = Form("csv-metadata.json", "CSVW", "application/csvm+json", "JSON")

OF_A_GRAPH = (N_QUADS, TRIG, TURTLE, JSON_LD)
OF_THE_RELEASE = (N_QUADS, TRIG, TURTLE, JSON_LD)


@dataclass(frozen=True)
class File:
    """What is known of a file before it is offered: its size in bytes and SHA-256."""

    bytes: int
    sha256: str


def dump(graph: str, form: Form) -> str:
    """The address of the file with one graph: ``…/dumps/framework/bio2/1.3.ttl``."""
    return f"{DUMPS}{graph.removeprefix(GRAPH)}.{form.suffix}"


def whole(form: Form) -> str:
    """The address of the file with the whole release: ``…/dumps/bio2kg.nq``."""
    return f"{DUMPS}bio2kg.{form.suffix}"


def measure(lines: Iterable[str]) -> dict[str, File]:
    """For each graph, by its IRI, size and hash of the file that holds its lines of canonical N-Quads."""
    sizes: dict[str, int] = {}
    hashes: dict[str, Any] = {}
    for line in lines:
        graph = line[:-3].rpartition(" ")[2][1:-1]
        content = line.encode()
        sizes[graph] = sizes.get(graph, 0) + len(content)
        hashes.setdefault(graph, hashlib.sha256()).update(content)
    return {graph: File(size, hashes[graph].hexdigest()) for graph, size in sizes.items()}
