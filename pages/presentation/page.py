"""The presentation that this dashboard grew out of: its figures and claims beside what was trained here."""

import streamlit as st

from pages.presentation.claims import claims
from pages.presentation.curves import curves
from pages.presentation.elsewhere import elsewhere
from pages.presentation.runs import bundled_runs, offer_missing
from pages.presentation.table import table
from pages.shared.answers import pick_set
from pages.shared.services import plain_errors


def presentation() -> None:
    st.title("The presentation, reproduced")
    st.markdown(
        "This dashboard grew out of a presentation on Kaggle's Digit Recognizer (by Xia Rui). Here is what "
        "it reports beside what came out when its networks were trained again with several seeds, and what "
        "became of its claims."
    )
    st.caption(
        "As in the presentation: 37,800 images to train on, 4,200 to validate. It gives 30 epochs for its "
        "final network alone and no batch size: here its networks have 30 epochs and batches of 86, and the "
        "curves below say what fewer epochs would have given. Our validation images are not the "
        "presentation's own. The quick start, the two fast networks and the best one are ours, with epochs "
        "and batches of their own, the last with 57,000 and 3,000 images. `python -m core reproduce` trains "
        "all of it again."
    )
    with plain_errors():
        runs = bundled_runs()
    offer_missing(runs)
    which = pick_set("on")
    table(runs, which)
    curves(runs)
    claims(runs, which)
    elsewhere()


if __name__ == "__main__":
    presentation()
