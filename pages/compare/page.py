"""Two or more runs side by side; the address is `?compare=a,b`."""

from itertools import islice

import streamlit as st

from core.analysis.compared import SETTING, changed, headline, settings_table
from core.model.describe import differences, side_by_side
from core.names import isolated
from core.runs.names import run_names
from core.runs.records import Run
from pages.compare.comparison import Comparison, comparison, ticking
from pages.compare.download import comparison_address
from pages.compare.flip_table import flip_table
from pages.compare.networks import networks
from pages.compare.overlays import overlays
from pages.compare.slides import compare_slides
from pages.compare.tradeoffs import tradeoffs
from pages.compare.verdicts import verdicts
from pages.shared.doubts import doubts
from pages.shared.known_runs import known_runs
from pages.shared.paper import print_button
from pages.shared.present import leave, present, present_button, presented
from pages.shared.repeats import notice
from pages.shared.run_picker import MOST_COMPARED, named_runs, pick_runs
from pages.shared.services import plain_errors
from pages.shared.share import copy_link
from pages.shared.table import grid
from pages.shared.visitor import is_own
from pages.shared.words import escape

REPORT = "This comparison as one HTML file that opens without the server."
UNFOLDED = 3  # of more runs than this the changes are folded away
VIEWS = {
    "Is it real?": verdicts,
    "Curves": overlays,
    "Digits and images": flip_table,
    "Trade-offs": tradeoffs,
    "Networks": networks,
}


def compare() -> None:
    if presented():
        runs = named_runs(MOST_COMPARED)
        present("Compare", compare_slides(runs)) if len(runs) > 1 else leave()
        return
    st.title("Compare runs")
    runs = pick_runs(MOST_COMPARED)
    if len(runs) < 2:
        _begin(runs)
        return
    with plain_errors():
        compared = comparison(runs)
    notice()
    doubts(runs)
    with st.container(horizontal=True):
        report = comparison_address([run.id for run in runs])
        st.link_button("Report", report, icon=":material/download:", help=REPORT)
        present_button()
        copy_link("compare")
        print_button("On paper stands what was open: one view of the page, chosen below.")
    ticking(_headline, compared)
    tabs = st.tabs([*VIEWS, "Settings"], key="view", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, (*VIEWS.values(), _settings), strict=True):
        if tab.open:
            with tab, plain_errors():
                draw(compared)


def _begin(chosen: list[Run]) -> None:
    """Say how two runs are chosen, and offer two to begin with: one's own last, then bundled ones."""
    st.info("Choose at least two runs above, or select them on the Runs page.", icon=":material/info:")
    with plain_errors():
        ended = (run for run in known_runs() if run.results and (run.is_bundled or is_own(run)))
        pair = [*chosen, *islice((run for run in ended if run not in chosen), 2 - len(chosen))]
    if len(pair) < 2:
        return
    pair.sort(key=lambda run: run.created_at)
    st.button(
        f"For example: {escape(' and '.join(run_names(pair)))}",
        icon=":material/compare_arrows:",
        on_click=_take,
        args=(",".join(run.id for run in pair),),
    )


def _take(ids: str) -> None:
    st.query_params["compare"] = ids


def _headline(compared: Comparison) -> None:
    table = headline(compared.runs, compared.names, compared.histories)
    pinned = {"run": st.column_config.TextColumn(pinned=True)}
    grid(table, height="content", column_config=pinned)


def _settings(compared: Comparison) -> None:
    """Draw the configuration of each run, and what was changed from the first one to each other."""
    first, *others = compared.runs
    with st.expander(f"What was changed from {escape(compared.names[0])}", expanded=len(others) <= UNFOLDED):
        for name, run in zip(compared.names[1:], others, strict=True):
            st.text(f"{isolated(name)}: {changed(first, run)}")
    only = st.toggle("Only differences", value=True, key="differences", bind="query-params")
    specs = [run.spec for run in compared.runs]
    rows = differences(specs) if only else side_by_side(specs)
    if not rows:
        st.info("These runs have exactly the same configuration.")
        return
    widths = {SETTING: st.column_config.TextColumn(width=220, pinned=True)}
    grid(settings_table(rows, compared.names), height="content", column_config=widths)


if __name__ == "__main__":
    compare()
