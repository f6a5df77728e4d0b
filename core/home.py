"""Where the app writes: one folder for everything, and the address of the store of runs."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from core.errors import StoreError

PROJECT = Path(__file__).resolve().parent.parent
ASSETS = PROJECT / "assets"
BUNDLE = ASSETS / "runs"
"""The archives of the runs that come along with the app."""
DROP_FOLDER = PROJECT / "data"
"""Where a user may put Kaggle's own `train.csv` and `test.csv`."""
_POSTGRESQL = re.compile(r"^postgres(?:ql)?://")
"""How hosts of PostgreSQL write an address: without the driver, which SQLAlchemy would guess another one."""


def home() -> Path:
    """Return the folder all that the app writes lives in: `DIGITS_HOME`, else `var/` beside `app.py`.

    The folder is made if it is missing.

    Raises:
        StoreError: it is no folder and cannot be made one.
    """
    wished = os.environ.get("DIGITS_HOME", "").strip() or PROJECT / "var"
    try:
        folder = Path(wished).expanduser()
        str(folder.resolve()).encode()  # or no database can be opened there
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        if isinstance(error, UnicodeEncodeError):
            reason = "its name is not in UTF-8, or the locale is not: set LC_ALL=C.UTF-8, or choose another"
        shown = str(wished).encode("utf-8", "replace").decode()
        raise StoreError(f"DIGITS_HOME ({shown}) cannot be used as a folder: {reason}.") from None
    return folder


def named() -> tuple[str | None, str | None]:
    """Return what the environment names the store and the folder by; while it stays, so does `store_url`."""
    return os.environ.get("DIGITS_STORE"), os.environ.get("DIGITS_HOME")


def store_url() -> str:
    """Return the SQLAlchemy URL of the store: `DIGITS_STORE`, else an SQLite file in `home()`.

    Raises:
        StoreError: as in `home`.
    """
    if url := os.environ.get("DIGITS_STORE", "").strip():
        return _POSTGRESQL.sub("postgresql+psycopg://", url)
    file = (home() / "runs.sqlite").resolve()
    return f"sqlite:///{quote(str(file))}"  # a path may hold signs that mean something in a URL
