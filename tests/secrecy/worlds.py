"""Worlds that are alike but for what organisation B keeps to itself, and what everyone in them may do."""

import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bio2kg.access.callers import Role
from bio2kg.access.tokens import Tokens, issue
from bio2kg.namespaces import ID
from bio2kg.register import LocalRegister, Record, Register, Visibility, publishing
from bio2kg.validation.service import Session
from tests.conftest import ROOT
from tests.web.desk import STAD

A = f"{ID}organisation/voorbeeldstad"
B = f"{ID}organisation/voorbeelddorp"
# Words and a number that are in what B keeps to itself, and that no request ever names.
CANARY, NUMBER = "zeekanarie", "7316490512"
_OLD, _NAME = "voorbeeldmeer-1.3-2026", "voorbeelddorp-1.3-2026"
ASSESSMENT = f"{ID}assessment/{_NAME}"
DRAFT = f"{ID}assessment/voorbeelddorp-concept"
# Things of the restricted assessment that requests do name.
THINGS = [
    ASSESSMENT,
    DRAFT,
    f"{ASSESSMENT}/statement",
    f"{ASSESSMENT}/entry/5.01.01",
    f"{ASSESSMENT}/finding/5.01.01",
    f"{ASSESSMENT}/finding/5.01.01/1",
    f"{ASSESSMENT}/control-assessment/5.01.01",
    f"{ASSESSMENT}/action/1",
]
SETTINGS = {"BIO2KG_RATE": "0", "BIO2KG_RATE_HEAVY": "0", "BIO2KG_WORKERS": "2"}


@dataclass
class Known:
    """What a test knows of the worlds: the tokens by holder, and the assessments by name."""

    tokens: dict[str, str] = field(default_factory=dict)
    stored: dict[str, Record] = field(default_factory=dict)

    def headers(self, caller: str) -> dict[str, str]:
        """The header by which a caller is known; none for anonymous."""
        return {"Authorization": f"Bearer {self.tokens[caller]}"} if caller else {}

    def identifier(self, name: str) -> str:
        return self.stored[name].identifier

    def graph(self, name: str) -> str:
        return self.stored[name].graph.value


def plain(name: str, organisation: str = "voorbeelddorp", note: str = "") -> bytes:
    """A small assessment that can be public."""
    said = STAD.decode().replace("voorbeeldstad-1.3-2026", name).replace("voorbeeldstad", organisation)
    return (said + f'<{ID}assessment/{name}> <http://purl.org/dc/terms/title> "{note or name}"@nl .\n').encode()


def secret() -> bytes:
    """A large assessment of B with a canary in every text, in names of things and as a number."""
    said = (ROOT / "data" / "examples" / f"{_OLD}.ttl").read_text().replace("voorbeeldmeer", "voorbeelddorp")
    said = re.sub(r'"([^"\n]+)"@(nl|en)', rf'"\1 {CANARY}"@\2', said)
    said = said.replace("2026/evidence/>", f"2026/evidence-{CANARY}/>")
    return (said + f"<{ASSESSMENT}> <http://purl.org/dc/terms/extent> {NUMBER} .\n").encode()


def tokens(home: Path) -> dict[str, str]:
    """Tokens of everyone, in a home."""
    given = {}
    kept = Tokens(home / "stored" / "tokens.json")
    for name, organisation, role in (
        ("reader of A", A, Role.READER),
        ("author of A", A, Role.AUTHOR),
        ("reader of B", B, Role.READER),
        ("author of B", B, Role.AUTHOR),
        ("operator", f"{ID}organisation/beheer", Role.OPERATOR),
        ("operator of B", B, Role.OPERATOR),
        ("expired of B", B, Role.AUTHOR),
        ("revoked of B", B, Role.AUTHOR),
    ):
        token, given[name] = issue(organisation, role)
        if name.startswith("expired"):
            token = replace(token, expires=datetime.now(UTC) - timedelta(minutes=1))
        kept.add(token)
        if name.startswith("revoked"):
            kept.revoke(token.id)
    given["unknown"] = f"bio2kg_{'a' * 10}_{secrets.token_urlsafe(32)}"
    return given


def store_of_all(store_one: Callable[..., None]) -> None:
    """Stores what is alike in all worlds."""
    store_one("public of A", A, plain("stad-openbaar", "voorbeeldstad"), Visibility.PUBLIC)
    store_one("restricted of A", A, plain("stad-besloten", "voorbeeldstad"), Visibility.RESTRICTED)
    store_one("draft of A", A, plain("stad-concept", "voorbeeldstad"), Visibility.DRAFT)
    store_one("public of B", B, plain("dorp-openbaar"), Visibility.PUBLIC)


def store_of_b(store_one: Callable[..., None]) -> None:
    """Stores what B keeps to itself."""
    store_one("restricted of B", B, secret(), Visibility.RESTRICTED)
    store_one("draft of B", B, plain("voorbeelddorp-concept", note=CANARY), Visibility.DRAFT)


def store_others_of_b(store_one: Callable[..., None]) -> None:
    """Stores other things that B keeps to itself, more and smaller."""
    for number in range(12):
        visibility = Visibility.RESTRICTED if number % 3 else Visibility.DRAFT
        store_one(f"other {number}", B, plain(f"anders-{number}", note="anders"), visibility)


def keeper(register: Register, session: Session, known: Known) -> Callable[..., None]:
    """What stores as the service does for an author, without a server."""
    day = date(2026, 7, 1)

    def keep(name: str, organisation: str, content: bytes, visibility: Visibility) -> None:
        judged = publishing.assess(session, content, "body.ttl", publishing.PROFILE[visibility], day)
        publishing.require_own(judged, organisation)
        if visibility == Visibility.PUBLIC:
            publishing.require_publishable(judged, "en")
        known.stored[name] = register.create(organisation, visibility, judged.content, judged.report)

    return keep


WORLDS: dict[str, Callable[[Callable[..., None]], None]] = {"full": store_of_b, "other": store_others_of_b}


def homes(
    session: Session, release: Path, folder: Path, wanted: Sequence[str] = tuple(WORLDS)
) -> tuple[Known, dict[str, Path]]:
    """The homes of the worlds: in ``empty`` B keeps nothing to itself, in ``full`` a few things, in ``other`` others."""
    base = folder / "empty"
    base.mkdir()
    (base / "release").symlink_to(release)
    known = Known(tokens(base))

    def keep(home: Path) -> Callable[..., None]:
        return keeper(LocalRegister(home / "stored" / "register.sqlite3"), session, known)

    store_of_all(keep(base))
    for name in wanted:
        shutil.copytree(base, folder / name, symlinks=True)
        WORLDS[name](keep(folder / name))
    return known, {name: folder / name for name in ("empty", *wanted)}
