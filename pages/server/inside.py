"""The server asks nobody outside for its own address when a stranger's page comes.

For each websocket that a page of another origin tries to open Streamlit asks a host on the internet for it.
The answer serves nothing here, and until it comes, or in a school's network never does, the server's loop
answers nobody. That it does not ask at its start, before it knows this file, is a line in
`.streamlit/config.toml`.
"""

from collections.abc import Callable

from streamlit import net_util

from pages.server.private import stand_in

_NAME = "get_external_ip"


def stay_inside() -> None:
    """Have the server go without an address that others would have to tell it."""
    stand_in(net_util, {_NAME: unasked})


def unasked(_ask: Callable[[], str | None]) -> Callable[[], str | None]:
    """Return a function that knows no address."""
    return lambda: None
