"""The board of a class as a table that keeps itself up to date."""

from typing import Any

import pandas as pd
import streamlit as st

from core.analysis.intervals import interval
from core.classes.board import Place
from core.classes.ties import told
from core.words import count, duration
from pages.classroom.board_file import COMMA, DECIMAL, FOLDER
from pages.classroom.standing import standing
from pages.shared.addresses import address
from pages.shared.services import plain_errors, store
from pages.shared.table import grid

WHICH_CSV = "Excel opens the one with commas where one writes 98,5%, as in German or French, else the other."
TICK = 3.0
"""Seconds between two looks at a board."""


def live_board(class_id: str) -> None:
    """Draw the board, which follows the runs while the page is open."""
    st.subheader("The board")
    st.fragment(_board, run_every=TICK)(class_id)


def _board(class_id: str) -> None:
    with plain_errors():
        school_class = store().school_class(class_id)
        places, worse, pupils = standing(school_class)
    if not places:
        st.info(on_board(places, len(pupils)), icon=":material/leaderboard:")
        return
    grid(
        pd.DataFrame([_row(place, worse) for place in places]),
        height="content",
        placeholder="–",
        column_config={
            "place": st.column_config.NumberColumn(pinned=True, width=60),
            "pupil": st.column_config.TextColumn(pinned=True, width=170),
            "accuracy": st.column_config.NumberColumn(format="%.2f%%", help="On the validation images."),
            "parameters": st.column_config.NumberColumn(format="localized"),
            "runs": st.column_config.NumberColumn(help="That keep the rules; the best of many is flattered."),
            "behind the first": st.column_config.TextColumn(
                help="Whether the images show a difference: McNemar's exact test, corrected for the number "
                "of places (Holm)."
            ),
        },
    )
    st.caption(f"{told(places, worse)} {on_board(places, len(pupils))}".strip())
    with st.container(horizontal=True):
        for label, asked in (("CSV", ""), ("CSV with decimal commas", f"?{DECIMAL}={COMMA}")):
            file = address(f"{FOLDER}/{class_id}{asked}")
            st.link_button(label, file, icon=":material/download:", type="tertiary", help=WHICH_CSV)


def on_board(places: list[Place], pupils: int) -> str:
    """Return how many pupils stand on a board, in a sentence."""
    if not pupils:
        return "Nobody has joined the class yet."
    if not places:
        who = count(pupils, "pupil").capitalize()
        return f"{who} in the class, and no run that keeps the rules has ended yet."
    return f"{len(places)} of {pupils} {'pupil' if pupils == 1 else 'pupils'} on the board."


def _row(place: Place, worse: dict[str, bool | None]) -> dict[str, Any]:
    results, run = place.results, place.run
    shown = {True: "yes", False: "cannot be told", None: "other images"}
    return {
        "place": place.rank,
        "pupil": place.pupil.nickname,
        "accuracy": 100 * results.val_accuracy,
        "95% interval": interval(results.val_accuracy, results.val_images),
        "reached": "yes" if place.reached else "not yet",
        "behind the first": None if run.id not in worse else shown[worse[run.id]],
        "parameters": run.parameters,
        "epochs": run.spec.epochs,
        "training": duration(run.progress.seconds),
        "runs": place.tries,
    }
