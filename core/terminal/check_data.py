"""`python -m core check-data`."""

import argparse
from pathlib import Path

from core.errors import UserError


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.csv")


def run(chosen: argparse.Namespace) -> int:
    """Say what a Kaggle file holds and what is odd about it, or in one line what is wrong and where."""
    from core.terminal.data import checked

    try:
        lines = checked(chosen.file)
    except UserError as error:
        print(error)  # on stdout: it is what was asked for
        return 1
    for line in lines:
        print(line)
    return 0
