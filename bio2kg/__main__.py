"""Runs the command line with ``python -m bio2kg``."""

from bio2kg.cli import main

if __name__ == "__main__":
    main()
