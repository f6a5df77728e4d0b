"""Going to another page by a click on a button, rather than by a link."""

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def go_to(page: str, query: Mapping[str, str] | None = None) -> NoReturn:
    """Open another page, and forget the parts of this one that draw themselves anew each second.

    The browser learns of the new page while it is being drawn, and asks for those parts until then. Streamlit
    would draw such a part after the new page, as one of the page before, and the browser would then drop
    all that it shows. What is forgotten is not drawn. A link needs none of this: its click ends the asking.
    """
    if context := get_script_run_ctx():
        context.fragment_storage.clear()
    st.switch_page(page, query_params=query)
