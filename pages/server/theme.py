"""The theme's settings, read once: Streamlit reads them again for each run of a script, a fifth of a tick.

They stand in `.streamlit/config.toml` and do not change while the server runs.
"""

from collections.abc import Callable
from typing import Any

from streamlit.runtime import app_session

from pages.server.private import stand_in

_NAME = "_populate_theme_msg"
Populate = Callable[..., None]


def keep_theme() -> None:
    """Have the messages that begin a run of a script get the theme as it was read first."""
    stand_in(app_session, {_NAME: remembering})


def remembering(read: Populate) -> Populate:
    """Return a function that fills in a section of the theme as `read` did the first time."""
    kept: dict[str, Any] = {}

    def populate(message: Any, section: str = "theme") -> None:
        if section not in kept:
            found = type(message)()
            read(found, section)
            kept[section] = found
        if kept[section].ByteSize():  # an empty section stays away
            message.MergeFrom(kept[section])

    return populate
