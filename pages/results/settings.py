"""What a run was made of."""

from collections.abc import Mapping

import streamlit as st

from core.model.describe import describe
from core.runs.records import Run
from core.words import setting
from pages.shared.table import facts


def configuration(run: Run) -> None:
    """Draw everything the run was made of, for people and as JSON."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Configuration**")
        _pairs(describe(run.spec))
    with right:
        st.markdown("**Data**")
        _pairs(run.data | {"split seed": run.spec.data.split_seed})
        st.markdown("**Environment**")
        _pairs(run.environment)


def _pairs(pairs: Mapping[str, object]) -> None:
    facts({setting(key): str(value) for key, value in pairs.items()})
