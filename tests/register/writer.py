"""A process that writes to a register until it is stopped, and says on a line what was acknowledged."""

import sys
from pathlib import Path

from bio2kg.register import LocalRegister, Visibility
from tests.register.samples import REPORT, A, content


def main(path: str, first: int, last: int) -> None:
    register = LocalRegister(Path(path), busy_seconds=60)
    print("ready", flush=True)
    for number in range(first, last):
        made = register.create(A, Visibility.DRAFT, content(number, 40), REPORT)
        print(f"created {made.identifier} {made.revision} {number}", flush=True)
        if number % 3 == 1:
            made = register.replace(made.identifier, made.revision, Visibility.PUBLIC, content(number + 1, 40), REPORT)
            print(f"created {made.identifier} {made.revision} {number + 1}", flush=True)
        if number % 3 == 2:
            register.delete(made.identifier, made.revision)
            print(f"deleted {made.identifier}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
