"""Training a run longer: the offer, and the new run that goes on where it ended."""

import re
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.model.course import longer
from core.model.specs import MOST_EPOCHS, RunSpec
from core.names import LONGEST, kept
from core.runs.lineage import whole_epochs, why_not
from core.runs.records import EpochPoint, Run
from core.runs.status import RunStatus
from core.words import count, duration
from pages.shared.class_runs import goes_on_in_class
from pages.shared.opened import opened
from pages.shared.services import launcher, plain_errors, store
from pages.shared.visitor import visitor

FEW = 5
"""Epochs that a run which came to its end is offered first."""
_SUFFIX = re.compile(r", to epoch \d+$")


def train_longer(run: Run, watch: Callable[[Run], None]) -> None:
    """Draw the offer to go on from a run's last whole epoch, and start a run when it is taken.

    Where it cannot go on, the offer opens too, and says why: a button that is off says nothing to a finger.

    Args:
        watch: shows the run that was started.
    """
    key, icon = f"longer.popover.{run.id}", ":material/more_time:"
    about = "As a new run that goes on where this one ended, if it can."
    opened("Train longer", partial(_offer, watch), run, key, icon, about)


def _why_not(run: Run) -> str:
    reason = why_not(run, () if run.is_live else store().artifact_names(run.id))
    if not reason and run.spec.epochs == MOST_EPOCHS and whole_epochs(run, _epochs(run)) == MOST_EPOCHS:
        reason = f"It has the {MOST_EPOCHS} epochs that a run may have."
    return reason


def _epochs(run: Run) -> Sequence[EpochPoint]:
    return store().history(run.id, max_points=1).epochs


def _offer(watch: Callable[[Run], None], run: Run) -> None:
    st.markdown("**Train longer**")
    if reason := _why_not(run):
        st.info(reason, icon=":material/info:")
        return
    epochs = _epochs(run)
    done = whole_epochs(run, epochs)
    st.caption(_told(run, done))
    most = MOST_EPOCHS - done
    first = min(_lacking(run, done) or FEW, most)
    more = int(st.number_input("How many epochs more", 1, most, first, key=f"longer.{run.id}"))
    seconds = next(point.seconds for point in epochs if point.epoch == done)
    st.caption(f"Takes about {duration(more * seconds / done)}.")
    started = None
    with plain_errors(go_on=True):
        started = _starter(run, longer(run.spec, done, more))
    if started:
        watch(started)


def _lacking(run: Run, done: int) -> int:
    """Return how many epochs a stop took from a run."""
    return max(0, run.spec.epochs - done) if run.status is RunStatus.STOPPED else 0


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
    elif not run.spec.early_stopping:
        text += " It gets the numbers that as many epochs in one go would have given on the same computer."
    if run.spec.early_stopping:
        text += " The patience of early stopping counts anew."
    return text
