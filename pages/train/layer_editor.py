"""The list of layers: one row each with only the controls that apply, and what each makes and costs."""

import streamlit as st

from core.model.kind import controls
from core.model.layers import LAYER_CLASSES, LAYER_NAMES, Activated, LayerCost
from core.model.shapes import NetworkCost
from core.words import short_count
from pages.shared.draft import Draft, Values, bare
from pages.shared.words import escape
from pages.train.controls import field, fitting


def layer_editor(draft: Draft) -> None:
    """Draw the rows of `draft.layers`, each with its cost, and the first problem where it arises."""
    costs, problem = draft.costs()
    st.caption("Input 28×28×1, pixels scaled to 0…1" + ("" if problem else _total(NetworkCost(tuple(costs)))))
    with st.container():  # what stands below keeps its place, and its focus, when a row comes or goes
        for place, layer in enumerate(draft.layers):
            with st.container(border=True, key=row_key(layer["uid"])):
                _row(draft, layer, place, costs[place] if place < len(costs) else None)
                if problem and place == len(costs):
                    st.error(escape(problem), icon=":material/error:")
    softmax = f" · {costs[-1].parameters:,} parameters" if len(costs) > len(draft.layers) else ""
    st.caption(f"Last layer, fixed: **Dense 10 + softmax**, one probability for each digit{softmax}")
    if problem and len(costs) == len(draft.layers):
        st.error(escape(problem), icon=":material/error:")
    _add(draft)


def row_key(uid: str) -> str:
    """Return the key of the container with a layer's controls."""
    return f"layer-{uid}"


def layers_shown(draft: Draft) -> None:
    """Draw the layers to be read only."""
    costs, problem = draft.costs()
    st.caption("Input 28×28×1, pixels scaled to 0…1" + ("" if problem else _total(NetworkCost(tuple(costs)))))
    for layer, cost in zip(draft.layers, costs, strict=False):
        line = LAYER_CLASSES[layer["kind"]].model_validate(bare(layer)).line()
        st.markdown(f"{escape(line)} → {_shape(cost)}")
    st.caption("Last layer: **Dense 10 + softmax**, one probability for each digit")


def _row(draft: Draft, layer: Values, place: int, cost: LayerCost | None) -> None:
    often, rarely = _fields(layer)
    beside = len(often) == 1  # the only control stands beside the title
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_title(layer, place, cost), width="stretch")
        if beside:
            _control(draft, layer, often[0])
        with st.container(horizontal=True, width="content", gap="xsmall", vertical_alignment="center"):
            if rarely:
                _more(draft, layer, place, rarely)
            _buttons(draft, layer["uid"], place)
    if often and not beside:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for name in often:
                _control(draft, layer, name)
    if cost and cost.inside:
        _inside(cost)


def _more(draft: Draft, layer: Values, place: int, names: list[str]) -> None:
    """Draw the button behind which these fields stand, and the fields once it is open."""
    text, key = f"More of layer {place + 1}", f"{layer['uid']}.more"
    more = st.popover("", icon=":material/tune:", help=text, type="tertiary", key=key, on_change="rerun")
    if more.open:
        with more:
            for name in names:
                field(draft, layer, LAYER_CLASSES[layer["kind"]], name, scope=layer["uid"])


def _inside(cost: LayerCost) -> None:
    """Unfold what a block consists of."""
    with st.expander("Inside"):
        st.caption("  \n".join(f"{row.name} → {_shape(row)} · {_price(row)}" for row in cost.inside))


def _fields(layer: Values) -> tuple[list[str], list[str]]:
    """Return the fields that mean something, and those of them that are rarely changed.

    The kind's own stand before those that it shares with others.
    """
    told = controls(LAYER_CLASSES[layer["kind"]])
    names = [name for name in told if told[name].applies(layer)]
    names.sort(key=lambda name: name in Activated.model_fields)
    return [name for name in names if not told[name].rare], [name for name in names if told[name].rare]


def _control(draft: Draft, layer: Values, name: str) -> None:
    cls = LAYER_CLASSES[layer["kind"]]
    field(draft, layer, cls, name, scope=layer["uid"], width=fitting(cls, name))


def _title(layer: Values, place: int, row: LayerCost | None) -> str:
    name = f"**{place + 1} · {LAYER_NAMES[layer['kind']]}**"
    if row is None:
        return name
    return f"{name} → {_shape(row)}" + (f"  \n:small[:gray[{_price(row)}]]" if row.parameters else "")


def _shape(row: LayerCost) -> str:
    return "×".join(str(side) for side in row.output_shape)


def _price(row: LayerCost) -> str:
    return f"{row.parameters:,} parameters · {short_count(row.multiply_adds)} multiply-adds"


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
    work = short_count(cost.multiply_adds)
    return f" · in total {cost.parameters:,} parameters, {work} multiply-adds for an image"


def _add(draft: Draft) -> None:
    """Draw a button for each kind; without keys, as Streamlit looks through all for each field it draws."""
    with st.container(horizontal=True, gap="xsmall"):
        for kind, name in LAYER_NAMES.items():
            st.button(
                name,
                icon=":material/add:",
                help=f"Add {name} as the last layer before the softmax",
                on_click=draft.add_layer,
                args=(LAYER_CLASSES[kind]().model_dump(),),
            )
