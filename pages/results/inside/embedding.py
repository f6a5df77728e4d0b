"""A map of test images, near each other where the network's last hidden layer sees them alike."""

import streamlit as st

from core.analysis.embedding import Projection
from core.data import mnist
from core.figures.inside import plane
from core.runs.records import Run
from pages.results.inside.asked import points
from pages.shared.answers import predictions
from pages.shared.asking import of
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.drawn import drawn

IMAGES = 1000
PROJECTIONS: tuple[Projection, ...] = ("PCA", "t-SNE")


def image_plane(run: Run) -> None:
    """Draw the map; the image under the mouse is shown beside it."""
    answers = predictions(run, "test")
    if answers is None:
        st.info("This run kept no predictions.")
        return
    chosen = one_of("Laid out by", PROJECTIONS, default="PCA", key="layout")
    projection: Projection = "t-SNE" if chosen == "t-SNE" else "PCA"
    found, share = points(of(run), IMAGES, projection)
    labels = mnist.test().labels[:IMAGES]
    read = answers.predicted[:IMAGES]
    images, title = mnist.test().images[:IMAGES], f"{IMAGES:,} test images by the last hidden layer"
    figure = drawn(plane, found, images, labels, read, title)
    wrong = int((read != labels).sum())
    chart(figure, "inside.plane", f"{projection} of {IMAGES} test images; {wrong} are read wrong")
    kept = f" Two axes keep {share:.0%} of the variance." if share is not None else ""
    st.caption(
        f"Point at a dot to see its image.{kept} Ringed in red: read wrong. **What to see:** a good network "
        "puts each "
        "digit on an island of its own; mistakes lie on the shores. t-SNE keeps neighbours but not distances."
    )
