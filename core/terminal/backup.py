"""`python -m core backup`."""

import argparse
from pathlib import Path

from core.home import store_url
from core.runs.backup import backup
from core.words import count


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.sqlite", help="a new file to copy everything to")


def run(chosen: argparse.Namespace) -> int:
    """Copy the store, which may be in use, into one file."""
    runs = backup(store_url(), chosen.file)
    print(f"{chosen.file}: {count(runs, 'run')}")
    return 0
