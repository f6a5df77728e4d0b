"""The last line of defence: a bug is one sentence with a number, under which the server's log has the story.

The same fault has the same number, also where a part of a page fails anew every second. Page tests do not run
behind this: in them an exception stays one.
"""

import logging
import traceback
from hashlib import sha256

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from core.errors import UserError
from core.names import kept
from pages.shared.addresses import here
from pages.shared.words import escape

log = logging.getLogger("digits")
_SENTENCE = (
    "Something is broken here; it is the dashboard's fault, not yours. Reload the page, or go on with "
    "another. If it stays, tell whoever runs this server the number {number}: its log has the story under it."
)
_logged_before: set[str] = set()

# Streamlit logs each exception too, without a number.
logging.getLogger("streamlit.error_util").addFilter(lambda record: record.msg != "Uncaught app execution")


def on_page(error: Exception) -> bool:
    """Say that a page, a part of it or a click failed; True keeps Streamlit's own box away."""
    text = str(error) if isinstance(error, UserError) else _SENTENCE.format(number=_logged(error, here()))
    st.error(escape(text), icon=":material/error:")
    return True


def on_route(request: Request, error: Exception) -> PlainTextResponse:
    """Answer a request that failed."""
    return PlainTextResponse(_SENTENCE.format(number=_logged(error, str(request.url))), 500)


def number_of(error: Exception) -> str:
    """Return the six digits by which a fault is found again: those of its traceback."""
    story = "".join(traceback.format_exception(error)).encode(errors="backslashreplace")
    return f"{int(sha256(story).hexdigest(), 16) % 1_000_000:06}"


def _logged(error: Exception, place: str) -> str:
    """Log a fault, the first time with its traceback, and return its number.

    A visitor chose the place: it stays within its line.
    """
    number = number_of(error)
    story = None if number in _logged_before else error
    log.error("Fault %s at %s", number, kept(place, 500), exc_info=story)
    _logged_before.add(number)
    return number
