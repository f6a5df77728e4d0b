"""Build a network, train it, watch it live."""

from functools import partial

import streamlit as st

from core.errors import UserError
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.limits import check_spec
from core.runs.pools import check_pool
from core.runs.records import Run
from core.words import duration
from pages.shared.chart import preload
from pages.shared.draft import Draft, current_draft, load_draft
from pages.shared.limits import limits_note
from pages.shared.looks import about_pool
from pages.shared.pools import draw_from, known_pools, pool_uploader
from pages.shared.services import launcher, plain_errors, store
from pages.shared.share import copy_link
from pages.shared.spec_link import keep_linked, open_linked
from pages.shared.visitor import came_from, visitor
from pages.shared.words import escape
from pages.train.importer import spec_importer
from pages.train.layer_editor import layer_editor
from pages.train.more_editor import more_editor
from pages.train.pace import time_to_accuracy
from pages.train.picture import picture, row_keys
from pages.train.settings_editor import augmentation_editor, data_editor, optimizer_editor, training_editor
from pages.train.watched import open_run, watch, watched_run

FIRST = "quick-start"


def train() -> None:
    st.title("Train a network on handwritten digits")
    st.caption(
        "A network sees 28×28 images and learns to name the digit. Pick one below, press **Train** and watch "
        "its mistakes (the loss) shrink, once through all images in each epoch."
    )
    with plain_errors():
        pools = known_pools()
        run = watched_run()
    start, preset = (run.spec, run.preset) if run else (PRESETS[FIRST].spec, FIRST)
    if "draft" not in st.session_state:
        load_draft(start, preset)
    open_linked(start, preset, same_page=came_from("Train"))
    draft = current_draft()
    spec, problem = _checked(draft)
    keep_linked(spec, start)
    run = _start(draft, spec, problem) or run
    if run:
        with st.container(border=True):
            watch(run, row_keys(draft) if _is_drafted(run, spec) else None)
    _configure(draft, pools, None if problem else spec, run)
    limits_note()
    preload()


def _checked(draft: Draft) -> tuple[RunSpec | None, str | None]:
    """Return the draft as a spec, or None, and what keeps it from being trained, or None."""
    spec = None
    try:
        spec = draft.spec()
        check_pool(store(), spec.data)
        check_spec(spec)
    except UserError as error:
        return spec, str(error)
    return spec, None


def _start(draft: Draft, spec: RunSpec | None, problem: str | None) -> Run | None:
    """Draw the choice of a preset, what it is, and the Train button; return the run it started."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"{draft.version}.preset"
        st.selectbox(
            "Preset",
            list(PRESETS),
            index=list(PRESETS).index(draft.preset) if draft.preset else None,
            format_func=lambda name: PRESETS[name].title,
            key=key,
            on_change=lambda: _load(st.session_state[key]),
            placeholder="your own",
            width=420,
        )
        clicked = st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=problem is not None
        )
        spec_importer(draft)
        copy_link("train")
        time_to_accuracy()
    if draft.preset and spec == (preset := PRESETS[draft.preset]).spec:
        st.caption(f"{preset.description} Takes about {duration(60 * preset.minutes)} on two cores.")
    if notice := st.session_state.pop("notice", None):
        st.success(escape(notice), icon=":material/check_circle:")
    if problem:
        st.error(escape(problem), icon=":material/error:")
    if clicked and spec:
        with plain_errors(go_on=True):
            run = launcher().launch(spec, draft.name(spec), draft.preset, owner=visitor())
            open_run(run.id)
            return run
    return None


def _load(name: str | None) -> None:
    if name:
        load_draft(PRESETS[name].spec, name)


def _is_drafted(run: Run | None, spec: RunSpec | None) -> bool:
    """Return whether the network under edit is that of the run above."""
    return run is not None and spec is not None and run.spec.layers == spec.layers


def _configure(draft: Draft, pools: dict[str, str], spec: RunSpec | None, run: Run | None) -> None:
    choose = partial(draw_from, draft)
    if (source := draft.values["data"]["source"]) in pools:
        about_pool(source, choose)
    if not _is_drafted(run, spec):
        picture(draft)
    network, settings = st.columns([7, 4], gap="large")
    with network:
        st.subheader("Layers")
        layer_editor(draft)
    with settings:
        st.subheader("Learning")
        optimizer_editor(draft, spec)
        training_editor(draft)
        more_editor(draft)
        st.subheader("Data")
        data_editor(draft, pools)
        pool_uploader(draft.version, choose)
        st.subheader("Augmentation")
        augmentation_editor(draft)


if __name__ == "__main__":
    train()
