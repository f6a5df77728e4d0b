"""Which network gets how good how soon."""

from typing import Any

import pandas as pd
import streamlit as st

from core.export.bundle import bundle
from core.export.pace import LEVELS, Pace, paces
from core.export.repeats import repeats
from pages.shared.services import plain_errors
from pages.shared.table import grid


def time_to_accuracy() -> None:
    """Draw, once it is opened, how soon each network that comes with its runs gets how good."""
    opened = st.popover("How good, how soon?", icon=":material/speed:", on_change="rerun", key="pace")
    with opened:
        if not opened.open:
            return
        with plain_errors():
            found = paces(repeats(bundle()))
        st.markdown("**Time to a validation accuracy**, in % of the final network's time for its 30 epochs")
        grid(
            pd.DataFrame([_row(pace) for pace in found]),
            height="content",
            column_config={"network": st.column_config.TextColumn(pinned=True, width=170)},
            placeholder="never",
        )
        st.caption(
            "The epochs until the mean over seeds is there, times what an epoch takes: all measured in turn "
            "on two cores (`python -m benchmarks.pace`). Where the learning rate falls to nothing at last, "
            "most is gained in the last epochs, however many there are."
        )


def _row(pace: Pace) -> dict[str, Any]:
    levels = {f"to {100 * level:g} %": _share(time) for level, time in zip(LEVELS, pace.times, strict=True)}
    return {
        "network": pace.experiment.title,
        "parameters": f"{pace.parameters:,}",
        **levels,
        "whole training": _share(pace.whole),
    }


def _share(time: float | None) -> str | None:
    return None if time is None else f"{100 * time:.1f} %"
