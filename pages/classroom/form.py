"""The form in which a teacher says what a class asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from core.classes.records import SchoolClass
from core.classes.settings import SETTINGS
from core.classes.task import Task, task
from core.model.presets import PRESETS
from core.model.specs import MOST_EPOCHS
from pages.shared.reader import reader_zone

START = Task(
    parameters=50_000,
    epochs=5,
    presets=("quick-start", "lenet-5", "mlp", "broken-on-purpose"),
    settings=("layers", "optimizer", "epochs", "more", "augmentation"),
)
"""What a new class's form begins with: its first preset keeps the rules, and all have the same images."""


@dataclass(frozen=True)
class Filled:
    """What a teacher filled in."""

    name: str
    values: dict[str, Any]
    ends_at: float | None

    def task(self) -> Task:
        """Return what the class asks for.

        Raises:
            UserError: it cannot be asked.
        """
        asked = task(self.values)
        asked.check_possible()
        return asked


def class_fields(known: SchoolClass | None = None) -> Filled:
    """Draw the fields of a class, those of a new one or of one that is there, inside of a form."""
    asked, key = known.task if known else START, known.id if known else "new"
    name = st.text_input("Name of the class", known.name if known else "", max_chars=80, key=f"name.{key}")
    values: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wished = st.number_input(
            "Accuracy wanted (%)", 1.0, 100.0, 100 * asked.accuracy, 0.1, "%.2f", key=f"accuracy.{key}"
        )
        values["accuracy"] = round(wished / 100, 6)
        values["parameters"] = _limit("Parameters under", asked.parameters, 1, 1000, key)
        values["epochs"] = _limit("Epochs at most", asked.epochs, 1, 1, key, MOST_EPOCHS)
        values["minutes"] = _limit("Minutes at most", asked.minutes, 0.1, 0.5, key)
        values["images"] = _limit("Images at most", asked.images, 2, 1000, key)
    values["presets"] = st.multiselect(
        "Presets that pupils may begin with",
        list(PRESETS),
        list(asked.presets),
        format_func=lambda one: PRESETS[one].title,
        key=f"presets.{key}",
    )
    values["settings"] = st.pills(
        "Settings that pupils may touch",
        list(SETTINGS),
        selection_mode="multi",
        default=list(asked.settings),
        format_func=lambda one: SETTINGS[one].title,
        key=f"settings.{key}",
        wrap=True,
        help="All else stays as the preset has it. Networks that were measured on the same images can be "
        "compared best: leave “images and their split” alone for that.",
    )
    values["sweeps"] = st.toggle(
        "The runs of pupils' sweeps count, too",
        asked.sweeps,
        key=f"sweeps.{key}",
        help="A sweep tries settings by itself, run after run. Off: sweeps belong to no class.",
    )
    return Filled(name, values, _until(known, key))


def _limit(label: str, value: Any, least: Any, step: Any, key: str, most: Any = None) -> Any:
    kept = _first(f"{label}.{key}", value)
    return st.number_input(label, least, most, None, step, key=kept, placeholder="no limit")


def _first(key: str, value: Any) -> str:
    """Have a field begin with a value and return its key: one that is told its value cannot be emptied."""
    st.session_state.setdefault(key, value)
    return key


def _until(known: SchoolClass | None, key: str) -> float | None:
    """Draw until when runs count, in the reader's zone."""
    zone = reader_zone()
    ends_at = known.ends_at if known else None
    now = None if ends_at is None else datetime.fromtimestamp(ends_at, zone).replace(tzinfo=None)
    chosen = st.datetime_input(
        f"Runs count that are begun until ({zone})",
        None,
        key=_first(f"until.{key}", now),
        help="Empty: the class has no end.",
        width=420,
    )
    return None if chosen is None else chosen.replace(tzinfo=zone).timestamp()
