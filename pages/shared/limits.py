"""What this server's host allows, said where it matters; nothing where nothing is limited, as on a laptop."""

import streamlit as st

from core.host import host
from core.runs.limits import megabytes, told
from pages.shared.services import plain_errors, store
from pages.shared.visitor import visitor


def limits_note() -> None:
    """Draw what one person may use here, and what this visitor keeps of it, folded away."""
    if sentences := told():
        with st.expander("What this server allows", icon=":material/rule:"):
            st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
            if host().limits.stored_megabytes is not None:
                with plain_errors(go_on=True):
                    st.caption(f"Yours have {megabytes(store().stored_bytes(visitor()))} now.")
