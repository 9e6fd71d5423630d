"""An assessment carried from one edition of BIO2 to another: what may be carried is, and the rest is listed.

The result is a draft of its own, with new IRIs, that refers to what it was carried from. No judgement is carried: a
finding of the result is always not assessed. What the old one said stands in the list of changes, not in the new graph.
"""

from collections.abc import Iterable

from pyoxigraph import Triple

from bio2kg.store import Store
from bio2kg.upgrade.carrying import carry
from bio2kg.upgrade.changes import REASONS, Change, Upgraded
from bio2kg.upgrade.contents import Contents
from bio2kg.upgrade.draft import Draft
from bio2kg.upgrade.lineage import events
from bio2kg.upgrade.succession import succeed
from bio2kg.validation import catalogue

__all__ = ["REASONS", "Change", "Upgraded", "upgrade"]


def upgrade(
    triples: Iterable[Triple], store: Store, from_edition: str, to_edition: str, language: str = "nl"
) -> Upgraded:
    """An assessment (or a statement alone) of one edition of BIO2 as a draft of another, newer or older.

    The editions are labels such as 1.2; ``language`` is that of the notes added to entries. Raises InputError for an
    edition without recorded history, two that are the same, triples without an assessment or statement, one that uses
    another edition than ``from_edition``, and one of which the result is already there.
    """
    frameworks = catalogue.load(store)
    succession = succeed(frameworks, events(store), from_edition, to_edition)
    contents = Contents(triples)
    contents.require_edition(from_edition)
    draft = Draft(contents, succession, frameworks, language)
    carry(draft)
    changes = sorted((row.change(frameworks) for row in draft.rows.values()), key=lambda change: change.place)
    return Upgraded(list(draft.triples), changes, from_edition, to_edition)
