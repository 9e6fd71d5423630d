"""The OpenAPI description of the REST service, with what the store that is served allows and answers."""

import asyncio
import copy
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from bio2kg.web.backend import Backend
from bio2kg.web.rest import examples


class Specification:
    """The description, made when it is first asked for and again when what is public has changed."""

    def __init__(self, api: FastAPI, complete: Callable[[dict[str, Any]], None]) -> None:
        """``complete`` adds to what FastAPI generates for ``api``, all but the examples."""
        self._api, self._complete = api, complete
        self._lock = asyncio.Lock()
        self._content = b""
        self._made_of = ""

    async def get(self) -> bytes:
        """The description as JSON."""
        async with self._lock:
            backend: Backend | None = getattr(self._api.state, "backend", None)
            # The examples are answers, and hold what was public when they were made.
            shown = await run_in_threadpool(backend.shown) if backend else ""
            if not self._content or self._made_of != shown:
                schema = await run_in_threadpool(self._described)
                # In this event loop, as any other request.
                await examples.add(schema, self._api)
                self._content, self._made_of = json.dumps(schema, ensure_ascii=False).encode(), shown
            return self._content

    def _described(self) -> dict[str, Any]:
        schema = copy.deepcopy(self._generated)
        self._complete(schema)
        return schema

    @cached_property
    def _generated(self) -> dict[str, Any]:
        """What FastAPI generates, which takes a second or two and does not change."""
        return self._api.openapi()
