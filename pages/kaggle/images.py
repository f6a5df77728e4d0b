"""Kaggle's test.csv: uploaded, alone or in Kaggle's zip, or put into the data folder."""

from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from core.data.archive import Wanted
from core.data.dropped import dropped, place_of
from core.home import DROP_FOLDER
from pages.shared.pools import Pool, keep_at_hand, notice, pool_at_hand, pool_beside
from pages.shared.services import plain_errors
from pages.shared.test_file import TestFile, choose_test, chosen_test, read_test_file
from pages.shared.uploads import reading, upload
from pages.shared.words import escape


def pick_test_file() -> TestFile | None:
    """Draw the ways to bring the file, and return it once it is there; a wrong one costs one sentence."""
    for path in dropped(DROP_FOLDER, Wanted.UNLABELLED):
        place = place_of(path, DROP_FOLDER)
        if st.button(f"Use data/{escape(place)}", icon=":material/folder_open:", key=f"kaggle.{place}"):
            name = PurePosixPath(place).name
            with (
                plain_errors(go_on=True),
                st.spinner(f"Reading {escape(name)} …"),
                reading(path.stat().st_size),
            ):
                _keep(*_read(path, name))
    uploaded = upload(
        "Kaggle's “Download all” zip, or its test.csv alone",
        "kaggle.upload",
        lambda file: _read(file, file.name),
        hint="test.csv has 28,000 lines, one per image: pixel0 … pixel783, each a whole number from 0 to "
        "255; no label. Of the zip train.csv is kept too, among your images to train on.",
    )
    if uploaded is not None:
        _keep(*uploaded)
    test = chosen_test()
    if test is not None:
        how = f". {test.how}" if test.how else ""
        st.success(escape(f"{test.name}: {len(test.images):,} images{how}"), icon=":material/check:")
    if (pool := pool_at_hand()) is not None:
        st.caption(f"Kept to be trained on: {escape(notice(*pool))}")
    return test


def _read(file: Path | Any, name: str) -> tuple[TestFile, Pool | None]:
    test = read_test_file(file, name)
    return test, pool_beside(file, name)


def _keep(test: TestFile, pool: Pool | None) -> None:
    choose_test(test)
    if pool is not None:
        keep_at_hand(pool)
