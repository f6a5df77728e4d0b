"""Build a network, train it, watch it live."""

import streamlit as st

from core.errors import SpecError, UserError
from core.model.specs import RunSpec
from core.runs.limits import check_run
from pages.shared.chart import preload
from pages.shared.draft import Draft, current_draft, load_draft
from pages.shared.limits import limits_note
from pages.shared.membership import Membership, first_offered, membership, offered
from pages.shared.pools import known_pools
from pages.shared.present import leave, present, presented
from pages.shared.run_slides import run_slides
from pages.shared.services import plain_errors, store
from pages.shared.spec_link import keep_linked, open_linked
from pages.shared.visitor import came_from
from pages.train.assignment import assignment, say_if_over
from pages.train.editors import editors
from pages.train.first_look import is_first_look, rest_follows
from pages.train.picture import row_keys
from pages.train.starter import starter
from pages.train.tour import tour
from pages.train.watched import WATCHED, going_on, watch, watched_run
from pages.train.welcome import welcome


def train() -> None:
    if not presented():
        _head()
    with plain_errors():
        pools, run, lesson = known_pools(), watched_run(), membership()
    first = first_offered(lesson)
    start, preset = (run.spec, run.preset) if run else (offered(first, lesson), first)
    begins = is_first_look()
    if "draft" not in st.session_state:
        load_draft(start, preset)
    open_linked(start, preset, same_page=came_from("Train"))
    draft = current_draft()
    spec, problem = _checked(draft, lesson)
    keep_linked(spec, start)
    if presented():
        present(f"Train · {run.name}", run_slides(run)) if run else leave()
        return
    if lesson:
        assignment(lesson, spec)
    else:
        say_if_over()
    # What comes and goes has places of its own: else all below would move on, and be drawn from nothing.
    greeting, beginning, watched = st.container(), st.container(), st.container()
    with beginning:
        run = starter(draft, spec, problem, lesson) or run
    if not run:
        with greeting:
            going_on()
            if not lesson:
                welcome()
    if begins:
        rest_follows()
        return
    drafted = run is not None and spec is not None and run.spec.layers == spec.layers
    if run:
        with watched, st.container(border=True, key=WATCHED):
            watch(run, row_keys(draft) if drafted else None)
    editors(draft, pools, None if problem else spec, lesson, pictured=drafted)
    limits_note()
    tour()
    preload()


def _head() -> None:
    st.title("Train a network on handwritten digits")
    st.caption(
        "A network sees 28×28 images and learns to name the digit. Pick one below, press **Train** and watch "
        "its mistakes (the loss) shrink, once through all images in each epoch."
    )


def _checked(draft: Draft, lesson: Membership | None) -> tuple[RunSpec | None, str | None]:
    """Return the draft as a spec, or None, and what keeps it from being trained, or None."""
    spec = None
    try:
        spec = draft.spec()
        check_run(store(), spec)
        if lesson and lesson.school_class.task.refusal(spec):
            raise SpecError("Your class does not let this be trained: one rule above says why.")
    except UserError as error:
        return spec, str(error)
    return spec, None


if __name__ == "__main__":
    train()
