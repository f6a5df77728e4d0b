"""What accuracy costs: against parameters and training time, and the settings that go with it."""

import streamlit as st

from core.figures.scales import scales
from core.figures.tradeoffs import dots, parallel_coordinates, scatters
from pages.compare.comparison import Comparison
from pages.shared.chart import chart
from pages.shared.words import escape


def tradeoffs(compared: Comparison) -> None:
    """Draw accuracy against parameters and training time, and parallel coordinates over the settings."""
    shown = dots(compared.runs, compared.names, compared.looks)
    if len(shown) < 2:
        st.info("Needs at least two runs with results.")
        return
    for column, figure, cost in zip(st.columns(2), scatters(shown), ("size", "time"), strict=True):
        with column:
            chart(figure, f"compare.{cost}", f"Validation accuracy by {cost}")
    st.caption(
        "Ringed and joined: the Pareto front, runs that no other beats in accuracy and cost at once. The "
        "bars are 95 % intervals. Times compare only between runs made on the same machine, one at a time."
    )
    lines = [(dot.key, dot.name, dot.look) for dot in shown]
    found, left_out = scales([run for run in compared.runs if run.results])
    chart(
        parallel_coordinates(lines, found), "compare.parallel", "One line a run across settings and results"
    )
    text = "Point at a run: it stands out in all three figures."
    if left_out:
        text += f" No room was left for {escape(', '.join(left_out))}: see Settings."
    st.caption(text)
