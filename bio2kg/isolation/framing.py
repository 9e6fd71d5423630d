"""Messages between the server and its workers: a JSON header and a body of bytes, each with its length before it.

Not pickle: what comes back from a process that has read a stranger's input must not be able to run code here.
"""

import asyncio
import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("!IQ")
_LARGEST_HEADER = 1024 * 1024

Header = dict[str, Any]


def _head(header: Header, body: bytes) -> bytes:
    text = json.dumps(header, ensure_ascii=False).encode()
    return _LENGTHS.pack(len(text), len(body)) + text


def send(connection: socket.socket, header: Header, body: bytes = b"") -> None:
    """Sends one message."""
    connection.sendall(_head(header, body))
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[Header, bytes]:
    """The next message. Raises EOFError when the other side has gone."""
    header, body = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    return json.loads(_exactly(connection, header)), _exactly(connection, body)


async def exchange(connection: socket.socket, header: Header, body: bytes, largest: int) -> tuple[Header, bytes]:
    """Sends a message and gives the answer to it, over a connection that does not block.

    Raises EOFError when the other side has gone, or sends a body larger than ``largest`` bytes.
    """
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, _head(header, body))
    await loop.sock_sendall(connection, body)
    head, rest = _LENGTHS.unpack(await _exactly_later(connection, _LENGTHS.size))
    if head > _LARGEST_HEADER or rest > largest:
        raise EOFError
    return json.loads(await _exactly_later(connection, head)), await _exactly_later(connection, rest)


def _exactly(connection: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        chunk = connection.recv(min(size - len(content), 1024 * 1024))
        if not chunk:
            raise EOFError
        content += chunk
    return bytes(content)


async def _exactly_later(connection: socket.socket, size: int) -> bytes:
    loop = asyncio.get_running_loop()
    content = bytearray()
    while len(content) < size:
        chunk = await loop.sock_recv(connection, min(size - len(content), 1024 * 1024))
        if not chunk:
            raise EOFError
        content += chunk
    return bytes(content)
