"""Where the images come from: the bundled MNIST, an uploaded Kaggle file, or one in the data folder."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.data.kaggle import read_labelled
from core.errors import UserError
from core.home import DROP_FOLDER
from core.runs.pools import MNIST, add_pool
from core.runs.records import DatasetRecord
from core.words import count
from pages._shared.draft import Draft
from pages._shared.services import plain_errors, store
from pages._shared.words import escape

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
                _read(choose, path, path.name)
    uploaded = st.file_uploader(
        "Your own images: Kaggle's train.csv, plain, zipped or gzipped",
        type=["csv", "gz", "zip"],
        key=f"{key}.upload",
        help="One line per image: label, pixel0 … pixel783, each pixel a whole number from 0 to 255.",
    )
    if uploaded is not None:
        _read_once(key, choose, uploaded)


def _read_once(key: str, choose: Choose, uploaded: Any) -> None:
    """Read an uploaded file once; as long as it lies there, say why it was refused."""
    refused: dict[str, str] = st.session_state.setdefault("pools.refused", {})
    seen = f"{key}.seen"
    if st.session_state.get(seen) == uploaded.file_id:
        if uploaded.file_id in refused:
            st.error(escape(refused[uploaded.file_id]), icon=":material/error:")
        return
    st.session_state[seen] = uploaded.file_id
    try:
        _read(choose, uploaded, uploaded.name)
    except UserError as error:
        refused[uploaded.file_id] = str(error)
        st.error(escape(str(error)), icon=":material/error:")


def _read(choose: Choose, file: Any, name: str) -> None:
    """Keep a file's images in the store and choose them.

    Raises:
        UserError: it cannot be used.
    """
    with st.spinner(f"Reading {name} …"):
        choose(add_pool(store(), read_labelled(file, name)))


def draw_from(draft: Draft, record: DatasetRecord) -> None:
    """Draw from this pool from now on, and start the page anew so that all widgets say so."""
    data = draft.values["data"]
    data["source"] = record.fingerprint
    data["images"] = max(2, min(data["images"], record.images))
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
    return f"{record.name}: {count(record.images, 'image')} to train and validate on.{dropped}"
