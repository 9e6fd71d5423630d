"""The register of stored assessments: who may see which, and nothing lost."""

from bio2kg.register.local import LocalRegister
from bio2kg.register.record import (
    EVERYONE,
    Audience,
    Record,
    Register,
    Visibility,
    audience_of,
)
from bio2kg.register.remote import RemoteRegister

__all__ = [
    "EVERYONE",
    "Audience",
    "LocalRegister",
    "Record",
    "Register",
    "RemoteRegister",
    "Visibility",
    "audience_of",
]
