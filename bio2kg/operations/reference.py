"""The page that lists every setting, made from the settings themselves: ``python -m bio2kg.operations.reference``."""

from typing import Any

from bio2kg.settings import Settings, variables

_HEAD = """# Settings

Made from `bio2kg/settings.py`; do not edit.

A setting is an environment variable. All are checked together when a command that needs them starts: a value that
cannot be used and a variable `BIO2KG_…` that does not exist stop it with exit code 2, and one message has everything
that is wrong. An empty value is the same as none. `bio2kg doctor` checks the settings without serving.

| variable | meaning | default | values |
| --- | --- | --- | --- |
"""

_TAIL = """
Tracing goes by the [variables of OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/),
in the first place `OTEL_EXPORTER_OTLP_ENDPOINT`, and needs the extra: `pip install 'bio2kg[otel]'`.
"""


def page() -> str:
    """The page, in Markdown."""
    properties = Settings.model_json_schema()["properties"]
    rows = [_row(variable, properties[field]) for variable, field in variables().items()]
    return _HEAD + "".join(rows) + _TAIL


def _row(variable: str, stated: dict[str, Any]) -> str:
    default = stated.get("standard") or _value(stated.get("default"))
    return f"| `{variable}` | {stated['description']} | {default} | {_values(stated)} |\n"


def _value(value: Any) -> str:
    if value in (None, []):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _values(stated: dict[str, Any]) -> str:
    if "enum" in stated:
        return ", ".join(f"`{value}`" for value in stated["enum"])
    if stated.get("type") == "boolean":
        return "`true`, `false`"
    if stated.get("type") not in ("integer", "number"):
        return ""
    least = f"{stated['minimum']}" if "minimum" in stated else f"more than {stated['exclusiveMinimum']}"
    kind = "whole number, " if stated["type"] == "integer" else ""
    return f"{kind}{least} to {stated['maximum']}"


if __name__ == "__main__":
    print(page(), end="")
