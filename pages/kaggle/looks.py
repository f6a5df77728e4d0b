"""Whether the images of a test file are as MNIST's; if not, they are shown and mended by a click."""

import hashlib
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.looks import Looks, look
from core.inference.submission import in_mnist
from pages.shared.looks import offer_mending
from pages.shared.test_file import TestFile, choose_test

NOTE = " Leave them as they are for networks that were trained on images like these."


def about_test_file(test: TestFile) -> None:
    """Say if its images are not as MNIST's, and take the mended ones from then on if that is wanted."""
    looks = _looks(test.digest, test.images)
    if looks.mending and offer_mending(looks, test.images, None, test.digest, NOTE):
        with st.spinner("Mending the images …"):
            choose_test(_mended(test, looks))
        st.rerun()


@st.cache_data(max_entries=8, show_spinner="Comparing with MNIST …")
def _looks(digest: str, _images: NDArray[np.uint8]) -> Looks:
    return look(_images)


def _mended(test: TestFile, looks: Looks) -> TestFile:
    images = looks.mending.mended(test.images)
    digest = hashlib.sha256(images.tobytes()).hexdigest()
    name = f"{test.name}, {looks.mending.done}"
    return replace(test, name=name, images=images, digest=digest, public=in_mnist(images))
