"""How many folds the images are split into, and which of them validates."""

import streamlit as st

from core.model.specs import Data
from pages.shared.draft import Draft
from pages.train.controls import field


def folds_editor(draft: Draft) -> None:
    """Draw the number of folds and, where there are any, the one that validates."""
    data = draft.values["data"]
    field(draft, data, Data, "folds", "data")
    if data["folds"]:
        field(draft, data, Data, "fold", "data")
        st.caption("One fold of them validates: the validation share does not apply.")
