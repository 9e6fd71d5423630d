"""The processes of a server and the memory that they hold, as Linux tells it."""

from pathlib import Path

PROC = Path("/proc")


def children(parent: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


def megabytes(root: int) -> int:
    """The memory of a process and all that came from it; what they share counts once."""
    total, waiting = 0, [root]
    while waiting:
        number = waiting.pop()
        waiting += children(number)
        try:
            lines = (PROC / str(number) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024
