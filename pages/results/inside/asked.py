"""What the parts of "Inside" ask a run's network: each question once for all visitors."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.embedding import Projection
from core.data import mnist
from core.data.prepare import normalise
from core.inference import layers
from core.inference.embedding import embedding
from core.inference.ensemble import Named
from core.inference.robustness import right_answers
from pages.shared.asking import ask

Floats = NDArray[np.float32]


@st.cache_resource(max_entries=32, show_spinner=False)
def filters(network: Named) -> list[layers.Filters]:
    return ask(layers.filters, *network)


@st.cache_resource(max_entries=64, show_spinner=False)
def outputs(network: Named, image: bytes) -> list[layers.Output]:
    return ask(layers.outputs, *network, _floats(image))


@st.cache_resource(max_entries=32, show_spinner=False)
def spreads(network: Named, count: int) -> list[layers.Spread]:
    return ask(layers.spreads, *network, normalise(mnist.test().images[:count]))


@st.cache_resource(max_entries=32, show_spinner=False)
def points(network: Named, count: int, projection: Projection) -> tuple[Floats, float | None]:
    return ask(embedding, *network, normalise(mnist.test().images[:count]), projection)


@st.cache_resource(max_entries=512, show_spinner=False)
def read_right(network: Named, count: int, kind: str, amount: float) -> int:
    pool = mnist.test()
    return ask(right_answers, *network, normalise(pool.images[:count]), pool.labels[:count], kind, amount)


def _floats(image: bytes) -> Floats:
    return normalise(np.frombuffer(image, np.uint8).reshape(28, 28))
