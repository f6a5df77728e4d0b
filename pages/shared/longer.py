"""Training a run longer: the offer, and the new run that goes on where it ended."""

import re

import streamlit as st

from core.model.course import longer
from core.model.specs import MOST_EPOCHS, RunSpec
from core.names import LONGEST, kept
from core.runs.lineage import whole_epochs, why_not
from core.runs.records import Run
from core.words import count, duration
from pages.shared.class_runs import goes_on_in_class
from pages.shared.services import launcher, plain_errors, store
from pages.shared.visitor import visitor

_SUFFIX = re.compile(r", to epoch \d+$")


def train_longer(run: Run) -> Run | None:
    """Draw the offer to go on from a run's last whole epoch; return the run that was started, if any."""
    reason = why_not(run, store().artifact_names(run.id))
    epochs = () if reason else store().history(run.id, max_points=1).epochs
    done = whole_epochs(run, epochs)
    if done >= MOST_EPOCHS:
        reason = f"It has the {MOST_EPOCHS} epochs that a run may have."
    about = reason or "Goes on where it ended, as a new run."
    with st.popover("Train longer", icon=":material/more_time:", help=about, disabled=bool(reason)):
        if reason:
            return None
        st.markdown("**Train longer**")
        st.caption(_told(run, done))
        most = MOST_EPOCHS - done
        more = int(st.number_input("How many epochs more", 1, most, min(5, most), key=f"longer.{run.id}"))
        seconds = next(point.seconds for point in epochs if point.epoch == done)
        st.caption(f"Takes about {duration(more * seconds / done)}.")
        with plain_errors(go_on=True):
            return _starter(run, longer(run.spec, done, more))
    return None


def _starter(run: Run, spec: RunSpec) -> Run | None:
    """Draw the button that starts a run which goes on from another; return the new one when it is started."""
    pupil = goes_on_in_class(run, spec)
    if not st.button("Start", type="primary", icon=":material/play_arrow:", key=f"longer.start.{run.id}"):
        return None
    name = f"{kept(_SUFFIX.sub('', run.name), LONGEST - 16)}, to epoch {spec.epochs}"
    return launcher().launch(spec, name, run.preset, owner=visitor(), parent=run.id, pupil=pupil)


def _told(run: Run, done: int) -> str:
    """Say what goes on and what begins anew."""
    text = (
        f"A new run begins with the weights and the optimizer's state after {count(done, 'epoch')}, and with "
        "the curves until then. This one stays as it is."
    )
    if run.spec.schedule.kind in ("cosine", "one_cycle"):
        text += " Its learning rate rises again and goes through its schedule once more: a warm restart."
    elif run.spec.schedule.kind == "constant":
        text += " It gets the numbers that as many epochs in one go would have given on the same computer."
    if run.spec.early_stopping:
        text += " The patience of early stopping counts anew."
    return text
