"""Each experiment as reported beside ours."""

from collections.abc import Hashable, Iterator, Sequence
from statistics import fmean

import streamlit as st

from core.analysis.claims import accuracy
from core.analysis.predictions import Which
from core.analysis.significance import spread
from core.export.bundle import BundledRun
from core.export.splits import told
from core.export.together import together, with_copies
from core.model.experiments import EXPERIMENTS, Experiment
from core.words import duration, percent
from pages.presentation.runs import Runs, compare_link, ids, train_link
from pages.shared.table import row_grid

Rows = list[dict[str, Hashable]]


def table(runs: Runs, which: Which) -> None:
    """Draw one row an experiment, and the ways to its runs."""
    st.subheader("What was reported, and what came out")
    rows, said = _worked_out(ids(runs), which, runs)
    pinned = {"network": st.column_config.TextColumn(pinned=True, width=345)}
    row_grid(rows, height="content", column_config=pinned, placeholder="–")
    st.caption(
        "Ours: mean over seeds with its 95% interval (Student's t), each run with the weights of the epoch "
        "whose validation accuracy was highest, the best single network with those of its last; so the "
        "validation accuracy is a little flattered, the test's is not. The interval is that of the seeds; "
        "the images add their own: one network's accuracy on 4,200 images is only known to about ±0.2 "
        "points, and so is the presentation's."
    )
    for sentence in said:
        st.caption(sentence)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Network",
            list(runs),
            format_func=lambda key: EXPERIMENTS[key].title,
            key="network",
            bind="query-params",
        )
        compare_link("Its runs in Compare", runs[name].every)
        train_link(name)


@st.cache_resource(max_entries=4, show_spinner=False)
def _worked_out(known: tuple[str, ...], which: Which, _runs: Runs) -> tuple[Rows, list[str]]:
    """Return the rows of the table, and what is said below it: once for all visitors, to be left as it is."""
    rows = [
        _row(one.experiment, group, which)
        for one in _runs.values()
        for group in (one.runs, one.others)
        if group
    ]
    return rows, [*_devices(_runs, which), *_splits(_runs)]


def _devices(runs: Runs, which: Which) -> Iterator[str]:
    for one in runs.values():
        if said := one.agreement(which):
            yield f"**{one.experiment.title}** on a {one.others[0].device.upper()}: {said}."


def _splits(runs: Runs) -> Iterator[str]:
    for one in runs.values():
        if splits := told(one.experiment):
            yield f"**{one.experiment.title}** on other splits of the images: {splits}."
        if ensemble := together(one.experiment.name):
            yield f"**{one.experiment.title}**: {ensemble}."
        if copies := with_copies(one.experiment.name):
            yield f"**{one.experiment.title}**, {copies}."


def _row(experiment: Experiment, runs: Sequence[BundledRun], which: Which) -> dict[str, Hashable]:
    over = spread([accuracy(run, which) for run in runs])
    reported = experiment.reported
    epochs = [run.results.best_epoch for run in runs]
    return {
        "network": experiment.title,
        "reported": percent(reported.accuracy) if reported else None,
        "reported loss": f"{reported.loss:.4f}" if reported else None,
        "ours": percent(over.mean),
        "its 95% interval": f"{percent(over.low)} to {percent(min(over.high, 1.0))}"
        if len(runs) > 1
        else None,
        "our loss": f"{fmean(_loss(run, which) for run in runs):.4f}",
        "seeds": len(runs),
        "best epochs": f"{_range(epochs)} of {experiment.spec.epochs}",
        "trained on": f"{runs[0].device.upper()}, {duration(fmean(run.seconds for run in runs))} each",
    }


def _range(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low}" if low == high else f"{low} to {high}"


def _loss(run: BundledRun, which: Which) -> float:
    return run.results.test_loss if which == "test" else run.results.val_loss
