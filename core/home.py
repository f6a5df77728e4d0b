"""Where the app writes: one folder for everything, and the address of the store of runs."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ASSETS = PROJECT / "assets"
DROP_FOLDER = PROJECT / "data"
"""Where a user may put Kaggle's own `train.csv` and `test.csv`."""


def home() -> Path:
    """Return the folder all that the app writes lives in: `DIGITS_HOME`, else `var/` beside `app.py`.

    The folder is made if it is missing.
    """
    folder = Path(os.environ.get("DIGITS_HOME") or PROJECT / "var").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def store_url() -> str:
    """Return the SQLAlchemy URL of the store: `DIGITS_STORE`, else an SQLite file in `home()`."""
    return os.environ.get("DIGITS_STORE") or f"sqlite:///{home() / 'runs.sqlite'}"
