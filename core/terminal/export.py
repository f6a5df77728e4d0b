"""`python -m core export`: a run as code, as a model, as a zip or as a report."""

import argparse

from core.errors import DataError
from core.export.files import FILES, file_name
from core.runs.store import open_store
from core.terminal.files import FORMATS, check_writable, placed, write


def export(chosen: argparse.Namespace) -> int:
    """Write a run to a file.

    Raises:
        UserError: there is no such run, it has no such file, or it cannot be written.
    """
    store = open_store()
    run, file = store.get(chosen.run_id), FILES[FORMATS[chosen.format]]
    if file.ended and run.is_live:
        raise DataError(f"The run “{run.name}” is still {run.status}: wait until it has ended.")
    path = placed(chosen.to, file_name(run, file))
    check_writable(path)
    write(path, file.make(store, run))
    print(path)
    return 0
