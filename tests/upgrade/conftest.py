"""What the tests of an upgrade share."""

import pytest

from bio2kg.store import EmbeddedStore
from bio2kg.upgrade import Upgraded, upgrade
from tests.upgrade.assessments import active, assessment, parsed


@pytest.fixture(scope="package")
def to_1_3(store: EmbeddedStore) -> Upgraded:
    return upgrade(parsed(assessment("1.2", active(store, "1.2"))), store, "1.2", "1.3")
