"""What the tests of the workbook share."""

import pytest

from bio2kg.store import EmbeddedStore
from tests.workbook.mistakes import workbook


@pytest.fixture(scope="session")
def mistakes(store: EmbeddedStore) -> bytes:
    """A workbook with every mistake that is known."""
    return workbook(store)
