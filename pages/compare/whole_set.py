"""All folds of a recipe together: what its networks say of the whole set, each image asked once."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.evaluate import confusion
from core.analysis.folds import pooled
from core.analysis.intervals import with_interval
from core.analysis.pairs import Recipe
from core.figures.confusion import confusion_figure
from pages.shared.answers import predictions
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.words import escape


def whole_sets(groups: Sequence[Recipe]) -> None:
    """Draw the confusion matrix of each recipe of which all folds are here."""
    for group in groups:
        if not group.over_folds:
            continue
        together = pooled(group.runs, [predictions(run, "validation") for run in group.runs])
        if together is None:
            continue
        images = len(together.labels)
        with st.expander(f"All {images:,} images of {escape(group.name)}, each validated once"):
            st.markdown(
                f"Right: **{with_interval(together.accuracy, images)}**, by {len(group.runs)} networks, none "
                "of which trained on what it was asked."
            )
            figure = drawn(confusion_figure, confusion(together), "counts")
            chart(figure, f"whole.{group.runs[0].id}", f"Confusion matrix of {group.name}, over all folds")
