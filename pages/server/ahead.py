"""What the first page needs, imported while its reader's browser still loads Streamlit's own files."""

import threading
from importlib import import_module

MODULES = ("streamlit.emojis", "pages.train.page")


def start() -> None:
    """Import in a thread; a page that comes first finds what is there and imports the rest itself."""
    threading.Thread(target=_import, daemon=True, name="ahead").start()


def _import() -> None:
    for name in MODULES:
        import_module(name)
