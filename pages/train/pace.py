"""Which network gets how good how soon."""

import streamlit as st


def time_to_accuracy() -> None:
    """Draw, once it is opened, how soon each network that comes with its runs gets how good."""
    opened = st.popover("How good, how soon?", icon=":material/speed:", on_change="rerun", key="pace")
    with opened:
        if not opened.open:
            return
        from pages.train.pace_table import pace_table

        st.markdown("**Time to a validation accuracy**, in % of the final network's time for its 30 epochs")
        pace_table()
        st.caption(
            "The epochs until the mean over seeds is there, times what an epoch takes: all measured in turn "
            "on two cores (`python -m benchmarks.pace`). Where the learning rate falls to nothing at last, "
            "most is gained in the last epochs, however many there are."
        )
