"""Who sends a request: a name, an organisation and a role."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a caller may do, always within its own organisation.

    A reader sees what is restricted to the organisation. An author sees and writes that, and drafts too. An operator
    runs the installation (`/update`, `/store`, `/metrics`), and sees no restricted assessment by it.
    """

    READER = "reader"
    AUTHOR = "author"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Caller:
    """Who sends a request."""

    name: str  # the token's id or the subject of the identity provider; "" for anonymous
    organisation: str = ""  # IRI (TOOI or ours); "" for none
    role: Role | None = None  # None: anonymous


ANONYMOUS = Caller("")
