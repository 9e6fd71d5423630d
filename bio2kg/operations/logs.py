"""What the program tells whoever keeps it running: one line an event on standard error, as text or as JSON.

Every line bears the id of the request that it belongs to. What came from outside is written so that it cannot pass for
a line of its own: control characters are escaped, and the further lines of a traceback are marked.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from bio2kg.settings import Settings

REQUEST_ID: ContextVar[str] = ContextVar("bio2kg_request_id", default="")
ACCESS = logging.getLogger("bio2kg.access")


def configuration(settings: Settings) -> dict[str, Any]:
    """The configuration of all logging, as ``logging.config.dictConfig`` and uvicorn's ``log_config`` take it."""
    form = {"json": JsonFormatter, "text": TextFormatter}[settings.log_format]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{form.__module__}.{form.__qualname__}"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"},
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "bio2kg": {"level": settings.log_level.upper()},
            "uvicorn": {"level": settings.log_level.upper()},
            # Its lines bear the query; ours say the same without.
            "uvicorn.access": {"level": "CRITICAL", "propagate": False},
        },
    }


def access(level: int, **details: str | int | float) -> None:
    """Logs one request that was answered."""
    ACCESS.log(level, "answered", extra={"details": details})


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info else ""


class JsonFormatter(logging.Formatter):
    """A line is a JSON object: time, level, logger, message, request, and the details of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        said = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": REQUEST_ID.get(),
            **getattr(record, "details", {}),
            "exception": _trace(self, record),
        }
        return json.dumps({key: value for key, value in said.items() if value != ""}, default=str)


class TextFormatter(logging.Formatter):
    """A line is time, level, logger and message, then the details as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        details = {"request": REQUEST_ID.get(), **getattr(record, "details", {})}
        shown = [f"{key}={escaped(str(value))}" for key, value in details.items() if value != ""]
        head = f"{_time(record)} {record.levelname.lower():7} {record.name}: {escaped(record.getMessage())}"
        lines = [" ".join([head, *shown])]
        lines += [f"    | {escaped(line)}" for line in _trace(self, record).splitlines()]
        return "\n".join(lines)


def escaped(text: str) -> str:
    """The text on one line: whatever would not print, or would turn the direction of writing, as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
