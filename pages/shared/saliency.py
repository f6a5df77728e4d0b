"""Which pixels speak for a digit: the ways to find out, what their pictures mean, and the question itself."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.prepare import normalise
from core.inference.ensemble import Named
from core.inference.explain import Method, saliency
from pages.shared.asking import ask

METHODS: dict[str, Method] = {"Gradient": "gradient", "Occlusion": "occlusion", "Grad-CAM": "grad-cam"}
MEANING: dict[Method, str] = {
    "gradient": "Blue: more ink here would speak for the digit. Orange: ink here speaks against it. It is "
    "the "
    "slope of the digit's score at each pixel, so it also marks places without ink.",
    "occlusion": "Blue: with a black square here the digit's probability falls, so the network needs what is "
    "there. Orange: it rises.",
    "grad-cam": "Blue: where the last convolution found what speaks for the digit. It is as coarse as that "
    "layer's maps.",
}


@st.cache_resource(max_entries=256, show_spinner=False)
def explained(network: Named, image: bytes, digit: int, method: Method) -> NDArray[np.float32]:
    """Return what each pixel of an image (28 × 28 bytes) means to a network: float32 (28, 28)."""
    pixels = np.frombuffer(image, np.uint8).reshape(28, 28)
    return ask(saliency, *network, normalise(pixels), digit, method)
