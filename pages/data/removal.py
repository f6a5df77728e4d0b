"""Taking an uploaded data set away again, by whoever brought it."""

import streamlit as st

from core.runs.pools import MNIST, remove_pool
from core.words import count
from pages.shared.answers import forget_images
from pages.shared.services import plain_errors, store
from pages.shared.visitor import may_change


def remove_button(source: str) -> None:
    """Offer to delete the images of a source, if they were uploaded and are this visitor's."""
    if source == MNIST:
        return
    with plain_errors():
        record = store().dataset_record(source)
        trained, _ = store().users_of(source)
    if not may_change(record):
        return
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("**Delete these images for good?**")
        if trained:
            st.caption(
                f"{count(trained, 'run').capitalize()} trained on them: results stay, but which images they "
                "misread can no longer be shown, and they cannot be exported or continued."
            )
        if st.button("Delete for good", type="primary", icon=":material/delete_forever:", key="data.delete"):
            with plain_errors(go_on=True):
                remove_pool(store(), source)
                forget_images()
                st.query_params.pop("pool", None)
                st.session_state["data.notice"] = f"{record.name} was deleted."
                st.rerun()
