"""Where the images come from: the bundled MNIST, an uploaded Kaggle file, or one in the data folder."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.data.kaggle import read_labelled
from core.home import DROP_FOLDER
from core.runs.pools import MNIST, add_pool
from core.runs.records import DatasetRecord
from pages._shared.draft import Draft
from pages._shared.services import plain_errors, store
from pages._shared.uploads import reading, upload

FILES = ("train.csv", "train.csv.gz", "train.csv.zip")


def known_pools() -> dict[str, str]:
    """Return each source a spec may name, with its name for people."""
    uploaded = {d.fingerprint: f"{d.name} ({d.images:,} images)" for d in store().datasets()}
    return {MNIST: "MNIST, bundled (60,000 images)"} | uploaded


Choose = Callable[[DatasetRecord], None]


def pool_uploader(key: str, choose: Choose) -> None:
    """Let a Kaggle `train.csv` be uploaded, or taken from the data folder, and hand it to `choose`.

    Args:
        key: tells the widgets of one page or draft from others.
    """
    found = [DROP_FOLDER / name for name in FILES if (DROP_FOLDER / name).exists()]
    for path in found:
        if st.button(f"Use data/{path.name}", icon=":material/folder_open:", key=f"{key}.{path.name}"):
            with plain_errors(go_on=True):
                with st.spinner(f"Reading {path.name} …"), reading(path.stat().st_size):
                    record = _kept(path, path.name)
                choose(record)
    uploaded = upload(
        "Your own images: Kaggle's train.csv, plain, zipped or gzipped",
        ["csv", "gz", "zip"],
        f"{key}.upload",
        lambda file: _kept(file, file.name),
        hint="One line per image: label, pixel0 … pixel783, each pixel a whole number from 0 to 255.",
    )
    if uploaded is not None:
        choose(uploaded)


def _kept(file: Any, name: str) -> DatasetRecord:
    """Keep a file's images in the store.

    Raises:
        UserError: it cannot be used.
    """
    return add_pool(store(), read_labelled(file, name))


def draw_from(draft: Draft, record: DatasetRecord) -> None:
    """Draw from this pool from now on, and start the page anew so that all widgets say so."""
    data = draft.values["data"]
    data["source"] = record.fingerprint
    data["images"] = min(data["images"], record.images)
    for field in ("source", "images"):
        st.session_state.pop(f"{draft.version}.data.{field}", None)
        st.session_state.pop(f"{draft.version}..{field}", None)
    st.session_state["notice"] = notice(record)
    st.rerun()


def notice(record: DatasetRecord) -> str:
    """Return what was read, and how many images are left out of it, in one or two sentences."""
    dropped = (
        f" {record.dropped:,} more are also in MNIST's test set and were left out: the test stays honest."
        if record.dropped
        else ""
    )
    return f"{record.name}: {record.images:,} images to train and validate on.{dropped}"
