"""The configuration under edit: plain values that outlive page changes, and widgets bound to them.

The draft lives in the session; widgets are seeded from it and write back to it. Whatever is typed stays,
also when it makes no valid spec yet.
"""

import uuid
from typing import Any

import streamlit as st
from pydantic import ValidationError

from core.errors import SpecError
from core.model.layers import LAYER_CLASSES, Layer, LayerCost
from core.model.presets import PRESETS
from core.model.refusal import refusal
from core.model.shapes import layer_costs, network_cost
from core.model.specs import RunSpec, parse
from pages.shared.membership import first_offered, membership, offered
from pages.shared.services import plain_errors

Values = dict[str, Any]


class Draft:
    """A spec as nested dictionaries whose layers carry an id of their own."""

    def __init__(self, spec: RunSpec, preset: str | None) -> None:
        self.version = uuid.uuid4().hex[:8]
        self.preset = preset
        self.values: Values = spec.model_dump()
        self.layers: list[Values] = [_with_id(layer) for layer in self.values.pop("layers")]
        stopping = self.values.pop("early_stopping")
        self.stopping: Values = stopping or {"patience": 0}
        self.averaging: Values = self.values.pop("weight_averaging") or {"momentum": 0.0}
        self._bound: dict[str, tuple[Values, str]] = {}

    def spec(self) -> RunSpec:
        """Return the finished spec.

        Raises:
            SpecError: it cannot be trained; one sentence says why.
        """
        layers = [bare(layer) for layer in self.layers]
        stopping = self.stopping if self.stopping["patience"] else None
        averaging = self.averaging if self.averaging["momentum"] else None
        optional = {"early_stopping": stopping, "weight_averaging": averaging}
        return parse(self.values | {"layers": layers} | optional)

    def told(self) -> str:
        """Return all that it holds, valid or not, to be compared with what it held before.

        Of a valid one it is the spec: some fields write its values in another form when they are drawn.
        """
        try:
            return self.spec().to_json()
        except SpecError:
            return repr((self.values, self.layers, self.stopping, self.averaging))

    def stack(self) -> list[Layer]:
        """Return the layers; one whose values are not valid is as its kind is by default."""
        return [_layer(values) for values in self.layers]

    def costs(self) -> tuple[list[LayerCost], str | None]:
        """Return the rows of the network's summary as far as it works, softmax last, and what is wrong.

        With a problem in layer k there are k − 1 rows; with one in the whole there are as many as layers.
        """
        layers: list[Any] = []
        rows: list[LayerCost] = []
        problem = None
        try:
            for values in self.layers:
                layers.append(LAYER_CLASSES[values["kind"]].model_validate(bare(values)))
        except ValidationError as error:
            problem = refusal(error)
        try:
            for row in layer_costs(layers):
                rows.append(row)
            return (rows, problem) if problem else (list(network_cost(layers).layers), None)
        except SpecError as error:
            return rows, str(error)

    def name(self, spec: RunSpec) -> str:
        """Return a name for a run of `spec`: the preset's title, marked if something was changed."""
        if self.preset is None:
            return "My network"
        preset = PRESETS[self.preset]
        if spec == preset.spec:
            return preset.title
        others = spec.data.source != preset.spec.data.source
        on_these = preset.spec.drawn_from(spec.data.source, spec.data.images)
        return f"{preset.title}, {'own images' if others and spec == on_these else 'changed'}"

    def bind(self, values: Values, field: str, scope: str = "") -> str:
        """Return the key for a widget that edits `values[field]`, its state seeded from there."""
        key = f"{self.version}.{scope}.{field}"
        self._bound[key] = (values, field)
        if key not in st.session_state:
            st.session_state[key] = values[field]
        return key

    def put(self, values: Values, field: str, value: Any) -> None:
        """Set `values[field]`, and what its widget shows; to be called before the widget is drawn."""
        values[field] = value
        for key, (bound, name) in self._bound.items():
            if bound is values and name == field:
                st.session_state[key] = value

    def absorb(self) -> None:
        """Take over what the widgets hold; called before anything is drawn, so that all of it is new."""
        for key, (values, field) in self._bound.items():
            if key in st.session_state:
                values[field] = st.session_state[key]

    def add_layer(self, layer: Values) -> None:
        self.layers.append(_with_id(layer))

    def move_layer(self, uid: str, by: int) -> None:
        """Move a layer up (−1) or down (+1); at the end of the list it stays."""
        at = self._place(uid)
        to = min(max(at + by, 0), len(self.layers) - 1)
        self.layers.insert(to, self.layers.pop(at))

    def remove_layer(self, uid: str) -> None:
        self.layers.pop(self._place(uid))

    def _place(self, uid: str) -> int:
        return next(i for i, layer in enumerate(self.layers) if layer["uid"] == uid)


def current_draft() -> Draft:
    """Return this session's draft, up to date with its widgets; at first what its visitor begins with."""
    if "draft" not in st.session_state:
        lesson = None
        with plain_errors(go_on=True):
            lesson = membership()
        first = first_offered(lesson)
        load_draft(offered(first, lesson), first)
    draft: Draft = st.session_state["draft"]
    draft.absorb()
    return draft


def load_draft(spec: RunSpec, preset: str | None) -> None:
    """Replace this session's draft."""
    st.session_state["draft"] = Draft(spec, preset)


def _layer(values: Values) -> Layer:
    cls: Any = LAYER_CLASSES[values["kind"]]
    try:
        found: Layer = cls.model_validate(bare(values))
    except ValidationError:
        found = cls()
    return found


def bare(layer: Values) -> Values:
    """Return a layer's values as a spec has them."""
    return {key: value for key, value in layer.items() if key != "uid"}


def _with_id(layer: Values) -> Values:
    return {**layer, "uid": uuid.uuid4().hex[:8]}
