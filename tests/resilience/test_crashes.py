"""A server that is killed at any moment keeps exactly what it acknowledged, and needs no hand to start again."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from bio2kg import release
from tests.serving import Server, home_with

ORGANISATION = "https://w3id.org/bio2kg/id/organisation/voorbeeldstad"
# A round is some kills while it starts, when it loads the release and the register, and one while it writes.
ROUNDS, STARTING, BUILDING = 41, 4, 12
# Graphs that take the longest to load and that writing does not look at.
LEFT_OUT = ("/graph/inferred>", "/graph/catalogue>", "/graph/assessment/")
SEED = 20261122


def assessment(mark: str) -> bytes:
    """A small assessment that only this mark has."""
    return f"""@prefix b: <https://w3id.org/bio2kg/def#> . @prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/bio2kg/id/assessment/crash> a b:Assessment ; b:organisation <{ORGANISATION}> ;
  dcterms:title "{mark}"@nl .
<{ORGANISATION}> <http://xmlns.com/foaf/0.1/name> "Voorbeeldstad"@nl .
""".encode()


@dataclass
class Ledger:
    """What was acknowledged, and the writes of which nobody knows."""

    kept: dict[str, str] = field(default_factory=dict)  # identifier: mark
    created: set[str] = field(default_factory=set)  # marks of creations without an answer
    replaced: dict[str, str] = field(default_factory=dict)  # identifier: mark that may be there instead
    deleted: set[str] = field(default_factory=set)  # identifiers that may be gone
    acknowledged: int = 0

    def settle(self, found: dict[str, str]) -> None:
        """Holds what is found against what was acknowledged, and goes on from there."""
        for identifier, mark in self.kept.items():
            if identifier in found:
                allowed = {mark, self.replaced.get(identifier, mark)}
                assert found[identifier] in allowed, f"{identifier} holds {found[identifier]}, not one of {allowed}"
            else:
                assert identifier in self.deleted, f"{identifier} was acknowledged and is gone"
        for identifier, mark in found.items():
            assert identifier in self.kept or mark in self.created, f"{identifier} was never written"
        self.kept = found
        self.created, self.replaced, self.deleted = set(), {}, set()


class Writer(threading.Thread):
    """Writes one thing after another until the server is gone; one may be under way then."""

    def __init__(self, address: str, token: str, ledger: Ledger, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.address, self.ledger, self.chance = f"{address}/v1/assessments", ledger, chance
        self.session = requests.Session()
        self.session.headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/turtle"}
        self.unexpected = ""
        self.began = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self._write()
            except requests.RequestException:
                return
            if self.unexpected:
                return

    def _write(self) -> None:
        mark = f"{self.chance.getrandbits(64):016x}"
        ledger = self.ledger
        one = self.chance.choice(sorted(ledger.kept)) if ledger.kept else ""
        act = self.chance.random()
        if not one or (act < 0.4 and len(ledger.kept) < 8):
            ledger.created = {mark}
            answer = self.session.post(self.address, assessment(mark), timeout=30)
            if self._done(answer, 201):
                ledger.kept[answer.json()["href"].rpartition("/")[2]] = mark
            ledger.created = set()
        elif act < 0.8:
            ledger.replaced = {one: mark}
            answer = self.session.put(f"{self.address}/{one}", assessment(mark), headers={"If-Match": "*"}, timeout=30)
            if self._done(answer, 200, 204):
                ledger.kept[one] = mark
            ledger.replaced = {}
        else:
            ledger.deleted = {one}
            answer = self.session.delete(f"{self.address}/{one}", headers={"If-Match": "*"}, timeout=30)
            if self._done(answer, 204):
                del ledger.kept[one]
            ledger.deleted = set()

    def _done(self, answer: requests.Response, *statuses: int) -> bool:
        if answer.status_code in statuses:
            self.ledger.acknowledged += 1
            self.began.set()
            return True
        if answer.status_code != 503:
            self.unexpected = f"{answer.status_code} {answer.text}"
        return False


def stored(address: str, token: str) -> dict[str, str]:
    """Everything in the register: the mark in each assessment."""
    session = requests.Session()
    session.headers = {"Authorization": f"Bearer {token}", "Accept": "application/n-triples"}
    listed = session.get(f"{address}/v1/assessments", headers={"Accept": "application/json"}, timeout=30)
    assert listed.status_code == 200, listed.text
    found = {}
    for entry in listed.json():
        content = session.get(f"{address}{entry['href']}", timeout=30)
        assert content.status_code == 200, content.text
        lines = content.text.splitlines()
        assert len(lines) == 4, "half an assessment"
        found[entry["href"].rpartition("/")[2]] = next(line for line in lines if "title" in line).split('"')[1]
    return found


@pytest.fixture(scope="module")
def home(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    manifest, content = release.read(release_folder)
    lines = content.decode().splitlines(keepends=True)
    kept = [line for line in lines if not any(graph in line.rsplit(" ", 2)[1] for graph in LEFT_OUT)]
    folder = tmp_path_factory.mktemp("crashes")
    (folder / "release").mkdir()
    release.write(folder / "release", kept, described(manifest))
    return home_with(folder / "release", folder / "home")


def described(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a manifest says that does not follow from the content."""
    return {key: value for key, value in manifest.items() if key not in ("release", "file", "sha256", "bytes", "quads")}


@pytest.fixture(scope="module")
def token(home: Path) -> str:
    command = ["token", "create", "--organisation", ORGANISATION, "--role", "author"]
    done = bio2kg(home, *command)
    assert done.returncode == 0, done.stderr
    return next(word for word in done.stdout.split() if word.startswith("bio2kg_"))


def bio2kg(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BIO2KG_HOME": str(home)}
    command = [sys.executable, "-m", "bio2kg", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def server_at(home: Path) -> Server:
    return Server(home, {"BIO2KG_RATE": "0", "BIO2KG_RATE_HEAVY": "0", "BIO2KG_WORKERS": "1"})


def test_after_each_crash_there_is_exactly_what_was_acknowledged(home: Path, token: str) -> None:
    chance, ledger, server = random.Random(SEED), Ledger(), server_at(home)
    for _ in range(ROUNDS):
        for _ in range(STARTING):
            server.launch()
            time.sleep(chance.uniform(0.0, 1.5))
            server.kill()
        server.start()
        ledger.settle(stored(server.address, token))
        writer = Writer(server.address, token, ledger, chance)
        writer.start()
        # The first write waits for a worker that loads; after that there are some dozens in a second.
        if chance.random() < 0.8:
            writer.began.wait(60)
        time.sleep(chance.uniform(0.0, 0.6))
        server.kill()
        writer.join(30)
        assert not writer.unexpected
    server.start()
    ledger.settle(stored(server.address, token))
    server.stop()
    assert ledger.acknowledged > ROUNDS
    assert bio2kg(home, "audit", "verify").returncode == 0


def test_kills_while_building_leave_the_last_good_release(release_folder: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    folder = tmp_path / "home" / "release"
    folder.mkdir(parents=True)
    for path in release_folder.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    manifest, content = release.read(folder)
    for _ in range(BUILDING):
        # Another input each time, so that there is something to write.
        words = [str(folder), f"{chance.getrandbits(32):08x}", json.dumps(described(manifest))]
        building = subprocess.Popen([sys.executable, "-c", BUILD, *words], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 0.7))
        building.kill()
        building.wait()
        now, text = release.read(folder)
        assert now["sha256"] == manifest["sha256"] or text.startswith(b"<urn:built>")
        assert text == content or text.startswith(b"<urn:built>")


# The last step of a build over and over, on the real data: what a crash could tear.
BUILD = """
import json, sys
from pathlib import Path
from bio2kg import release
folder, mark, described = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
lines = [l for l in release.read(folder)[1].decode().splitlines(keepends=True) if not l.startswith('<urn:built>')]
for n in range(1000):
    built = f'<urn:built> <urn:p> "{mark}-{n}" <urn:g> .\\n'
    release.write(folder, [built, *lines], described)
"""
