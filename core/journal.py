"""The log of a server and its workers: its level, its form, and what never stands in it.

As JSON each line is one object: time, level, logger, process, message, run (its id, where a line is about
one) and exception. Addresses lose their passwords in either form; cookies are not logged by anybody.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from core.host import Log, host

LOGGERS = ("core", "pages", "digits")
PLAIN = "%(asctime)s %(levelname)s %(message)s"
_RUN = re.compile(r"\b[Rr]un ([0-9a-f]{10})\b")
_about: ContextVar[str | None] = ContextVar("run", default=None)


def keep_journal(log: Log | None = None) -> None:
    """Have what the app logs written to standard error as the host wants it; again: changes nothing."""
    wished = log or host().log
    handler = _Handler(sys.stderr)
    handler.setFormatter(AsJson() if wished.form == "json" else WithoutPasswords(PLAIN))
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(wished.level)
        logger.handlers = [other for other in logger.handlers if not isinstance(other, _Handler)] + [handler]
    # What it warns of is what it leaves aside of a lost connection, which is told as a `StoreError`.
    logging.getLogger("psycopg").setLevel(logging.ERROR)


@contextmanager
def about_run(run_id: str) -> Iterator[None]:
    """Give each line that this thread logs inside the block the run's id."""
    before = _about.set(run_id)
    try:
        yield
    finally:
        _about.reset(before)


def without_password(text: str) -> str:
    """Return an address, or a text with addresses in it, without the user names and passwords in them."""
    return re.sub(r"//[^/\s]*@", "//", text)


class WithoutPasswords(logging.Formatter):
    """Lines of text."""

    def format(self, record: logging.LogRecord) -> str:
        return without_password(super().format(record))


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        message = without_password(record.getMessage())
        named = _RUN.search(message)
        story = without_password(self.formatException(record.exc_info)) if record.exc_info else None
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": message,
            "run": _about.get() or (named and named[1]),
            "exception": story,
        }
        return json.dumps(
            {key: value for key, value in said.items() if value is not None}, ensure_ascii=False
        )


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]
    """Ours, told from those that others may have added."""
