"""Which pages there are; the script that Streamlit runs."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.home import PROJECT
from pages._shared.visitor import remember_page, say_if_nobody

PAGES = PROJECT / "pages"


def navigation() -> None:
    st.set_page_config(page_icon="🔢", layout="wide")
    tools = _tools()
    page = st.navigation({"": tools, "Ideas": _ideas()}, position="top")
    remember_page(page.title)
    if page in tools:
        say_if_nobody()
    page.run()


def _tools() -> list[StreamlitPage]:
    return [
        st.Page(PAGES / "train.py", title="Train", icon=":material/play_circle:", default=True),
        st.Page(PAGES / "results.py", title="Results", icon=":material/insights:"),
        st.Page(PAGES / "runs.py", title="Runs", icon=":material/table_rows:"),
        st.Page(PAGES / "sweep.py", title="Sweep", icon=":material/tune:"),
        st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare_arrows:"),
        st.Page(PAGES / "draw.py", title="Draw", icon=":material/draw:"),
        st.Page(PAGES / "kaggle.py", title="Kaggle", icon=":material/upload_file:"),
        st.Page(PAGES / "data.py", title="Data", icon=":material/database:"),
    ]


def _ideas() -> list[StreamlitPage]:
    folder = PAGES / "concepts"
    return [
        st.Page(folder / "convolution.py", title="Convolution", icon=":material/filter_center_focus:"),
        st.Page(folder / "activations.py", title="Activations", icon=":material/show_chart:"),
        st.Page(folder / "pooling.py", title="Max pooling", icon=":material/compress:"),
        st.Page(folder / "dropout.py", title="Dropout", icon=":material/blur_off:"),
        st.Page(folder / "batch_norm.py", title="Batch normalisation", icon=":material/equalizer:"),
        st.Page(folder / "softmax.py", title="Softmax and cross-entropy", icon=":material/bar_chart:"),
        st.Page(folder / "optimizers.py", title="Optimizers", icon=":material/route:"),
        st.Page(folder / "overfitting.py", title="Overfitting", icon=":material/call_split:"),
    ]


# The guard keeps the pages out of worker processes, which import this script under another name.
if __name__ == "__main__":
    navigation()
