"""The parameters of a request, and everything that is wrong with them at once."""

from collections import Counter
from collections.abc import Callable, Mapping

from fastapi import Request

from bio2kg.errors import InputError, together


def single(request: Request, checks: Mapping[str, Callable[[str], object]]) -> dict[str, str]:
    """The query parameters that have a value, by name; each is given once.

    ``checks`` has for each parameter that there is what raises InputError for a wrong value. Raises InputError that
    tells everything that is wrong: unknown parameters, repeated ones, and wrong values.
    """
    faults: list[tuple[str, str, InputError]] = []
    fields = dict(request.query_params)
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        try:
            if name not in checks:
                there_are = f"There are: {', '.join(checks)}." if checks else "There are none here."
                raise InputError(f"there is no parameter {name}", remedy=there_are)
            if times > 1:
                raise InputError(f"{name} is given {times} times", remedy="Give it once.")
            if fields[name]:
                checks[name](fields[name])
        except InputError as error:
            faults.append(("query", name, error))
    if faults:
        raise together(faults)
    return {name: value for name, value in fields.items() if value}
