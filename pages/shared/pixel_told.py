"""The sum behind a pixel in words, and the mix of a separable convolution as a table."""

import numpy as np
import streamlit as st

from core.inference.convolved import Sum, Summed
from core.model import layers as L
from pages.shared.table import grid

MOST = 8
"""Input maps that are told of a mix: those that count most."""


def pixel_told(found: Sum, layer: Summed, place: int) -> str:
    """Return how a pixel comes about, from the kernel to what the layer hands on.

    Args:
        layer: the one that stands at `place`, from 1.
    """
    side = len(found.kernel)
    match layer:
        case L.SeparableConv2D():
            over = f"over {maps_told(found, place)}, {_mixed(found)}, give"
        case L.Residual():
            over = f"of its last convolution over {maps_told(found, place)} give"
        case _:
            over = f"over {maps_told(found, place)} give"
    told = f"{side} × {side} weights {over} {found.total - found.bias:.3f}"
    if layer.has_bias:
        told += f", with the bias {found.bias:+.3f} that is {found.total:.3f}"
    if found.addition:
        told += _addition(found, isinstance(layer, L.Residual) and layer.batch_norm == "before")
    return f"{told}; the {_word(layer)} hands on {found.made:.3f}".replace("-", "−")


def _addition(found: Sum, normalised: bool) -> str:
    assert found.addition is not None
    first = f", normalised {found.addition.path:.3f}" if normalised else ""
    return f"{first}; the shortcut adds {found.addition.shortcut:.3f}, together {found.addition.total:.3f}"


def _mixed(found: Sum) -> str:
    if found.mix is not None and len(found.mix) == 1:
        return f"times its 1 × 1 weight {found.mix[0]:.3f}"
    return "each by itself, then mixed by 1 × 1 weights"


def _word(layer: Summed) -> str:
    return "block" if isinstance(layer, L.Residual) else "layer"


def maps_told(found: Sum, place: int, at: int | None = None) -> str:
    """Return what the kernel of a layer sees: all its input maps, or the one at `at`, from 0.

    Args:
        place: of the layer, from 1.
    """
    count = len(found.parts)
    if count > 1:
        return f"{count} input maps" if at is None else f"input map {at + 1} of {count}"
    return "the image" if place == 1 else "its one input map"


def mix_table(found: Sum) -> None:
    """Draw what each input map adds to a pixel of a separable convolution, those that count most first."""
    if found.mix is None or len(found.mix) == 1:
        return
    import pandas as pd

    order = np.argsort(-np.abs(found.parts), kind="stable")
    shown, others = order[:MOST], order[MOST:]
    numbers = np.stack([found.windows, found.mix, found.parts], axis=1).astype(float).round(3).tolist()
    rows = [[f"{at + 1}", *numbers[at]] for at in shown]
    if len(others):
        rows.append([f"the other {len(others)}", None, None, round(float(found.parts[others].sum()), 3)])
    columns = ["Input map", "Its sum", "1 × 1 weight", "Product"]
    total = f"{found.parts.sum():.3f}".replace("-", "−")
    st.markdown(f"**The mix: the products of {len(order)} input maps make {total}**")
    grid(pd.DataFrame(rows, columns=columns), width="content")
