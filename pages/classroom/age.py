"""How long a class stays, where the host lets old ones go, and the switch that keeps one."""

import streamlit as st

from core.classes.records import SchoolClass
from core.host import host
from core.words import so_many
from pages.classroom.rights import check_teacher
from pages.shared.services import plain_errors, store

STAYS = "It stays until you delete it."
GOES = (
    "Unless kept, it goes, with its nicknames, {days} after a pupil last joined or began a run, or "
    "you opened it; the runs stay."
)


def age(found: SchoolClass) -> None:
    """Say to its teacher when a class goes."""
    if (days := host().classes.days) is None:
        return
    key = f"kept.{found.id}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Keep this class", found.kept, key=key, on_change=_keep, args=(found.id, key))
        st.caption(STAYS if found.kept else GOES.format(days=so_many(days, "day")), width="stretch")


def _keep(class_id: str, key: str) -> None:
    with plain_errors(go_on=True):
        check_teacher(class_id)
        store().keep_class(class_id, st.session_state[key])
