"""The learning-rate finder: a button beside the learning rate, and below it what the search has found."""

import json
import uuid
from dataclasses import dataclass

import streamlit as st

from core.analysis.rate_range import RateSweep, Suggestion, suggestion
from core.errors import UserError
from core.figures.rate_range import rate_figure
from core.inference.rate_sweep import sweep_further
from core.model.specs import RunSpec
from pages.shared.asking import ask
from pages.shared.chart import chart
from pages.shared.draft import Draft
from pages.shared.services import store
from pages.shared.words import escape

KEY = "rate finder"
TICK = 0.2
"""Seconds between two questions of a search."""
_ELSEWHERE = ("schedule", "epochs", "early_stopping")
"""Settings that a search does not depend on, besides the learning rate itself."""


@dataclass
class Search:
    """A visitor's search, under way or ended.

    Attributes:
        name: its own, for the worker.
        spec_json: what is trained.
        about: what of that it depends on.
    """

    name: str
    spec_json: str
    about: str
    sweep: RateSweep | None = None
    fault: str = ""


def find_button(spec: RunSpec | None) -> None:
    """Draw the button that begins a search for the draft; `spec` is None where that cannot be trained."""
    st.button(
        "Find",
        icon=":material/troubleshoot:",
        key="rate.find",
        help="Trains your network for some seconds while the learning rate rises from batch to batch, and "
        "shows at which rates the loss falls (Smith 2017). Nothing of it is kept.",
        disabled=spec is None,
        on_click=_begin,
        args=(spec,),
    )


def found_rate(draft: Draft, spec: RunSpec | None) -> None:
    """Draw the search of this visitor, if there is one; it goes on while the page is open."""
    search: Search | None = st.session_state.get(KEY)
    if search is None:
        return
    rate = draft.values["optimizer"]["learning_rate"]
    stale = spec is not None and _about(spec) != search.about
    with st.container(border=True):
        if search.fault:
            st.error(escape(search.fault), icon=":material/error:")
        elif search.sweep is None or not search.sweep.is_over:
            st.fragment(_go_on, run_every=None if stale else TICK)(search, rate, stale)
        else:
            _ended(draft, search.sweep, rate, stale)
        st.button("Close", icon=":material/close:", type="tertiary", key="rate.close", on_click=_close)


def _begin(spec: RunSpec) -> None:
    st.session_state[KEY] = Search(uuid.uuid4().hex, spec.to_json(), _about(spec))


def _close() -> None:
    st.session_state.pop(KEY, None)


def _about(spec: RunSpec) -> str:
    """Return what a search depends on: all but the rate, its schedule and how long is trained."""
    values = spec.model_dump(mode="json", exclude=set(_ELSEWHERE))
    del values["optimizer"]["learning_rate"]
    return json.dumps(values)


def _go_on(search: Search, rate: float, stale: bool) -> None:
    """Draw how far the search is, then ask for a little more: what is drawn first does not fade."""
    sweep = search.sweep
    if stale:
        st.caption("You have changed the configuration: begin the search once more.")
        return
    seen = len(sweep.rates) if sweep else 0
    share = sweep.share if sweep else 0.0
    words = f"{seen} batches so far" if seen else "The network is built, which takes some seconds"
    st.progress(share, f"The rate rises: {words}." if seen else f"{words}.")
    if sweep and seen:
        chart(rate_figure(sweep, None, rate), "train.rate", f"Loss over the learning rate, {words}")
    try:
        search.sweep = ask(sweep_further, store().url, search.name, search.spec_json, seen)
    except UserError as error:
        search.fault = str(error)
    if search.fault or (search.sweep and search.sweep.is_over):
        st.rerun()


def _ended(draft: Draft, sweep: RateSweep, rate: float, stale: bool) -> None:
    found = suggestion(sweep)
    told = _told(sweep, found)
    chart(rate_figure(sweep, found, rate), "train.rate", f"Loss over the learning rate. {told}")
    st.caption(told)
    if stale:
        st.caption("You have changed the configuration since: this was found for the one before.")
    if found:
        put = (draft, found.taken)
        st.button(f"Take {found.taken:g}", type="primary", key="rate.take", on_click=_take, args=put)


def _told(sweep: RateSweep, found: Suggestion | None) -> str:
    measured = f"Loss of {len(sweep.rates)} batches of {sweep.batch_size:,} training images"
    if found is None:
        return f"{measured}: at no rate did it fall clearly. Look at the network, or choose a larger batch."
    return (
        f"{measured}, from untrained weights. Shaded are the rates worth trying, {found.low:.1g} to "
        f"{found.high:.1g}: between a tenth of the rate with the lowest loss and the one at which it fell "
        "most steeply. The lower end is the safe one; a schedule that only touches its peak bears more."
    )


def _take(draft: Draft, rate: float) -> None:
    draft.put(draft.values["optimizer"], "learning_rate", rate)
