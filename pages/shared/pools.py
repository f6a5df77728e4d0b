"""Where the images come from: the bundled MNIST, an uploaded file, or one in the data folder."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from core.data.archive import Wanted, holds_both
from core.data.dataset import Dataset
from core.data.dropped import dropped, place_of
from core.data.kaggle import read_labelled
from core.errors import StoreError, UserError
from core.home import DROP_FOLDER
from core.names import isolated, shortened, told_apart
from core.runs.limits import check_dataset
from core.runs.pools import MNIST, add_pool, fitting, redrawn
from core.runs.records import DatasetRecord
from core.words import count, when
from pages.shared.draft import Draft, current_draft
from pages.shared.reader import reader_zone
from pages.shared.services import plain_errors, store
from pages.shared.spec_link import open_in_editor
from pages.shared.test_file import TestFile, beside_train, choose_test
from pages.shared.uploads import progress, reading, upload
from pages.shared.visitor import is_own, visitor
from pages.shared.words import escape

BUNDLED = "MNIST, bundled"


def known_pools() -> dict[str, str]:
    """Return each source a spec may name, with its name for people: MNIST, the reader's own, the others'.

    Those whose names look alike get a number, in the order in which they were added, and when that was.
    """
    known = store().datasets()
    numbers = [f"#{number}" for number in range(1, len(known) + 1)]
    names = told_apart([shortened(record.name) for record in known], numbers, besides=[BUNDLED])
    own_first = sorted(zip(known, names, strict=True), key=lambda one: not is_own(one[0]))
    uploaded = {record.fingerprint: _label(record, name) for record, name in own_first}
    return {MNIST: f"{BUNDLED} (60,000 images)"} | uploaded


def _label(record: DatasetRecord, name: str) -> str:
    mine = " · yours" if is_own(record) else ""
    added = "" if name == shortened(record.name) else f" · added {when(record.added_at, reader_zone())}"
    return f"{isolated(name)} ({count(record.images, 'image')}){mine}{added}"


Pool = tuple[DatasetRecord, str]
"""A new pool, and how its file was read."""
Choose = Callable[[DatasetRecord, str], None]
"""Takes a new pool, and how its file was read."""
AT_HAND = "kaggle.train"
"""Where a session keeps the pool that came in a zip beside Kaggle's test.csv."""


def pool_uploader(key: str, choose: Choose) -> None:
    """Let a `train.csv` or a zip of pictures be uploaded or taken from the data folder; `choose` gets it.

    Args:
        key: tells the widgets of one page or draft from others.
    """
    for path in dropped(DROP_FOLDER, Wanted.LABELLED):
        place = place_of(path, DROP_FOLDER)
        if st.button(f"Use data/{escape(place)}", icon=":material/folder_open:", key=f"{key}.{place}"):
            with plain_errors(go_on=True):
                name = PurePosixPath(place).name
                with st.spinner(f"Reading {escape(name)} …"), reading(path.stat().st_size):
                    brought = _brought(path, name)
                _choose(choose, *brought)
    uploaded = upload(
        "Your own images: Kaggle's train.csv, plain, zipped or gzipped, or a zip of pictures in "
        "folders 0 to 9",
        f"{key}.upload",
        lambda file: _brought(file, file.name),
        hint=(
            "One line per image: label, pixel0 … pixel783, each pixel a whole number from 0 to 255. Kaggle's "
            "“Download all” zip will do, and so will other separators, headers and orders of columns. Or "
            "zip PNG or JPEG pictures in folders that are named by their digit, such as train/3/17.png: "
            "28×28 pixels are taken as they are, others are resized if all have one size."
        ),
    )
    if uploaded is not None:
        _choose(choose, *uploaded)


def _brought(file: Any, name: str) -> tuple[Pool, TestFile | None]:
    pool = _kept(file, name)
    return pool, beside_train(file, name)


def _choose(choose: Choose, pool: Pool, test: TestFile | None) -> None:
    """Hand a pool on; Kaggle's test.csv that came with it waits on the Kaggle page."""
    record, how = pool
    if test is not None:
        choose_test(test)
        keep_at_hand(pool)
        how = f"{how} Its test.csv is ready on the Kaggle page."
    choose(record, how)


def pool_beside(file: Any, name: str) -> Pool | None:
    """Keep the images of a zip's `train.csv` that was read for its `test.csv`, as this visitor's.

    None where it has none, where they cannot be used, or may not be kept.
    """
    if not holds_both(file):
        return None
    try:
        return _kept(file, name)
    except UserError:
        return None


def keep_at_hand(pool: Pool) -> None:
    st.session_state[AT_HAND] = pool


def pool_at_hand() -> Pool | None:
    """Return the pool that came in a zip beside Kaggle's test.csv, as long as it is kept here."""
    pool: Pool | None = st.session_state.get(AT_HAND)
    try:
        return pool if pool and store().dataset_record(pool[0].fingerprint) else None
    except StoreError:
        return None


def train_on(source: str) -> None:
    """Go to the Train page with what is in its editor, which from then on draws its images from a pool.

    Raises:
        UserError: what is in the editor cannot be trained, or the pool is gone.
    """
    draft = current_draft()
    spec = redrawn(store(), draft.spec(), source)
    told = f"{count(spec.data.images, 'image')} of {store().dataset_record(source).name} are chosen."
    open_in_editor(spec, draft.preset, told)


def _kept(file: Any, name: str) -> Pool:
    """Keep a file's images in the store, and return how it was read.

    Raises:
        UserError: it cannot be used, or the host does not allow another data set.
    """
    check_dataset(store(), visitor())
    with progress("of the file is read") as told:
        found = read_labelled(file, name, told)
    return add_pool(store(), found.dataset, visitor()), found.how


def keep_pool(dataset: Dataset) -> DatasetRecord:
    """Keep a data set that was made here of another, as this visitor's.

    Raises:
        UserError: the host does not allow another, or it cannot be kept.
    """
    check_dataset(store(), visitor())
    return add_pool(store(), dataset, visitor())


def draw_from(draft: Draft, record: DatasetRecord, how: str) -> None:
    """Draw from this pool from now on, and start the page anew so that all widgets say so."""
    data = draft.values["data"]
    data["source"] = record.fingerprint
    data["images"] = fitting(data["images"], record.images)
    for field in ("source", "images"):
        st.session_state.pop(f"{draft.version}.data.{field}", None)
        st.session_state.pop(f"{draft.version}..{field}", None)
    st.session_state["notice"] = notice(record, how)
    st.rerun()


def notice(record: DatasetRecord, how: str) -> str:
    """Return what was read, how many images are left out of it, and how it was read if that is not plain."""
    left_out = (
        f" {record.dropped:,} more are also in MNIST's test set and were left out: the test stays honest."
        if record.dropped
        else ""
    )
    read = f" {how}" if how else ""
    images = count(record.images, "image")
    use = " to train and validate on" if record.images > 1 else ""
    return f"{isolated(record.name)}: {images}{use}.{left_out}{read}"
