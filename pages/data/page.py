"""The data: what the network gets, how it is prepared, and what may be wrong with it."""

import streamlit as st

from core.data.dataset import Dataset
from core.runs.pools import MNIST, load_pool
from core.runs.records import DatasetRecord
from pages.data.audit import audit
from pages.data.augmentation import augmentation_preview
from pages.data.normalise import why_normalise
from pages.data.overview import overview
from pages.data.removal import remove_button
from pages.data.suspects import suspects
from pages.shared.choice import follow, one_of
from pages.shared.limits import limits_note
from pages.shared.looks import about_pool
from pages.shared.pools import known_pools, notice, pool_uploader, train_on
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

PICKED = "picked.pool"
PARTS = ("Overview", "Why normalise", "Augmentation", "Leaks and duplicates", "Suspect labels")


def data() -> None:
    st.title("Data")
    st.markdown(
        "Handwritten digits, 28×28 pixels each, and for every one its **label**: the digit it shows. "
        "Everything a network can learn is in here, and so is everything that can mislead it."
    )
    with plain_errors():
        source = _source()
        pool = load_pool(store(), source)
    about_pool(source, _choose)
    part = one_of("Look at", PARTS, default=PARTS[0], key="part")
    with plain_errors(go_on=True):
        _draw(part, pool, source)
    limits_note()


def _source() -> str:
    """Draw the choice of images, kept in the address as `?pool=`; return what a spec names them by."""
    if told := st.session_state.pop("data.notice", None):
        st.success(escape(told), icon=":material/check:")
    pools = known_pools()
    asked = st.query_params.get("pool", MNIST)
    if asked not in pools:
        st.warning("The images of this link are not kept here: MNIST is shown.", icon=":material/link_off:")
    follow(PICKED, asked if asked in pools else MNIST)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            "Images", list(pools), format_func=pools.__getitem__, key=PICKED, on_change=_address, width=420
        )
        with st.popover("Use your own", icon=":material/upload_file:"):
            pool_uploader("data", _choose)
        _train_button(str(source))
        remove_button(str(source))
    return str(source)


def _train_button(source: str) -> None:
    """Offer to train what is in the editor on one's own images: the way on from an upload."""
    if source == MNIST:
        return
    if st.button("Train on these images", icon=":material/play_circle:", type="primary"):
        train_on(source)


def _address() -> None:
    st.query_params["pool"] = st.session_state[PICKED]


def _choose(record: DatasetRecord, how: str) -> None:
    st.query_params["pool"] = record.fingerprint
    st.session_state["data.notice"] = notice(record, how)
    st.rerun()


def _draw(part: str, pool: Dataset, source: str) -> None:
    if part == "Overview":
        overview(pool, source)
    elif part == "Why normalise":
        why_normalise()
    elif part == "Augmentation":
        augmentation_preview(pool, source)
    elif part == "Leaks and duplicates":
        audit(pool, source)
    else:
        suspects(pool, source)


if __name__ == "__main__":
    data()
