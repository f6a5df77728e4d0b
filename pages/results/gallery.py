"""Images by what they are and what they were read as: errors, a cell of the matrix, or uncertain hits."""

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.mistakes import Order, Rows, confidence, losses, margin, ordered, picked, three_highest
from core.analysis.predictions import Predictions, Which
from core.figures.sprites import framed
from core.runs.records import Run
from core.words import count
from pages.shared.answers import images
from pages.shared.choice import follow, one_of

TRUE, READ, ANY = "true", "read", "any"
"""Keys of the two choices, also in the address, and what stands for no choice."""
DIGITS = (ANY, *map(str, range(10)))
ERRORS, UNCERTAIN = "Errors", "Right, but least certain"
ORDERS: dict[str, Order] = {"Margin": "margin", "Confidence": "confidence", "Loss": "loss"}
SHOWN, CARD = 24, 108
"""Images of a page, and the pixels that each is wide: three side by side on a phone."""


def gallery(run: Run, answers: Predictions, which: Which) -> None:
    """Draw the chosen images with their three highest probabilities, and all of them as a table."""
    true, read = _cell()
    if true is not None and read is not None:
        rows = ordered(answers, picked(answers, true=true, read=read), "confidence")
        order = ", the most confident first" if len(rows) > 1 else ""
        st.markdown(f"**{count(len(rows), 'image').capitalize()} of a {true}, read as {read}**{order}")
    else:
        rows = _sorted(answers, true, read)
    if not len(rows):
        st.success("Not one image: none of this kind is misclassified.", icon=":material/check:")
        return
    page = rows[_first(len(rows)) :][:SHOWN]
    st.caption("True digit → what was read, and the three highest probabilities.")
    with st.container(horizontal=True):
        shown = images(run, answers.index[page].tolist(), which)
        for image, digit, note in zip(shown, answers.labels[page], _notes(answers, page), strict=True):
            with st.container(width=CARD, gap=None):
                st.image(framed(image), alt=f"A handwritten {digit}", width="stretch")
                st.caption(note)
    table = st.expander(f"All {len(rows):,} as a table", key="results.table", on_change="rerun")
    if table.open:
        table.dataframe(_table(answers, rows), hide_index=True)


def chosen(key: str) -> int | None:
    """Return the digit that the address names under `TRUE` or `READ`, or None."""
    asked = st.query_params.get(key, ANY)
    return int(asked) if asked in DIGITS and asked != ANY else None


def choose(key: str, digit: str) -> None:
    """Put a digit, or `ANY`, into the address."""
    if digit == ANY:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = digit


def _cell() -> tuple[int | None, int | None]:
    """Draw the choice of a true digit and of what it was read as; return them."""
    with st.container(horizontal=True):
        for label, key, text in (
            ("True digit", TRUE, "What the images really show."),
            ("Read as", READ, "What the network said. Both together are a cell of the matrix."),
        ):
            picked_key = f"picked.{key}"
            follow(picked_key, ANY if chosen(key) is None else str(chosen(key)))
            st.selectbox(label, DIGITS, key=picked_key, on_change=_write, args=(key,), width=150, help=text)
    return chosen(TRUE), chosen(READ)


def _write(key: str) -> None:
    choose(key, st.session_state[f"picked.{key}"])


def _sorted(answers: Predictions, true: int | None, read: int | None) -> Rows:
    """Draw the choice of kind and order; return the rows in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = one_of("Images", [ERRORS, UNCERTAIN], default=ERRORS, key="kind")
        by = one_of(
            "Sorted by",
            list(ORDERS),
            default="Margin",
            key="sorted",
            help="Margin: p(read) − p(true), of right answers p(read) − p(second). Confidence: p(read). "
            "Loss: −log p(true).",
        )
    errors = kind == ERRORS
    rows = picked(answers, true=true, read=read, right=not errors)
    order = ORDERS[by]
    if errors:
        st.markdown("**Top 6 errors** and all others: where the network was most sure of the wrong digit")
        return ordered(answers, rows, order)
    st.markdown(f"**{UNCERTAIN}**: one stroke more, and they were errors")
    return ordered(answers, rows, order, rising=order != "loss")


def _first(rows: int) -> int:
    """Draw the choice of a page, if there are several; return its first row."""
    pages = -(-rows // SHOWN)
    if pages == 1:
        return 0
    page = st.number_input(f"Page of {pages}", 1, pages, key=f"results.page{pages}", width=150)
    return (int(page) - 1) * SHOWN


def _notes(answers: Predictions, rows: Rows) -> list[str]:
    """Return for each row what it is, what it was read as and three probabilities, a line each."""
    heads = [f"**{answers.labels[row]} → {answers.predicted[row]}**" for row in rows]
    tails = [
        "  \n".join(f"{digit}: {share:.1%}" for digit, share in zip(*pair, strict=True))
        for pair in zip(*three_highest(answers, rows), strict=True)
    ]
    return [f"{head}  \n{tail}" for head, tail in zip(heads, tails, strict=True)]


def _table(answers: Predictions, rows: Rows) -> pd.DataFrame:
    digits, p = three_highest(answers, rows)
    columns: dict[str, object] = {
        "image": answers.index[rows] + 1,
        "true": answers.labels[rows],
        "read": answers.predicted[rows],
    }
    for place, name in enumerate(("first", "second", "third")):
        columns[name] = [f"{d}: {share:.4f}" for d, share in zip(digits[:, place], p[:, place], strict=True)]
    columns["confidence"] = confidence(answers)[rows].round(4)
    columns["margin"] = margin(answers)[rows].round(4)
    columns["loss"] = np.round(losses(answers)[rows], 4)
    return pd.DataFrame(columns)
