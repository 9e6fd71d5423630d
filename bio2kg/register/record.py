"""What is known of a stored assessment, and who may see it."""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from pyoxigraph import NamedNode

from bio2kg import organisations
from bio2kg.access.callers import Caller, Role
from bio2kg.errors import PreconditionError
from bio2kg.namespaces import ASSESSMENTS

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


class Visibility(StrEnum):
    """Who may see an assessment: everyone, the readers and authors of its organisation, or only its authors."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    DRAFT = "draft"


@dataclass(frozen=True)
class Record:
    """A stored assessment without its content."""

    identifier: str  # the last part of its address: [a-z0-9][a-z0-9-]{0,79}
    organisation: str  # IRI of the organisation that owns it; never changes
    visibility: Visibility
    revision: str  # opaque; another one after every write
    created: datetime  # UTC
    modified: datetime  # UTC, never before that of the revision before
    sequence: int  # grows with every write in the register; 0 where the register has none

    @property
    def graph(self) -> NamedNode:
        """The named graph of the content."""
        return NamedNode(f"{ASSESSMENTS}{self.identifier}")


@dataclass(frozen=True)
class Audience:
    """Those who see what is public, and what is restricted of one organisation, with or without its drafts."""

    organisation: str = ""
    drafts: bool = False

    def sees(self, record: Record) -> bool:
        """Whether these may know that the assessment is there."""
        if record.visibility == Visibility.PUBLIC:
            return True
        own = bool(self.organisation) and record.organisation == self.organisation
        return own and (self.drafts or record.visibility == Visibility.RESTRICTED)


EVERYONE = Audience()


def audience_of(caller: Caller) -> Audience:
    """What a caller belongs to: a reader or author to its organisation, anyone else to everyone."""
    if caller.organisation and caller.role in (Role.READER, Role.AUTHOR):
        return Audience(caller.organisation, drafts=caller.role == Role.AUTHOR)
    return EVERYONE


Witness = Callable[[Record], None]
Read = tuple[Record, bytes, bytes]


def unwitnessed(record: Record) -> None:
    """Nobody is told of a write."""


class Register(Protocol):
    """The stored assessments. What a method answered without an error is kept, whatever happens after.

    ``content`` is N-Triples in UTF-8, ``report`` is JSON. A ``witness`` is called with the record as it will be, when
    nothing but the commit itself can still fail; what it raises undoes the write. Every method raises StateError when
    the place of storage is away, full, damaged or read-only, and BusyError when others keep it busy; nothing has
    changed then.
    """

    def records(self, audience: Audience = EVERYONE) -> list[Record]:
        """The assessments that these may see, by identifier."""

    def read(self, identifier: str, audience: Audience = EVERYONE) -> Read | None:
        """Record, content and report; None if it is not there or these may not see it."""

    def create(
        self,
        organisation: str,
        visibility: Visibility,
        content: bytes,
        report: bytes,
        *,
        witness: Witness = unwitnessed,
    ) -> Record:
        """The record of a new assessment, under an identifier that is made here."""

    def replace(
        self,
        identifier: str,
        if_match: str,
        visibility: Visibility,
        content: bytes,
        report: bytes,
        *,
        witness: Witness = unwitnessed,
    ) -> Record:
        """The record after the change. ``if_match`` is the revision that is replaced.

        Raises PreconditionError if another revision is there, or none.
        """

    def delete(self, identifier: str, if_match: str, *, witness: Witness = unwitnessed) -> None:
        """Removes an assessment. The witness gets the last record. Raises as ``replace`` does."""

    def state(self) -> str:
        """A text that is another one after every committed write, of any process. It costs next to nothing."""


def new_identifier(organisation: str) -> str:
    """An identifier that nobody can foresee, so that none that is taken tells anything: the organisation and chance."""
    return f"{organisations.code(NamedNode(organisation))[:60].strip('-')}-{_chance(5)}"


def is_identifier(text: str) -> bool:
    """Whether this can be the identifier of an assessment."""
    return bool(_IDENTIFIER.fullmatch(text))


def new_revision() -> str:
    """A name for a state of an assessment; it says nothing of other writes."""
    return _chance(15)


def now() -> datetime:
    """The time in UTC, to the second: times are for people, order rests on revisions and sequence."""
    return datetime.now(UTC).replace(microsecond=0)


def changed(identifier: str) -> PreconditionError:
    """The error when the revision that a write names is not the one that is there."""
    return PreconditionError(
        "this is not the state that you read: somebody changed or removed it since",
        where=identifier,
        remedy="Read it again, and repeat your change on what is there now.",
    )


def _chance(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().lower()
