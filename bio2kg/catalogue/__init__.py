"""The description of everything a release publishes: DCAT-AP-NL 3.0 for catalogues, VoID for linked-data clients.

What is the same for every release (the catalogue itself, the contact point, the services) stands in
``data/catalogue/``; the rest follows from the graphs. Nothing here depends on the clock, and there are no blank nodes.
"""

from collections.abc import Mapping

from pyoxigraph import NamedNode, Triple

from bio2kg.catalogue import void
from bio2kg.catalogue.datasets import Datasets
from bio2kg.catalogue.files import File
from bio2kg.catalogue.stated import Stated
from bio2kg.namespaces import CATALOGUE_GRAPH


def describe(graphs: Mapping[NamedNode, set[Triple]], files: Mapping[str, File]) -> set[Triple]:
    """The triples that describe ``graphs``, for the catalogue graph.

    ``files`` gives for each graph, by its IRI, the size and hash of its canonical N-Quads. The catalogue graph itself
    has none and no statistics: they would depend on themselves.
    """
    stated = Stated(graphs)
    return {
        *Datasets(stated, files).triples(),
        *void.describe({g: triples for g, triples in graphs.items() if g != CATALOGUE_GRAPH}, stated),
    }
