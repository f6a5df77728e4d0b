"""What a score will be, and what it will be worth, as far as can be told beforehand."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.analysis.intervals import wilson, with_interval
from core.data.submission import Seen
from core.errors import UserError
from core.inference.submission import Expected, expected, flattered, known
from core.runs.names import run_names
from core.runs.records import Run
from core.words import percent
from pages.kaggle.retrain import retrain
from pages.shared.services import plain_errors, store
from pages.shared.test_file import TestFile
from pages.shared.words import escape

ON = {"validation": "validation images", "test": "images of MNIST's test set"}


def expected_score(runs: Sequence[Run], copies: int, found: Expected | None) -> None:
    """Draw what the networks score alone, and what they score together, with 95% intervals.

    Args:
        found: what was measured with copies; None as long as it was not.
    """
    if len(runs) > 1:
        names, own = run_names(runs), [_own(run) for run in runs]
        table = pd.DataFrame({"Network": map(escape, names), "Validation accuracy": own})
        st.table(table.set_index("Network"), border="horizontal")
    with plain_errors(go_on=True):
        without = expected(store(), runs, 0)
        _together(found or without, runs, copies if found else 0)
        if found:
            st.markdown(f"Without copies it is **{without.predictions.accuracy:.4f}** on the same images.")
        elif copies:
            st.caption("This is without copies; what they make of it is measured along with the submission.")


def _together(found: Expected, runs: Sequence[Run], copies: int) -> None:
    accuracy, count = found.predictions.accuracy, len(found.predictions.labels)
    low, high = wilson(accuracy, count)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.metric("Expected score on Kaggle", f"{accuracy:.4f}", width="content")
        together = f" by the {len(runs)} networks together" if len(runs) > 1 else ""
        with_copies = f", with {copies} copies of each image" if copies else ""
        st.markdown(
            f"95% interval **{low:.4f} – {high:.4f}**, measured on {count:,} {ON[found.on]}"
            f"{together}{with_copies}.",
            width="stretch",
        )
    if found.why:
        st.info(
            f"{found.why} MNIST's test images, on which none was trained, stand in.", icon=":material/info:"
        )
    elif found.on == "validation":
        st.caption(f"{flattered(runs)} Scores that differ by less than the interval may do so by luck.")


def _own(run: Run) -> str:
    return (
        with_interval(run.results.val_accuracy, run.results.val_images)
        if run.results
        else percent(float("nan"))
    )


def honesty(runs: Sequence[Run], test: TestFile) -> None:
    """Say how many of the test images the networks were trained on, and where all of them come from."""
    count = len(test.images)
    try:
        seen = _known(tuple((run.id, run.ended_at) for run in runs), test.digest, list(runs), test)
    except UserError as error:
        st.warning(
            f"Whether they were trained on cannot be said: {escape(str(error))}", icon=":material/help:"
        )
        return
    training, validation = int(seen.training.sum()), int((seen.validation & ~seen.training).sum())
    if training:
        who = "these networks were" if len(runs) > 1 else "this network was"
        st.error(
            f"**{training:,} of the {count:,} test images are among those that {who} trained on**, with "
            "their labels. A score made that way is no score: it tells what was remembered. Train on "
            "Kaggle’s own train.csv instead.",
            icon=":material/report:",
        )
        retrain(runs[0])
    elif validation:
        st.warning(
            f"{validation:,} of the {count:,} test images are among the validation images. {flattered(runs)}",
            icon=":material/info:",
        )
    else:
        st.success(
            "None of the test images is among those that were trained or validated on.",
            icon=":material/check:",
        )
    if test.public:
        part = "All" if test.public == count else f"{test.public:,}"
        st.caption(
            f"{part} of these {count:,} images are among MNIST’s 70,000, whose labels are public. "
            "Whoever stands on the board with 1.00000 has looked them up, or trained on them."
        )


@st.cache_resource(max_entries=64, show_spinner="Looking for the test images in the training data …")
def _known(names: tuple[tuple[str, float], ...], digest: str, _runs: list[Run], _test: TestFile) -> Seen:
    return known(store(), _runs, _test.images)
