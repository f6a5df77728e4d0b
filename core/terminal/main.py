"""The commands of `python -m core`, and what becomes of their errors.

A command is a module with `options` and `run`; it is called like the module, and helped by `run`'s first
line. What takes long to import is imported in `run`, so that `--help` and a wrong option cost no time.
"""

import argparse
import errno
import io
import json
import sys
from typing import Protocol

from core.errors import UserError
from core.terminal import (
    backup,
    check_data,
    delete,
    evaluate,
    export,
    mlflow,
    predict,
    presets,
    reproduce,
    restore,
    runs,
    stop,
    train,
    worker,
)


class Command(Protocol):
    """What the module of a command has; its name is the command's."""

    __name__: str

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command can be told."""

    def run(self, chosen: argparse.Namespace) -> int:
        """Carry it out and return the exit status."""


COMMANDS: tuple[Command, ...] = (
    *(presets, runs, train, evaluate, predict, export, reproduce),
    *(mlflow, stop, delete, check_data, backup, restore, worker),
)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return the exit status: 0 done, 1 refused or failed, 2 used wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without “ or × shows a ? for it
    chosen = _parser().parse_args(arguments)
    try:
        status = int(chosen.run(chosen))
        print(end="", flush=True)
        return status
    except UserError as error:
        if getattr(chosen, "json", False):
            print(json.dumps({"error": str(error)}))
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stdout = None  # nobody reads it any more; keeps Python from complaining at its end
        return 1
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        sys.stdout = None
        print("The disk is full: free some space and try again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core", description="Train and look at networks on digits."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2].replace("_", "-")
        about = (command.run.__doc__ or "").partition("\n")[0]
        sub = commands.add_parser(name, help=about, description=about)
        command.options(sub)
        sub.set_defaults(run=command.run)
    return parser
