"""What tests over HTTP share."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from bio2kg.register import LocalRegister
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app


@pytest.fixture(scope="module")
def whole(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application with a register of assessments, and no limit to what one client asks."""
    home = tmp_path_factory.mktemp("home")
    register = LocalRegister(home / "register.sqlite3")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIO2KG_HOME", str(home))
        environment.setenv("BIO2KG_RATE", "0")
        environment.setenv("BIO2KG_RATE_HEAVY", "0")
        application = create_app(lambda: store, open_the_register=lambda _: register)
        with TestClient(application, follow_redirects=False) as client:
            yield client
