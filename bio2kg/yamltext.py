"""YAML as data: maps, lists, texts, numbers; never objects of Python."""

from typing import Any

import yaml

# The loader in C is ten times as fast; it is there wherever PyYAML was built with libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """The content of a YAML text. Raises yaml.YAMLError, with the place of the error in ``problem_mark``."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (both are safe)
