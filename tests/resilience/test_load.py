"""Two hundred clients at once: answers, or an honest 503."""

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx

from tests.serving import home_with, serving

CLIENTS = 200
# Long enough where the whole suite runs unattended; elsewhere nobody waits for two minutes.
SECONDS = 120 if os.environ.get("CI") == "true" else 15
EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "voorbeeldmeer-1.3-2026.ttl"
SEARCH = "SELECT ?m ?n WHERE { ?m a <https://w3id.org/bio2kg/def#MeasureEdition> ; <http://www.w3.org/2004/02/skos/core#notation> ?n } LIMIT 20"
Send = Callable[[httpx.AsyncClient], "asyncio.Future[httpx.Response]"]


def get(path: str, **headers: str) -> Send:
    return lambda client: client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def query(text: str) -> Send:
    return lambda client: client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})


def validation(content: bytes) -> Send:
    return lambda client: client.post("/v1/validate", content=content, headers={"Content-Type": "text/turtle"})


SMALL = b"@prefix b: <https://w3id.org/bio2kg/def#> . <https://w3id.org/bio2kg/id/assessment/x> a b:Assessment ."
# How often, whether it is cheap, what to send.
KINDS: list[tuple[str, int, bool, Send]] = [
    ("health", 10, True, get("/health/live")),
    ("measure as Turtle", 25, True, get("/doc/bio2/1.3/5.24.08.ttl")),
    ("measure as a page", 10, True, get("/doc/bio2/1.3/5.24.08", Accept="text/html")),
    ("measure by REST", 10, True, get("/v1/frameworks/bio2")),
    ("named query", 10, False, get("/v1/queries/measure-history?measure=5.24.08")),
    ("SPARQL", 20, False, query(SEARCH)),
    ("download", 5, False, get("/dumps/errata.ttl")),
    ("part of a download", 5, False, get("/dumps/bio2kg.nq", Range="bytes=0-65535")),
    ("small validation", 4, False, validation(SMALL)),
    ("validation", 1, False, validation(EXAMPLE.read_bytes())),
]


async def client(
    address: str, until: float, chance: random.Random, took: dict[str, list[float]], odd: list[str]
) -> None:
    """One client: asks, reads the answer, thinks, asks again."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as http:
        await asyncio.sleep(chance.uniform(0, 2))
        while time.monotonic() < until:
            name, _, _, send = chance.choices(KINDS, [weight for _, weight, _, _ in KINDS])[0]
            began = time.monotonic()
            answer = await send(http)
            honest = answer.status_code == 503 and "retry-after" in answer.headers
            if honest:
                took["503"].append(time.monotonic() - began)
            elif answer.status_code in (200, 206):
                took[name].append(time.monotonic() - began)
            else:
                odd.append(f"{name}: {answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(chance.uniform(0.5, 2.5))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def test_two_hundred_clients_get_answers_or_an_honest_503(release_folder: Path, tmp_path: Path) -> None:
    took: dict[str, list[float]] = defaultdict(list)
    odd: list[str] = []

    async def everyone(address: str) -> None:
        until = time.monotonic() + SECONDS
        await asyncio.gather(*(client(address, until, random.Random(n), took, odd) for n in range(CLIENTS)))

    settings = {"BIO2KG_RATE": "0", "BIO2KG_RATE_HEAVY": "0"}
    with serving(home_with(release_folder, tmp_path / "home"), settings) as server:
        asyncio.run(everyone(server.address))
        after = httpx.get(f"{server.address}/health/ready")
    assert odd == []
    assert after.status_code == 200
    cheap = [t for name, _, is_cheap, _ in KINDS if is_cheap for t in took[name]]
    for name, values in sorted((name, values) for name, values in took.items() if values):
        print(f"{name}: {len(values)}, median {percentile(values, 0.5):.3f} s, p99 {percentile(values, 0.99):.3f} s")
    print(f"cheap requests: {len(cheap)}, p99 {percentile(cheap, 0.99):.3f} s; honest 503s: {len(took['503'])}")
    assert all(took[name] for name, _, _, _ in KINDS), "every kind was answered at least once"
