"""Where the command line writes: answers to standard output, everything else to standard error."""

from rich.console import Console

out = Console()
err = Console(stderr=True)
