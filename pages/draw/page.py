"""Draw a digit, or photograph some, and see what saved networks read."""

import streamlit as st

from pages.draw.drawing import drawing
from pages.draw.own_test import own_test
from pages.draw.photo import photo
from pages.draw.reading import pick_networks
from pages.shared.choice import one_of
from pages.shared.doubts import doubts
from pages.shared.known_runs import known_runs
from pages.shared.services import plain_errors
from pages.shared.share import copy_link

WAYS = {"Draw": drawing, "Photo or scan": photo}


def draw() -> None:
    st.title("Draw")
    st.markdown(
        "Draw a digit, or photograph some: every network chosen reads the same. Does it read **your** "
        "writing as well as MNIST's?"
    )
    with plain_errors():
        runs = [run for run in known_runs() if run.results]
    if not runs:
        st.info(
            "No network has been trained yet: train one first, it takes half a minute.",
            icon=":material/info:",
        )
        st.page_link("train/page.py", label="Train a network", icon=":material/play_circle:")
        return
    chosen = pick_networks(runs)
    doubts(chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = one_of("From", list(WAYS), default="Draw", key="from")
        copy_link("draw")
    if not chosen:
        st.info("Choose at least one network above.", icon=":material/info:")
        return
    WAYS[way](chosen)
    own_test(chosen)


if __name__ == "__main__":
    draw()
