"""The body of a request, read no further than what is allowed."""

from fastapi import Request
from starlette.types import Message

from bio2kg.errors import TooLargeError


async def body_of(request: Request, largest: int) -> bytes:
    """The body of at most ``largest`` bytes. Raises TooLargeError as soon as there is more."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest:
        raise _too_large(largest)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > largest:
            raise _too_large(largest)
    return bytes(content)


async def buffered(request: Request, largest: int) -> Request:
    """The same request with its body of at most ``largest`` bytes at hand, for ``form``. Raises TooLargeError."""
    content = await body_of(request, largest)

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    return Request(request.scope, receive)


def _too_large(largest: int) -> TooLargeError:
    size = f"{largest // 1024**2} MB" if largest >= 1024**2 else f"{largest // 1024} kB"
    return TooLargeError(f"the body is larger than the {size} that is read here")
