"""Where the reader is: times are shown in the zone of their browser."""

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def reader_zone() -> tzinfo:
    """Return the browser's time zone; the server's where the browser does not tell."""
    name, minutes = st.context.timezone, st.context.timezone_offset
    try:
        return ZoneInfo(name or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # none, or none that this machine knows
        here = datetime.now().astimezone().tzinfo
        assert here is not None
        return here if minutes is None else timezone(timedelta(minutes=-minutes))
