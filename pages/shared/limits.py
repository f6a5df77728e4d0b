"""What this server's host allows, said where it matters; nothing where nothing is limited, as on a laptop."""

import streamlit as st

from core.runs.limits import told


def limits_note() -> None:
    """Draw what one person may use here, folded away."""
    if sentences := told():
        with st.expander("What this server allows", icon=":material/rule:"):
            st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
