"""How a lesson goes, for a teacher who has never held one with this; also on paper, for whoever stands in."""

from pathlib import Path

import streamlit as st

from core.classes.records import SchoolClass
from core.model.presets import PRESETS
from core.training.capacity import workers
from core.training.cluster import scheduler
from core.words import count, duration
from pages.shared.paper import print_button
from pages.shared.services import plain_errors, store

PLAN = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
USUAL = 25
"""So many pupils, or as many as have joined already, are thought to train at once."""


def lesson(found: SchoolClass) -> None:
    """Draw the plan of a lesson, how long its runs take in turn, and the button that prints both."""
    st.markdown(PLAN)
    with plain_errors(go_on=True):
        if said := _turns(found):
            st.markdown(said)
    print_button("For whoever stands in: this sheet, a device with a browser and the word are enough.")


def _turns(found: SchoolClass) -> str | None:
    """Return how long all wait where each trains once, or None where others train this server's runs."""
    if scheduler() or not (at_once := workers()):
        return None
    preset = PRESETS[found.task.presets[0]]
    begun = found.task.begun(preset.spec)
    share = begun.epochs * begun.data.images / (preset.spec.epochs * preset.spec.data.images)
    there = sum(not pupil.hidden for pupil in store().pupils(found.id))
    seconds, many = 60 * preset.minutes * share, max(there, USUAL)
    alone, last = duration(seconds), duration(seconds * many / at_once)
    return (
        f"**How long it takes.** This server trains {count(at_once, 'run')} at a time. “{preset.title}” "
        f"takes about {alone} on two cores, so when {many} pupils press *Train* at once, the last is done "
        f"after {last}. Pairs at one device, fewer epochs or fewer images make that shorter."
    )
