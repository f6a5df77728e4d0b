"""What a look at a sweep finds, and how far the sweep is."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.figures.sweep import values_text
from core.runs.leases import SILENCE
from core.runs.records import Group, Run
from core.runs.watch import Watch
from core.sweeps.budget import counted, minutes
from core.sweeps.saved import definition
from core.sweeps.space import Sweep
from core.sweeps.trials import Trial, trials
from core.words import count, so_many
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

TICK = 1.0
"""Seconds between two looks at a sweep that goes on."""
_heartbeats = Watch()


@dataclass(frozen=True)
class Seen:
    """A sweep as it stands: what it is to try, and its runs as trials of it, in their order."""

    group: Group
    sweep: Sweep
    runs: list[Run]
    known: list[Trial]

    @property
    def ended(self) -> list[Trial]:
        return [trial for trial in self.known if not trial.is_live]

    @property
    def goes_on(self) -> bool:
        """Whether anything of it may still change."""
        return self.group.status == "running" or len(self.ended) < len(self.known)

    @property
    def share(self) -> float:
        """Which share of its runs or minutes is used up."""
        shares = [counted(self.ended) / self.sweep.runs] if self.sweep.runs else []
        shares += [minutes(self.ended) / self.sweep.minutes] if self.sweep.minutes else []
        return min(1.0, max(shares))


def living(group: Group) -> bool:
    """Return whether anything of a sweep may still change, without looking at all of it."""
    with plain_errors():
        return group.status == "running" or any(run.is_live for run in store().runs(group.id))


def seen(group_id: str, was_living: bool) -> Seen:
    """Return a sweep as it stands; one that has ended since the page was drawn has the page drawn anew."""
    with plain_errors():
        group = store().group(group_id)
        sweep = definition(group)
        runs = store().runs(group_id)
        epochs = {run.id: store().history(run.id, max_points=1).epochs for run in runs if run.is_live}
    now = Seen(group, sweep, runs, trials(sweep, runs, epochs))
    if was_living and not now.goes_on:
        st.rerun()
    return now


def state(now: Seen) -> None:
    """Say how far the sweep is and what it does just now."""
    if now.group.status != "running":
        return
    done, sweep = counted(now.ended), now.sweep
    words = f"{done} of {so_many(sweep.runs, 'run')}" if sweep.runs else count(done, "run")
    if sweep.minutes:
        words += f" · {minutes(now.ended):.1f} of {so_many(sweep.minutes, 'minute')}"
    st.progress(now.share, words)
    for trial in now.known:
        if trial.is_live:
            st.caption(f"Run {trial.number}, {_doing(trial)}: {escape(values_text(trial, sweep.labels))}")
    if _heartbeats.silent({now.group.id: now.group.heartbeat_at}, 2 * SILENCE):
        st.info(
            "No server looks after this sweep just now; it goes on when one does.", icon=":material/info:"
        )


def _doing(trial: Trial) -> str:
    return (
        "waits for its turn"
        if trial.state == "waiting"
        else f"{trial.state}, {trial.epochs} of {so_many(trial.planned, 'epoch')}"
    )


def epochs_of(trial: Trial) -> str:
    return f"{trial.epochs} of {trial.planned}"


def with_score(known: Sequence[Trial]) -> int:
    """Return how many trials have ended with a score."""
    return sum(trial.score is not None and not trial.is_live for trial in known)
