"""The headers that an answer has by its address and by who asks, whatever it says; routes set none of these."""

from fastapi import Request

import bio2kg
from bio2kg.web.access import caller_of

# The first part of every address whose answers are for everyone.
_PUBLIC = frozenset(
    ("catalog", "context.jsonld", "def", "doc", "dumps", "graph", "id", "profiles", "sparql", "v1", ".well-known")
)
# No script runs on our pages, and none of another site may. A report brings a policy of its own.
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
# What a script on any page may read of an answer.
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "API-Version, Content-Location, Content-Profile, ETag, Link, Retry-After, "
    "X-Total-Count",
}


def is_public(path: str) -> bool:
    """Whether the answers at this path are for everyone, whatever page asks for them."""
    return path.strip("/").partition("/")[0] in _PUBLIC and not path.startswith("/v1/assessments")


def share(request: Request) -> None:
    """Lets every page read this one answer, at an address whose answers are not all for everyone."""
    request.state.shared = True


def headers_of(request: Request) -> dict[str, str]:
    """The headers of the answer to a request."""
    headers = dict(_SECURITY)
    path: str = request.scope["path"]
    if request.scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    # What only some may see is for no other site.
    if (is_public(path) or getattr(request.state, "shared", False)) and not caller_of(request).name:
        headers |= _SHARED
    if f"{path}/".startswith("/v1/"):
        headers["API-Version"] = bio2kg.__version__
    return headers
