"""What the first page needs, imported while its reader's browser still loads Streamlit's own files."""

import gc
import threading
from importlib import import_module

MODULES = ("pandas", "streamlit.emojis", "pages.train.page")
"""Plotly and Narwhals take what `sys.modules` holds under "pandas", even when another thread has only begun
to import it, and fail: so it is there, whole, before any page is drawn."""

_thread: threading.Thread | None = None


def start() -> None:
    """Import in a thread, while the server starts."""
    global _thread
    _thread = threading.Thread(target=_import, daemon=True, name="ahead")
    _thread.start()


def wait() -> None:
    """Return when all is imported, at once where no server has started it (page tests)."""
    if _thread is not None:
        _thread.join()


def _import() -> None:
    """Import all, and have the garbage collector leave alone what is then there and will stay.

    Else it would look through it again and again, while it is imported and whenever a page is drawn.
    """
    gc.disable()
    try:
        for name in MODULES:
            import_module(name)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
