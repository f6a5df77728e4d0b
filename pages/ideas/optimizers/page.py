"""Optimizers: the same surface, the same start, and the ways that eight rules take down it."""

from functools import partial

import streamlit as st

from core.model.optimizers import SGD, Adam, Momentum
from core.model.recipes import LESSON
from pages.ideas.optimizers.formulas import fading_rules, first_rules, formulas, newer_rules, with_all
from pages.ideas.optimizers.race import ends, paths, race
from pages.shared.lesson import experiment, idea
from pages.shared.present import Slides, presented


def optimizers() -> None:
    idea("Optimizers", _intro, _slides() if presented() else _parts(), _experiments)


def _parts() -> Slides:
    return {"Eight rules on one surface": partial(race, paths, ends), "The updates": formulas}


def _slides() -> Slides:
    return {
        "Eight rules on one surface": partial(race, paths),
        "Where each ends": partial(race, ends),
        "The updates": first_rules,
        "A fading memory": fading_rules,
        "Newer ones": newer_rules,
        "What goes with all": with_all,
    }


def _intro() -> None:
    st.markdown(
        "Training looks for weights with a small loss. The **gradient** says which way the loss rises; an "
        "optimizer decides how far to step the other way. Here the loss depends on two weights only, so that "
        "its surface can be seen from above: green lines lie low, grey ones high, the star is the minimum."
    )


def _experiments() -> None:
    st.subheader("See it in a real network")
    links = {
        "SGD": ("Plain steps, learning rate 0.01: slow.", SGD(learning_rate=0.01)),
        "Momentum": (
            "The same rate with momentum 0.9: much faster.",
            Momentum(learning_rate=0.01, momentum=0.9),
        ),
        "Adam": ("A step size for each weight: fast without much tuning.", Adam(learning_rate=0.002)),
    }
    for box, (name, (watch, optimizer)) in zip(st.columns(3), links.items(), strict=True):
        with box:
            experiment(LESSON.model_copy(update={"optimizer": optimizer}), f"Train with {name}", watch)
    st.caption("Then compare the three runs on the Compare page: curves by epoch, and whether it is real.")


if __name__ == "__main__":
    optimizers()
