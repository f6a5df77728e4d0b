"""Which pages there are; the script that Streamlit runs."""

import streamlit as st

from core.home import PROJECT

PAGES = PROJECT / "pages"


def navigation() -> None:
    st.set_page_config(page_icon="🔢", layout="wide")
    st.navigation(
        [
            st.Page(PAGES / "train.py", title="Train", icon=":material/play_circle:", default=True),
            st.Page(PAGES / "results.py", title="Results", icon=":material/insights:"),
            st.Page(PAGES / "runs.py", title="Runs", icon=":material/table_rows:"),
            st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare_arrows:"),
        ],
        position="top",
    ).run()


# The guard keeps the pages out of worker processes, which import this script under another name.
if __name__ == "__main__":
    navigation()
