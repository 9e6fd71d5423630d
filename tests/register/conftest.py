"""Both registers, each empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bio2kg.register import LocalRegister, Register, RemoteRegister
from bio2kg.store import EmbeddedStore
from tests.register.samples import Kind


@pytest.fixture(params=["local", "remote"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def register(kind: Kind, tmp_path: Path) -> Iterator[Register]:
    if kind == "remote":
        yield RemoteRegister(EmbeddedStore(read_only=False))
    else:
        local = LocalRegister(tmp_path / "stored" / "register.sqlite3")
        yield local
        local.close()
