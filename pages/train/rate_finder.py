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
        asks: whether the next look asks; the first after the whole page was drawn does not, so that the rest
            of the page does not wait for it.
    """

    name: str
    spec_json: str
    about: str
    sweep: RateSweep | None = None
    fault: str = ""
    asks: bool = False

    @property
    def is_under_way(self) -> bool:
        return not self.fault and (self.sweep is None or not self.sweep.is_over)


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
        if search.is_under_way and not stale:
            search.asks = False
            st.fragment(_go_on, run_every=TICK)(search, rate)
        else:
            _ended(draft, search, rate, stale)


def _begin(spec: RunSpec) -> None:
    st.session_state[KEY] = Search(uuid.uuid4().hex, spec.to_json(), _about(spec))


def _about(spec: RunSpec) -> str:
    """Return what a search depends on: all but the rate, its schedule and how long is trained."""
    values = spec.model_dump(mode="json", exclude=set(_ELSEWHERE))
    del values["optimizer"]["learning_rate"]
    return json.dumps(values)


def _go_on(search: Search, rate: float) -> None:
    """Draw how far the search is, then ask for a little more: what is drawn first does not fade."""
    sweep = search.sweep
    seen = len(sweep.rates) if sweep else 0
    words = f"{seen} batches at rising rates" if seen else "Building the network takes some seconds"
    st.progress(sweep.share if sweep else 0.0, words)
    if sweep and seen:
        chart(rate_figure(sweep, None, rate), "train.rate", f"Loss over the learning rate, {words}")
    _close_button("Stop")
    if not search.asks:
        search.asks = True
        return
    try:
        search.sweep = ask(sweep_further, store().url, search.name, search.spec_json, seen)
    except UserError as error:
        search.fault = str(error)
    if not search.is_under_way:
        st.rerun()


def _ended(draft: Draft, search: Search, rate: float, stale: bool) -> None:
    found = None
    if search.fault:
        st.error(escape(search.fault), icon=":material/error:")
    elif sweep := search.sweep:
        found = suggestion(sweep)
        told = _told(sweep, found)
        chart(rate_figure(sweep, found, rate), "train.rate", f"Loss over the learning rate. {told}")
        st.caption(told)
    if stale:
        st.caption("You have changed the configuration since: this was measured before that.")
    with st.container(horizontal=True):
        if found:
            _take_button(draft, found, rate)
        _close_button("Close")


def _told(sweep: RateSweep, found: Suggestion | None) -> str:
    measured = f"Loss of {len(sweep.rates)} batches of {sweep.batch_size:,} training images, from new weights"
    if found is None:
        return f"{measured}: at no rate did it fall clearly. Look at the network, or choose a larger batch."
    return (
        f"{measured}. Shaded are the rates worth trying, {found.low:.1g} to {found.high:.1g}: between a "
        "tenth of the rate with the lowest loss and the one at which it fell most steeply. The lower end is "
        "the safe one; a schedule that only touches its peak bears more. Dotted is the rate as it is set."
    )


def _take_button(draft: Draft, found: Suggestion, rate: float) -> None:
    """Draw the button that sets the learning rate to the lower end."""
    st.button(
        f"Take {found.taken:g}",
        type="primary",
        key="rate.take",
        disabled=rate == found.taken,
        help="This is the learning rate above." if rate == found.taken else None,
        on_click=lambda: draft.put(draft.values["optimizer"], "learning_rate", found.taken),
    )


def _close_button(label: str) -> None:
    if st.button(label, icon=":material/close:", type="tertiary", key="rate.close"):
        st.session_state.pop(KEY, None)
        st.rerun()
