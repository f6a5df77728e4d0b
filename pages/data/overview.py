"""The overview of a pool: classes and split, the table and a row of it, pixel values, pictures."""

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from core.data import mnist
from core.data.dataset import Dataset
from core.data.overview import Overview, sample
from core.data.overview import overview as of
from core.data.prepare import one_hot, split
from core.figures.concepts.data import class_shares, laid, strip, value_histogram
from core.figures.sheet import sheet
from core.model.specs import Data
from core.words import count
from pages.data.split import split_settings
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.services import plain_errors

ROWS = 5
SAMPLED = 32


def overview(pool: Dataset, source: str) -> None:
    """Draw what a network gets of a pool, from the table to the split."""
    found = _overview(source, pool)
    _table(pool, source, found)
    st.fragment(_row)(pool)
    st.fragment(_split)(pool, source)
    _values(found)
    _averages(found)
    st.fragment(_sampler)(pool)


@st.cache_data(show_spinner="Counting pixels …", max_entries=8)
def _overview(source: str, _pool: Dataset) -> Overview:
    return of(_pool.images, _pool.labels)


def _table(pool: Dataset, source: str, found: Overview) -> None:
    st.subheader("The table")
    first = min(ROWS, len(pool.images))
    st.dataframe(_first_rows(source, pool), hide_index=True, height="content")
    cells = len(pool.images) * 785
    present = np.flatnonzero(found.values)
    report = {
        "images": f"{len(pool.images):,}",
        "columns": "785: label, pixel0 … pixel783",
        "cells": f"{cells:,}",
        "missing values": "0",
        "pixel values": f"{present.min()} to {present.max()}",
        "labels": ", ".join(map(str, np.flatnonzero(found.counts))),
    }
    st.dataframe(pd.DataFrame([report]), hide_index=True, height="content")
    first_rows = f"The first {first} rows" if first > 1 else "The only row"
    st.caption(
        f"{first_rows}, as Kaggle's file has them; pictures and MNIST itself are shown so too. No value is "
        "missing: a table with an empty cell, or with one that is no number, is refused with its line and "
        "column, and a picture has a value for each pixel."
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _first_rows(source: str, _pool: Dataset) -> pa.Table:
    """Return the first rows as Streamlit sends them: to make 785 columns anew takes longer than all else."""
    rows = _pool.images[:ROWS].reshape(-1, 784)
    first = pd.DataFrame(rows, columns=[f"pixel{place}" for place in range(784)])
    first.insert(0, "label", _pool.labels[:ROWS])
    return pa.Table.from_pandas(first)


def _row(pool: Dataset) -> None:
    st.subheader("A row becomes an image, a label becomes a vector")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.number_input("Row of the table", 1, len(pool.images), 1, key="data.row", width=160) - 1
        lines = st.slider("Lines laid out", 0, 28, 14, key="data.lines", width=320)
    row, label = pool.images[which].reshape(784), int(pool.labels[which])
    chart(
        drawn(strip, row, 28 * lines),
        "data.strip",
        f"The 784 numbers of row {which + 1}, the first {28 * lines} framed",
    )
    left, right = st.columns([2, 3])
    with left:
        chart(
            drawn(laid, row, lines),
            "data.laid",
            f"{lines} of 28 lines of the image of a {label}; the last one is framed",
        )
    with right:
        st.markdown(f"**Label {label}** as a one-hot vector: a place for each digit, 1 at its own.")
        vector = one_hot(np.array([label], np.uint8))[0].astype(int)
        st.dataframe(
            pd.DataFrame([vector], columns=list(map(str, range(10)))), hide_index=True, height="content"
        )
        st.latex(rf"{label} \;\to\; ({', '.join(map(str, vector))})")
        st.caption(
            "Numbers 28·r to 28·r + 27 are line r of the image. The last layer has ten units, one for each "
            "place of the vector. A network reads images as 28×28×1: the 1 is the number of channels, grey "
            "alone."
        )


def _split(pool: Dataset, source: str) -> None:
    st.subheader("The split")
    settings = split_settings("data", len(pool.images))
    if settings is None:
        return
    with plain_errors(go_on=True):
        counts = _counts(source, settings, pool)
        sizes = ", ".join(f"{name} {numbers.sum():,}" for name, numbers in counts.items())
        chart(
            drawn(class_shares, counts),
            "data.classes",
            f"Share of each digit in {sizes}; counts in the table",
        )
        rows = [{"set": name, "images": n.sum()} | dict(enumerate(n)) for name, n in counts.items()]
        table = pd.DataFrame(rows).rename(columns=str)
        st.dataframe(table, hide_index=True, height="content")
        st.caption(
            "The network learns from the **training** images; the **validation** images tell how well, and "
            "which settings to choose; the **test** images are looked at once, at the end. The split keeps "
            "each digit's share (it is stratified) where there are enough of each, and depends on the split "
            "seed alone."
        )


@st.cache_resource(show_spinner=False, max_entries=32)
def _counts(source: str, settings: Data, _pool: Dataset) -> dict[str, NDArray[np.int64]]:
    """Return how many of each digit (10,) a split has in each set."""
    train, validation = split(_pool.labels, settings)
    sets = {
        "training": _pool.labels[train],
        "validation": _pool.labels[validation],
        "test (MNIST's)": mnist.test().labels,
    }
    return {name: np.bincount(labels, minlength=10) for name, labels in sets.items()}


def _values(found: Overview) -> None:
    st.subheader("Pixel values, before and after x / 255")
    left, right = st.columns(2)
    zero = found.values[0] / found.values.sum()
    mean, deviation = found.mean, found.deviation
    before = f"mean {mean:.1f}, standard deviation {deviation:.1f}"
    after = f"mean {mean / 255:.4f}, standard deviation {deviation / 255:.4f}"
    with left:
        label = f"Pixel values as stored: {before}; {zero:.0%} of them 0"
        chart(drawn(value_histogram, found.values, normalised=False), "data.before", label)
    with right:
        told = f"Pixel values over 255: {after}"
        chart(drawn(value_histogram, found.values, normalised=True), "data.after", told)
    st.caption(
        f"{zero:.0%} of all pixels are 0. Before: {before}; after: {after}. The vertical axis is logarithmic."
        " **What to see:** nothing but the scale changes. Why that matters is under *Why normalise*."
    )


def _averages(found: Overview) -> None:
    st.subheader("The average digit, and how much each pixel varies")
    names = [f"{digit} ({number:,})" for digit, number in enumerate(found.counts)]
    label = "The average image of each digit 0 to 9"
    chart(drawn(sheet, found.means, "Average image", across=10, notes=names), "data.means", label)
    label = "The standard deviation of each pixel, for each digit 0 to 9: bright where writers differ"
    most = float(found.deviations.max()) or 1.0
    varies = drawn(sheet, found.deviations, "Standard deviation", across=10, top=most)
    chart(varies, "data.deviations", label)
    st.caption(
        "Number of images in brackets. **What to see:** a blurred average means many ways to write the "
        "digit; bright rims in the second row are where writers differ most."
    )


def _sampler(pool: Dataset) -> None:
    st.subheader("Look at some")
    digits = ["any", *map(str, range(10))]
    digit = st.segmented_control("Digit shown", digits, default="any", required=True, key="data.digit")
    seed = st.number_input("Seed of the sample", 0, 10_000, 0, key="data.sample", width=160)
    places = sample(pool.labels, None if digit == "any" else int(str(digit)), SAMPLED, seed)
    if not len(places):
        st.info(f"No image of a {digit} is in here.", icon=":material/info:")
        return
    notes = [str(pool.labels[place]) for place in places]
    title = count(len(places), "image") + (" of any digit" if digit == "any" else f" of a {digit}")
    chart(
        drawn(sheet, pool.images[places], title.capitalize(), notes=notes),
        "data.sampler",
        f"{title}; labels: {', '.join(notes)}",
    )
    st.caption(f"With their labels. Rows {', '.join(str(place + 1) for place in places[:8])} … of the table.")
