"""Which networks answer Kaggle's images, and how: kept in the address as `?nets=a,b&copies=4`."""

import streamlit as st

from core.analysis.intervals import wilson
from core.errors import RunNotFoundError
from core.runs.artifacts import MODEL
from core.runs.pools import MNIST
from core.runs.records import Results, Run
from pages.shared.choice import follow, one_of
from pages.shared.known_runs import known_runs
from pages.shared.run_picker import labels
from pages.shared.services import plain_errors, store
from pages.shared.visitor import may_preselect
from pages.shared.words import escape

PICKED = "picked.nets"
MOST = 8
COPIES = (0, 4, 8)


def pick_networks() -> list[Run]:
    """Draw the choice of ended runs; at first the one the link names, else the one watched, else the best."""
    with plain_errors():
        runs = {run.id: run for run in known_runs() if run.results and not run.is_live}
        able = store().having(MODEL)
    if not runs:
        return []
    asked = _asked()
    for run_id in [run_id for run_id in asked if run_id not in runs][:3]:
        st.warning(escape(str(RunNotFoundError(run_id))), icon=":material/link_off:")
    known = [run_id for run_id in asked if run_id in runs][:MOST]
    follow(PICKED, known if asked or "nets" in st.query_params else _likely(runs, able))
    st.multiselect(
        "Networks",
        list(runs),
        key=PICKED,
        on_change=_address,
        format_func=labels(runs.values()).__getitem__,
        max_selections=MOST,
        placeholder="Choose one or more",
        help="Several answer as one: the mean of their probabilities. Those that differ, in their seed at "
        "least, err on different images, so together they err less.",
        wrap=True,
        select_all=False,
    )
    return [runs[run_id] for run_id in st.session_state[PICKED]]


def _asked() -> list[str]:
    """Return the runs that the address names, as often as it does not repeat itself."""
    named = st.query_params.get("nets", st.query_params.get("run", ""))
    return [run_id for run_id in dict.fromkeys(named.split(",")) if run_id]


def _likely(runs: dict[str, Run], able: set[str]) -> list[str]:
    """Return the run that this session has watched, where it can answer, or the best one."""
    watched = st.session_state.get("watched")
    return [watched] if watched in able & set(runs) else _best(runs, able)


def _best(runs: dict[str, Run], able: set[str]) -> list[str]:
    """Return the best run that no stranger imported, if there is one; rather one whose network is here.

    And rather one of uploaded images: those that learned MNIST have seen half of Kaggle's test.
    """
    own = [run_id for run_id, run in runs.items() if may_preselect(run)]
    known = [run_id for run_id in own if run_id in able] or own
    known = [run_id for run_id in known if runs[run_id].spec.data.source != MNIST] or known
    return sorted(known, key=lambda run_id: -_at_least(runs[run_id].results))[:1]


def _at_least(results: Results | None) -> float:
    """Return what accuracy is sure: nine of nine are less than 990 of 1,000."""
    return wilson(results.val_accuracy, results.val_images)[0] if results else 0.0


def _address() -> None:
    st.query_params["nets"] = ",".join(st.session_state[PICKED])


def pick_copies() -> int:
    """Draw the choice of test-time augmentation and return how many copies of each image are asked."""
    return one_of(
        "Copies of each image",
        COPIES,
        default=0,
        format_func=lambda copies: str(copies) if copies else "none",
        key="copies",
        help="Test-time augmentation: each network also reads copies of the image, shifted, turned and "
        "resized a little, and the mean counts. It takes that many times longer, and it does not always "
        "help: the score is then shown with and without.",
    )
