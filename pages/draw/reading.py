"""What the chosen runs read in one or several digits, side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.data.prepare import grey_values
from core.errors import UserError
from core.figures.draw import probability_bars
from core.figures.saliency import saliency_figure
from core.inference.explain import Method
from core.inference.networks import probabilities
from core.names import shortened
from core.runs.artifacts import MODEL
from core.runs.names import run_names
from core.runs.records import Run
from pages.shared.asking import ask, of
from pages.shared.chart import chart
from pages.shared.choice import follow, one_of
from pages.shared.run_picker import labels
from pages.shared.saliency import MEANING, METHODS, explained
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.visitor import may_preselect
from pages.shared.words import escape

Floats = NDArray[np.float32]
MOST_RUNS, FIRST_RUNS, ACROSS = 6, 3, 3
WHY = (*METHODS, "hidden")


def pick_networks(runs: Sequence[Run]) -> list[Run]:
    """Draw the choice among runs with results, kept in the address.

    At first it holds the best few, none of strangers; those whose networks are not here only if all are so.
    """
    ended = {run.id: run for run in sorted(runs, key=_accuracy, reverse=True)}
    asked = [run_id for run_id in st.query_params.get("by", "").split(",") if run_id in ended]
    with plain_errors():
        able = store().having(MODEL)
    own = [run_id for run_id, run in ended.items() if may_preselect(run)]
    first = [run_id for run_id in own if run_id in able] or own
    follow("picked.by", asked[:MOST_RUNS] or first[:FIRST_RUNS])
    chosen = st.multiselect(
        "Networks that read",
        list(ended),
        format_func=labels(ended.values()).__getitem__,
        max_selections=MOST_RUNS,
        key="picked.by",
        on_change=_address,
    )
    return [ended[run_id] for run_id in chosen]


def _accuracy(run: Run) -> float:
    return run.results.val_accuracy if run.results else 0.0


def _address() -> None:
    st.query_params["by"] = ",".join(st.session_state["picked.by"])


def answers(runs: Sequence[Run], images: Floats) -> dict[str, Floats]:
    """Return each run's probabilities (n, 10) for images (n, 28, 28); a run that cannot answer is told of."""
    found = {}
    for run, name in zip(runs, run_names(runs), strict=True):
        try:
            found[run.id] = ask(probabilities, *of(run), images)
        except UserError as error:
            st.warning(f"{escape(shortened(name))}: {escape(str(error))}", icon=":material/error:")
    return found


def said(runs: Sequence[Run], found: Mapping[str, Floats]) -> str:
    """Tell in one line what an image was read as, by `answers`: the digit of most runs first."""
    by: dict[int, list[str]] = {}
    for run, name in zip(runs, run_names(runs), strict=True):
        if run.id in found:
            by.setdefault(int(found[run.id][0].argmax()), []).append(escape(name))
    votes = sorted(by.items(), key=lambda item: -len(item[1]))
    if not votes:
        return ""
    if len(votes) == 1:
        return f"Read as **{votes[0][0]}**" + (f" by all {len(found)} networks" if len(found) > 1 else "")
    return "Read as " + ", ".join(f"**{digit}** by {' and '.join(names)}" for digit, names in votes)


def cards(runs: Sequence[Run], image: Floats, found: Mapping[str, Floats], meant: int | None) -> None:
    """Draw what each run reads in an image (28, 28), by `answers`, and then what its answer rests on.

    Args:
        meant: the digit that it is meant to be; a run that reads another also shows why not this one.
    """
    why = one_of("What each answer rests on", WHY, default="Occlusion", key="why")
    method = METHODS.get(str(why))
    if method:
        st.caption(MEANING[method])
    named = [(run, name) for run, name in zip(runs, run_names(runs), strict=True) if run.id in found]
    boxes = []
    for start in range(0, len(named), ACROSS):
        for column, (run, name) in zip(st.columns(ACROSS), named[start : start + ACROSS], strict=False):
            boxes.append(column.container(border=True))
            with boxes[-1]:
                _card(run, name, found[run.id][0])
    if method:  # last, since every reason is one more question to the networks
        for box, (run, name) in zip(boxes, named, strict=True):
            with box, plain_errors(go_on=True):
                read = int(found[run.id][0].argmax())
                _reason(run, name, image, read, method)
                if meant is not None and meant != read:
                    _reason(run, name, image, meant, method, "Why not")


def _card(run: Run, name: str, p: Floats) -> None:
    digit = int(p.argmax())
    st.markdown(f"**{escape(name)}**")
    st.metric("reads", str(digit), f"{p[digit]:.1%} sure", delta_color="off", delta_arrow="off")
    told = ", ".join(f"{at}: {p[at]:.1%}" for at in np.argsort(-p)[:3])
    chart(probability_bars(p), f"draw.bars.{run.id}", f"Probabilities of {name}. {told}")


def _reason(run: Run, name: str, image: Floats, digit: int, method: Method, why: str = "Why") -> None:
    grey = grey_values(image)
    heat = explained(of(run), grey.tobytes(), digit, method)
    figure = saliency_figure(grey, heat, f"{why} {digit}")
    chart(figure, f"draw.{why}.{run.id}", f"{why} {digit}, by {name}")
    if method == "occlusion" and why == "Why":
        st.caption(f"Hiding the bluest spot costs {max(float(heat.max()), 0):.1%} on average.")
    elif method == "occlusion":
        more = max(-float(heat.min()), 0)
        st.caption(f"Hiding the most orange spot raises p({digit}) by {more:.1%} on average.")


def read_many(runs: Sequence[Run], images: Floats) -> dict[str, Floats]:
    """Draw what each run reads in images (n, 28, 28), a row for each digit; return the answers."""
    found = answers(runs, images)
    columns = {
        name: [f"{p.argmax()} ({p.max():.0%})" for p in found[run.id]]
        for run, name in zip(runs, run_names(runs, ["digit"]), strict=True)
        if run.id in found
    }
    table = pd.DataFrame({"digit": [f"#{at + 1}" for at in range(len(images))]} | columns)
    grid(table, height="content")
    return found
