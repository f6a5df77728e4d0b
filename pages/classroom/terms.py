"""What a class asks for and until when, in words."""

import streamlit as st

from core.classes.records import SchoolClass
from core.classes.settings import SETTINGS
from core.words import listed, when
from pages.shared.reader import reader_zone


def terms(found: SchoolClass) -> None:
    """Draw the task of a class, what pupils may touch, and its end."""
    st.markdown(f"#### {found.task.sentence()}")
    touched = listed([SETTINGS[name].title for name in found.task.settings]) or "nothing"
    said = [f"Begin with a preset of the class; what may be changed: {touched}."]
    if found.task.sweeps:
        said.append("The runs of sweeps count, too.")
    if found.ends_at is not None:
        said.append(f"Runs count that are begun until {when(found.ends_at, reader_zone())}.")
    st.caption(" ".join(said))
