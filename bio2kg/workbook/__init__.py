"""The workbook of an assessment: made for an edition of BIO2, read back into a graph, and written again from it."""

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import Triple

from bio2kg.namespaces import short
from bio2kg.store import Store
from bio2kg.workbook import loading, naming, rendering, template
from bio2kg.workbook.identity import Identity
from bio2kg.workbook.layout import Graph
from bio2kg.workbook.messages import Message
from bio2kg.workbook.places import places
from bio2kg.workbook.reading import Imported, read
from bio2kg.workbook.writing import FORMATS, write

__all__ = ["FORMATS", "Identity", "Imported", "Message", "lost", "new", "places", "read", "write"]


def new(store: Store, identity: Identity, name: str | None = None) -> bytes:
    """An empty workbook (.xlsx) for an organisation, with a row for every control and every measure of the edition.

    Raises InputError for an edition or organisation that is not known.
    """
    known = loading.load(store, identity.edition)
    identity.organisation  # noqa: B018 (raises for a code that is none)
    return rendering.xlsx(template.sheets(identity, known, name), identity, known)


def lost(triples: Iterable[Triple], content: bytes, form: str, store: Store) -> dict[str, int]:
    """How many statements do not come back from what ``write`` made of them, by the short name of their property."""
    stated = set(triples)
    identity = naming.identity_of(Graph(stated))
    asked = (identity.edition, identity.given, identity.year) if form == "csv" else ()
    back = set(read(content, f"export.{form}", store, *asked).triples)
    found = Counter(short(triple.predicate.value) for triple in stated - back)
    return dict(sorted(found.items()))
