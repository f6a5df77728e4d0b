"""`python -m core export`: a run as code, as a model, as a zip or as a report."""

import argparse
from pathlib import Path

from core.errors import DataError
from core.runs.store import open_store
from core.terminal.files import FORMATS, check_writable, placed, write


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")
    parser.add_argument("--format", choices=list(FORMATS), required=True)
    help_text = "a file, or a folder to put it in"
    parser.add_argument("--to", type=Path, required=True, metavar="PATH", help=help_text)


def run(chosen: argparse.Namespace) -> int:
    """Write a run to a file: Keras code, a model, the whole run as a zip, or an HTML report.

    Raises:
        UserError: there is no such run, it has no such file, or it cannot be written.
    """
    from core.export.files import FILES, file_name

    store = open_store()
    saved, file = store.get(chosen.run_id), FILES[FORMATS[chosen.format]]
    if file.ended and saved.is_live:
        raise DataError(f"The run “{saved.name}” is still {saved.status}: wait until it has ended.")
    path = placed(chosen.to, file_name(saved, file))
    check_writable(path)
    write(path, file.make(store, saved))
    print(path)
    return 0
