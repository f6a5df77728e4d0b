"""`python -m core export`: a run as code, as a model, as a zip or as a report."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from core.errors import DataError
from core.runs.store import open_store
from core.terminal.files import check_writable, write

FORMATS = {
    "py": "script",
    "ipynb": "notebook",
    "keras": "model",
    "tflite": "tflite",
    "zip": "archive",
    "html": "report",
}
"""Name in the terminal → name among `core.export.files.FILES`."""
Command = Callable[[str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def export(chosen: argparse.Namespace) -> int:
    """Write a run to a file: Keras code, a model, the whole run as a zip, or an HTML report."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from core.export.files import FILES, file_name

    store = open_store()
    run, file = store.get(chosen.run_id), FILES[FORMATS[chosen.format]]
    if file.ended and run.is_live:
        raise DataError(f"The run “{run.name}” is still {run.status}: wait until it has ended.")
    path = chosen.to / file_name(run, file) if chosen.to.is_dir() else chosen.to
    check_writable(path)
    write(path, file.make(store, run))
    print(path)
    return 0


def add_export(command: Command) -> None:
    """Add the command and its options."""
    sub = command("export", export)
    sub.add_argument("run_id", metavar="RUN_ID")
    sub.add_argument("--format", choices=list(FORMATS), required=True)
    sub.add_argument(
        "--to", type=Path, required=True, metavar="PATH", help="a file, or a folder to put it in"
    )
