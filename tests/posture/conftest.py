"""What the tests of the posture share."""

from pathlib import Path

import pytest

from bio2kg import fictitious, release
from bio2kg.store import EmbeddedStore, add_assessment
from tests.posture.assessments import Assessment, earlier, other_numbering, small


@pytest.fixture(scope="module")
def assessed(release_folder: Path) -> EmbeddedStore:
    """The release with a complete assessment, a small one, and an earlier one of the same organisation."""
    store = EmbeddedStore(release.read(release_folder)[1], read_only=False)
    add_assessment(store, fictitious.complete())
    add_assessment(store, small().triples)
    add_assessment(store, earlier().triples)
    future = Assessment("dorp-9.9-2027", "9.9").with_evidence()
    future.entry("5.10.02")
    add_assessment(store, [*future.triples, *other_numbering()])
    return store
