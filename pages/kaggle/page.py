"""From saved runs to Kaggle: `submission.csv` with the score to expect, and networks as code and models."""

import streamlit as st

from pages.kaggle.downloads import how_to_submit, take_along
from pages.kaggle.images import pick_test_file
from pages.kaggle.looks import about_test_file
from pages.kaggle.networks import pick_copies, pick_networks
from pages.kaggle.retrain import first_one
from pages.kaggle.score import honesty
from pages.kaggle.submission import submission
from pages.shared.doubts import doubts
from pages.shared.share import copy_link


def kaggle() -> None:
    st.title("Kaggle")
    st.markdown(
        "From a saved run, or several that answer as one, to `submission.csv` for Kaggle’s "
        "*Digit Recognizer*: with the score to expect, and a word on what it is worth."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        runs = pick_networks()
        copies = pick_copies()
    with right:
        test = pick_test_file()
    if not runs:
        st.info("Choose a run that has ended; if there is none, train one first.", icon=":material/info:")
        first_one()
        return
    if test is None:
        st.info("Bring Kaggle’s zip, or its test.csv, to make a submission.", icon=":material/upload_file:")
    else:
        about_test_file(test)
        honesty(runs, test)
    doubts(runs)
    place = st.container()
    how_to_submit()
    take_along(runs)
    copy_link("kaggle")
    with place:
        submission(runs, copies, test)


if __name__ == "__main__":
    kaggle()
