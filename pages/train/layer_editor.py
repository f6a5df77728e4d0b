"""The list of layers: one row each with only the controls that apply, and what each makes and costs."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.model.layers import ACTIVATION_NAMES, LAYER_CLASSES, LAYER_NAMES
from core.model.shapes import LayerCost, NetworkCost
from pages.shared.draft import Draft, Values
from pages.shared.words import escape

BATCH_NORM = {"none": "none", "before": "before act.", "after": "after act."}
WIDTHS = {"activation": 130, "batch_norm": 135, "kernel_size": 90, "padding": 95, "mode": 130}
"""Pixels, so that the controls of a Conv2D stand in one line."""


def layer_editor(draft: Draft) -> None:
    """Draw the rows of `draft.layers`, each with its cost, and the first problem where it arises."""
    costs, problem = draft.costs()
    st.caption("Input 28×28×1, pixels scaled to 0…1" + ("" if problem else _total(NetworkCost(tuple(costs)))))
    for place, layer in enumerate(draft.layers):
        with st.container(border=True):
            _row(draft, layer, place, costs[place] if place < len(costs) else None)
            if problem and place == len(costs):
                st.error(escape(problem), icon=":material/error:")
    softmax = f" · {costs[-1].parameters:,} parameters" if len(costs) > len(draft.layers) else ""
    st.caption(f"Last layer, fixed: **Dense 10 + softmax**, one probability for each digit{softmax}")
    if problem and len(costs) == len(draft.layers):
        st.error(escape(problem), icon=":material/error:")
    _add(draft)


def _row(draft: Draft, layer: Values, place: int, cost: LayerCost | None) -> None:
    controls = _CONTROLS[layer["kind"]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_title(layer, place, cost), width="stretch")
        if controls and layer["kind"] in ONE_CONTROL:
            controls(draft, layer)
        with st.container(horizontal=True, width="content", gap="xsmall"):
            _buttons(draft, layer["uid"], place)
    if controls and layer["kind"] not in ONE_CONTROL:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            controls(draft, layer)


ONE_CONTROL = {"max_pooling2d", "dropout", "global_pooling2d"}
"""Kinds whose only control stands beside the title."""


def _title(layer: Values, place: int, row: LayerCost | None) -> str:
    name = f"**{place + 1} · {LAYER_NAMES[layer['kind']]}**"
    if row is None:
        return name
    shape = "×".join(str(side) for side in row.output_shape)
    price = f"{row.parameters:,} parameters · {_short(row.multiply_adds)} multiply-adds"
    return f"{name} → {shape}" + (f"  \n:small[:gray[{price}]]" if row.parameters else "")


def _buttons(draft: Draft, uid: str, place: int) -> None:
    for icon, text, action, off in (
        ("arrow_upward", "Move up", lambda: draft.move_layer(uid, -1), place == 0),
        ("arrow_downward", "Move down", lambda: draft.move_layer(uid, 1), place == len(draft.layers) - 1),
        ("delete", "Remove", lambda: draft.remove_layer(uid), False),
    ):
        st.button(
            "",
            icon=f":material/{icon}:",
            key=f"{draft.version}.{uid}.{icon}",
            help=f"{text} layer {place + 1}",
            type="tertiary",
            disabled=off,
            on_click=action,
        )


def _total(cost: NetworkCost) -> str:
    work = _short(cost.multiply_adds)
    return f" · in total {cost.parameters:,} parameters, {work} multiply-adds for an image"


def _short(number: int) -> str:
    """Return a count such as 32,340,992 as "32.3 M"."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return str(number)


def _conv2d(draft: Draft, layer: Values) -> None:
    _number(
        draft,
        layer,
        "filters",
        "Filters",
        1,
        512,
        "How many features the layer looks for. More find more, and cost more.",
    )
    _choice(
        draft,
        layer,
        "kernel_size",
        "Kernel",
        {k: f"{k}×{k}" for k in range(1, 8)},
        "Side of each filter. A larger one sees more of the digit at once and costs more.",
    )
    same = "“same” keeps the image's size; “valid” leaves out its border, so that it shrinks."
    _choice(draft, layer, "padding", "Padding", {"same": "same", "valid": "valid"}, same)
    _activated(draft, layer)


def _dense(draft: Draft, layer: Values) -> None:
    _number(draft, layer, "units", "Units", 1, 4096, "How many neurons; each sees every input.")
    _activated(draft, layer)


def _activated(draft: Draft, layer: Values) -> None:
    text = (
        "What each neuron does with its sum. Without it, all layers together could only draw straight lines."
    )
    _choice(draft, layer, "activation", "Activation", ACTIVATION_NAMES, text)
    if layer["activation"] == "leaky_relu":
        _decimal(draft, layer, "negative_slope", "Slope", 0.01, "Share of a negative input that passes.")
    text = "Keeps each feature's mean and spread steady over a batch; trains faster."
    _choice(draft, layer, "batch_norm", "Batch norm", BATCH_NORM, text)


def _pooling(draft: Draft, layer: Values) -> None:
    sizes = {size: f"{size}×{size}" for size in range(2, 8)}
    _choice(
        draft,
        layer,
        "pool_size",
        "Pool size",
        sizes,
        "Keeps the largest value of each square: the image shrinks by this factor.",
    )


def _dropout(draft: Draft, layer: Values) -> None:
    _decimal(
        draft,
        layer,
        "rate",
        "Rate",
        0.05,
        "Share of the inputs that is switched off at random while training, against overfitting.",
    )


def _global_pooling(draft: Draft, layer: Values) -> None:
    modes = {"average": "average", "max": "maximum"}
    _choice(draft, layer, "mode", "Mode", modes, "What is kept of each channel.")


_CONTROLS: dict[str, Callable[[Draft, Values], None] | None] = {
    "conv2d": _conv2d,
    "max_pooling2d": _pooling,
    "dropout": _dropout,
    "flatten": None,
    "global_pooling2d": _global_pooling,
    "dense": _dense,
}


def _number(draft: Draft, layer: Values, field: str, label: str, low: int, high: int, text: str) -> None:
    key = draft.bind(layer, field, layer["uid"])
    st.number_input(label, low, high, key=key, help=text, width=100)


def _decimal(draft: Draft, layer: Values, field: str, label: str, step: float, text: str) -> None:
    key = draft.bind(layer, field, layer["uid"])
    st.number_input(label, step=step, format="%g", key=key, help=text, width=120)


def _choice(draft: Draft, layer: Values, field: str, label: str, options: dict[Any, str], text: str) -> None:
    key = draft.bind(layer, field, layer["uid"])
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        help=text,
        width=WIDTHS.get(field, 110),
    )


def _add(draft: Draft) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for kind, name in LAYER_NAMES.items():
            st.button(
                name,
                icon=":material/add:",
                key=f"{draft.version}.add.{kind}",
                help=f"Add {name} as the last layer before the softmax",
                on_click=draft.add_layer,
                args=(LAYER_CLASSES[kind]().model_dump(),),
            )
