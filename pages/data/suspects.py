"""Images whose label is probably wrong: contradicted by models that were not trained on them, or by a run."""

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.suspects import FEWEST, FOLDS, Probabilities, draw, folds, judged, self_confidence
from core.analysis.suspects import suspects as contradicted
from core.data.dataset import Dataset
from core.figures.sheet import sheet
from core.runs.records import Run
from core.words import count
from pages.shared.answers import predictions
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.known_runs import known_runs
from pages.shared.run_picker import labels
from pages.shared.services import plain_errors
from pages.shared.visitor import may_preselect

SHOWN = 32
COUNTS = (1000, 2000, 5000, 10_000)
MOST = 20_000
"""Images that are judged at most; of a smaller pool, all can be."""
WAYS = ("Cross-validation", "A saved run")


def suspects(pool: Dataset, source: str) -> None:
    """Draw the images of a pool whose label is contradicted with the highest confidence."""
    st.subheader("Suspect labels")
    st.markdown(
        "Some labels are wrong, or no one could tell. A model that has **not** learned an image says how "
        "probable its label is; the least probable labels are looked at first. They are suspects, not "
        "culprits: hard but rightly labelled images are among them."
    )
    way = one_of("Judged by", WAYS, default=WAYS[0], key="judge")
    st.fragment(_by_folds if way == WAYS[0] else _by_run)(pool, source)


def _by_folds(pool: Dataset, source: str) -> None:
    most = min(len(pool.images), MOST)
    sizes = [*(size for size in COUNTS if size < most), most]
    with plain_errors(go_on=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            size = _size(sizes)
            seed = st.number_input("Seed of the draw", 0, 10_000, 0, key="suspects.seed", width=150)
            places = draw(pool.labels, size, seed=seed)
            asked = st.button("Look for suspects", icon=":material/search:", type="primary")
        wanted = (source, size, seed)
        if asked:
            st.session_state["suspects.asked"] = wanted
        if few := size - len(places):
            told = f"{count(few, 'image').capitalize()} of digits with fewer than {FEWEST} cannot be judged."
            st.info(told, icon=":material/info:")
        if st.session_state.get("suspects.asked") == wanted:
            _show(pool, places, _judged(pool, source, size, seed, places))
    st.caption(_method())


def _size(sizes: list[int]) -> int:
    """Draw the choice of how many images are judged, where there is one."""
    if len(sizes) == 1:
        st.caption(f"All {count(sizes[0], 'image')} are judged.", width="content")
        return sizes[0]
    return int(
        st.select_slider(
            "Images judged", sizes, sizes[min(2, len(sizes) - 1)], key="suspects.size", width=300
        )
    )


def _method() -> str:
    return (
        f"{FOLDS}-fold cross-validation: each fold is judged by a ridge classifier on features of an RBF "
        "kernel that learned the other folds; images are ranked by the probability of their own label, "
        "lowest first (confident learning: Northcutt, Jiang & Chuang 2021). `python -m benchmarks.suspects` "
        "turns 100 of 5,000 labels into other digits and looks at the first 100 suspects: 88 of the 100 are "
        "among them (81 to 92 with ten seeds). About a second for each fold of 5,000 images; choose "
        "something else to stop."
    )


def _judged(pool: Dataset, source: str, size: int, seed: int, places: np.ndarray) -> Probabilities:
    """Return the probabilities (size, 10), fold by fold with a bar that fills."""
    result = np.zeros((len(places), 10), np.float32)
    bar = st.progress(0.0, "Judging the first fold …")
    for number, held in enumerate(folds(pool.labels[places], seed)):
        result[held] = _fold(source, size, seed, number, pool, places, held)
        bar.progress((number + 1) / FOLDS, f"{number + 1} of {FOLDS} folds judged")
    bar.empty()
    return result


@st.cache_data(max_entries=100, show_spinner=False)
def _fold(
    source: str, size: int, seed: int, number: int, _pool: Dataset, _places: np.ndarray, _held: np.ndarray
) -> Probabilities:
    return judged(_pool.images[_places], _pool.labels[_places], _held, seed)


def _by_run(pool: Dataset, source: str) -> None:
    with plain_errors(go_on=True):
        runs = {run.id: run for run in known_runs() if run.results and run.spec.data.source == source}
        if not runs:
            st.info(
                "No saved run has validated on these images yet: train one first.", icon=":material/info:"
            )
            st.page_link("train/page.py", label="Train a network", icon=":material/play_circle:")
            return
        shown = labels(runs.values())
        first = next((at for at, run in enumerate(runs.values()) if may_preselect(run)), None)
        chosen = st.selectbox("Run", list(runs), first, shown.__getitem__, key="suspects.run")
        if chosen is not None:
            _contradicted_by(runs[chosen], pool)


def _contradicted_by(run: Run, pool: Dataset) -> None:
    answered = predictions(run, "validation")
    if answered is None:
        st.info("This run kept no answers.", icon=":material/info:")
        return
    _show(pool, answered.index, answered.probabilities)
    st.caption(
        "Its validation images, which it did not learn from. With other split seeds, runs validate other "
        "images: together they judge all."
    )


def _show(pool: Dataset, places: np.ndarray, probabilities: Probabilities) -> None:
    labels = pool.labels[places]
    rows = contradicted(labels, probabilities)
    st.markdown(
        f"**{count(len(rows), 'label')} of {len(labels):,}** contradicted: another digit is more probable."
    )
    if not len(rows):
        return
    first = rows[:SHOWN]
    answers = probabilities.argmax(axis=1)
    notes = [f"{labels[row]} → {answers[row]}" for row in first]
    title = "Label → what the model reads, most contradicted first"
    chart(
        sheet(pool.images[places[first]], title, across=8, notes=notes),
        "suspects.gallery",
        f"{title}: {', '.join(notes)}",
    )
    own = self_confidence(labels, probabilities)
    table = pd.DataFrame(
        {
            "row of the table": places[rows] + 1,
            "label": labels[rows],
            "model reads": answers[rows],
            "its probability": probabilities.max(axis=1)[rows].round(4),
            "probability of the label": own[rows].round(6),
        }
    )
    st.dataframe(table, hide_index=True, height=300)
    st.caption("The table's own button downloads it as CSV.")
