"""What accuracy costs: against parameters and training time, and the settings that go with it."""

import streamlit as st

from core.figures.scales import scales
from core.figures.tradeoffs import by_size, by_time, dots, parallel_coordinates
from pages.compare.comparison import Comparison
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.words import escape


def tradeoffs(compared: Comparison) -> None:
    """Draw accuracy against parameters and training time, and parallel coordinates over the settings."""
    shown = dots(compared.runs, compared.names, compared.looks)
    if len(shown) < 2:
        st.info("Needs at least two runs with results.")
        return
    for column, make, cost in zip(st.columns(2), (by_size, by_time), ("size", "time"), strict=True):
        with column:
            chart(drawn(make, shown), f"compare.{cost}", f"Validation accuracy by {cost}")
    st.caption(
        "Ringed and joined: the Pareto front, runs that no other beats in accuracy and cost at once. The "
        "bars are 95% intervals. Times compare only between runs made on the same machine, one at a time."
    )
    lines = [(dot.key, dot.name, dot.look) for dot in shown]
    found, left_out = scales([run for run in compared.runs if run.results])
    figure = drawn(parallel_coordinates, lines, found)
    chart(figure, "compare.parallel", "One line a run across settings and results")
    text = "Point at a run: it stands out in all three figures."
    if left_out:
        text += f" No room was left for {escape(', '.join(left_out))}: see Settings."
    st.caption(text)
