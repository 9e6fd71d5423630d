"""Which language a page speaks, by address and by header (RFC 9110, section 12.5.4)."""

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nl"),
        ("en", "en"),
        ("EN-GB", "en"),
        ("nl ; q=0.5, en", "en"),
        ("en ; q=0.5 , nl ;q=0.4", "en"),
        ("en;q=0.5,nl;q=0.5", "en"),
        ("nl;Q=0.2, en;Q=0.3", "en"),
        ("en;q=0, nl;q=0.1", "nl"),
        ("en;q=0", "nl"),
        ("fr, de;q=0.9", "nl"),
        ("fr, en;q=0.1", "en"),
        ("*", "nl"),
        ("en;q=abc", "nl"),
        ("en;q=nan", "nl"),
        ("en;q=inf, nl;q=0.9", "en"),
        ("en;q=1e999, nl;q=0.9", "en"),
        (";;,,;q=1", "nl"),
        ("english", "nl"),
        ("e" * 5000, "nl"),
    ],
)
def test_the_language_follows_the_header(client: TestClient, header: str, language: str) -> None:
    response = client.get("/", headers={"Accept-Language": header})
    assert response.headers["content-language"] == language


@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("nl", "nl"), ("fr", "en"), ("", "en"), ("EN", "en")])
def test_the_address_goes_before_the_header(client: TestClient, asked: str, language: str) -> None:
    response = client.get("/", params={"lang": asked}, headers={"Accept-Language": "en"})
    assert response.headers["content-language"] == language
