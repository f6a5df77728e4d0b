"""Which pages there are; the script that Streamlit runs."""

import streamlit as st

from core.home import PROJECT
from pages._shared.visitor import remember_page

PAGES = PROJECT / "pages"


def navigation() -> None:
    st.set_page_config(page_icon="🔢", layout="wide")
    page = st.navigation(
        [
            st.Page(PAGES / "train.py", title="Train", icon=":material/play_circle:", default=True),
            st.Page(PAGES / "results.py", title="Results", icon=":material/insights:"),
            st.Page(PAGES / "runs.py", title="Runs", icon=":material/table_rows:"),
            st.Page(PAGES / "sweep.py", title="Sweep", icon=":material/tune:"),
            st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare_arrows:"),
        ],
        position="top",
    )
    remember_page(page.title)
    page.run()


# The guard keeps the pages out of worker processes, which import this script under another name.
if __name__ == "__main__":
    navigation()
