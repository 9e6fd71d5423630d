"""What the tests of validation share: the rules of the test release, and a complete assessment that satisfies them."""

import pytest
from pyoxigraph import Triple

from bio2kg.fictitious import complete
from bio2kg.store import EmbeddedStore
from bio2kg.validation.service import Session


@pytest.fixture(scope="session")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


@pytest.fixture(scope="session")
def assessment(session: Session) -> list[Triple]:
    """Complete, and without a finding on the date for which it was made."""
    return complete()
