"""Images that occur twice: within and across training, validation, test and an uploaded file."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data import mnist
from core.data.audit import MNIST_TRAINING, SPARE, TEST, Audit, Copy, Part, part, pool_part, split_parts
from core.data.audit import audit as audited
from core.data.dataset import Dataset
from core.data.kaggle import Reading, read_either
from core.figures.concepts.audit import shared_images
from core.figures.sheet import sheet
from core.model.specs import Data
from core.names import kept, shortened
from core.runs.pools import MNIST
from core.words import count
from pages.data.split import split_settings
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.uploads import upload
from pages.shared.words import escape

SHOWN = 32
OTHER = "audit.other"
Pictures = dict[str, np.ndarray]


def audit(pool: Dataset, source: str) -> None:
    """Draw which images of a pool, of MNIST's test set and of another file are the same."""
    st.subheader("Leaks and duplicates")
    st.markdown(
        "A **leak** is an image that the network trains on and is then examined with: the result is too "
        "good to be true. Every image is compared with every other by its hash, so identical ones are "
        "found, similar ones are not."
    )
    _left_out(source)
    st.fragment(_audit)(pool, source)


def _left_out(source: str) -> None:
    """Name an upload that held test images as such, for as long as it is kept."""
    with plain_errors(go_on=True):
        record = next((one for one in store().datasets() if one.fingerprint == source), None)
        if record is not None and record.dropped:
            st.warning(
                f"{escape(record.name)} held {count(record.dropped, 'image')} of MNIST's test set: left out "
                "when it was read, so the sets below are without them.",
                icon=":material/warning:",
            )


def _audit(pool: Dataset, source: str) -> None:
    data = split_settings("audit", len(pool.images))
    other = _other()
    with plain_errors(go_on=True):
        parts = [*_pool_parts(source, data, pool), *_known(source)]
        pictures = {one.name: pool.images for one in parts} | {TEST: mnist.test().images}
        if source != MNIST:
            pictures[MNIST_TRAINING] = mnist.training().images
        if other is not None:
            parts.append(other[0])
            pictures[other[0].name] = other[1]
        _report(audited(parts), pictures, other[0].name if other else None)


@st.cache_data(max_entries=4, show_spinner=False)
def _pool_parts(source: str, data: Data | None, _pool: Dataset) -> list[Part]:
    whole = _whole(source, _pool)
    return split_parts(whole, data) if data else [whole]


@st.cache_data(max_entries=2, show_spinner="Hashing images …")
def _whole(source: str, _pool: Dataset) -> Part:
    """Return the pool's images; hashing them takes longer than all that a slider changes."""
    return pool_part(_pool)


@st.cache_data(max_entries=2, show_spinner="Hashing images …")
def _known(source: str) -> list[Part]:
    """Return MNIST's test set, and its training set where the pool is another one."""
    test = mnist.test()
    known = [part(TEST, test.images, test.labels)]
    if source != MNIST:
        training = mnist.training()
        known.insert(0, part(MNIST_TRAINING, training.images, training.labels))
    return known


def _other() -> tuple[Part, np.ndarray] | None:
    """Draw an uploader for a file to compare with; return its images as a part, and themselves."""
    uploaded = upload(
        "Compare with a file: Kaggle's train.csv or test.csv, plain, zipped or gzipped, or a zip of pictures "
        "in folders 0 to 9",
        "audit.upload",
        _read,
        hint="With or without labels. It is only compared, not kept.",
    )
    if uploaded is not None:
        st.session_state[OTHER] = uploaded
    found: tuple[Part, Reading] | None = st.session_state.get(OTHER)
    if found is None:
        return None
    compared, read = found
    if read.how:
        st.caption(escape(read.how))
    st.button(
        f"Compare with {escape(compared.name)} no more",
        icon=":material/close:",
        on_click=st.session_state.pop,
        args=(OTHER, None),
    )
    return compared, read.images


def _read(file: Any) -> tuple[Part, Reading]:
    """Return a file's images.

    Raises:
        UserError: they cannot be read.
    """
    found = read_either(file, file.name)
    return part(f"file {shortened(kept(file.name))}", found.images, found.labels), found


def _report(found: Audit, pictures: Pictures, uploaded: str | None) -> None:
    if uploaded:
        _judge(found, uploaded)
    chart(
        drawn(shared_images, found.names, found.shared),
        "audit.shared",
        f"Table of shared images. {_told(found)}",
    )
    st.caption(
        "Read along a row. On the diagonal: images that have a twin within their own set. " + _told(found)
    )
    sizes = {"set": found.names, "images": [f"{size:,}" for size in found.sizes]}
    table = pd.DataFrame(
        sizes | {f"also in {name}": found.shared[:, at] for at, name in enumerate(found.names)}
    )
    with st.expander("As a table"):
        grid(table, height="content")
    _gallery(found, pictures)


def _judge(found: Audit, uploaded: str) -> None:
    """Say what an uploaded file has to do with the sets here."""
    leaked = found.copies(uploaded, TEST)
    size = int(found.sizes[found.names.index(uploaded)])
    others = [name for name in found.names if name not in (uploaded, TEST, SPARE)]
    trained = {name: found.copies(uploaded, name) for name in others}
    name = escape(uploaded)
    if leaked:
        st.error(
            f"{leaked:,} of the {size:,} images of {name} are in MNIST's test set: a network trained on "
            "this file has seen the answers of the test.",
            icon=":material/warning:",
        )
    for other, number in trained.items():
        if number:
            st.warning(
                f"{number:,} of the {size:,} images of {name} are also in {other}: a score on them is no "
                "score.",
                icon=":material/warning:",
            )
    if SPARE in found.names and (spare := found.copies(uploaded, SPARE)):
        st.info(
            f"{spare:,} of the {size:,} images of {name} are also among those not drawn: with other settings "
            "a network may have trained on them.",
            icon=":material/info:",
        )
    elif not leaked and not any(trained.values()):
        st.success(f"No image of {name} is in any of the other sets.", icon=":material/check:")


def _told(found: Audit) -> str:
    across = sum(found.copies(a, b) for i, a in enumerate(found.names) for b in found.names[i + 1 :])
    within = int(np.trace(found.shared))
    if not len(found.groups):
        return "No image occurs twice."
    return (
        f"Twins in the same set: {count(within, 'image')}; in another: {count(across, 'image')}; with "
        f"different labels: {count(found.contradictory, 'group')}."
    )


def _gallery(found: Audit, pictures: Pictures) -> None:
    if not len(found.groups):
        return
    groups = [found.groups[at] for at in range(min(SHOWN, len(found.groups)))]
    images = [pictures[group[0].part][group[0].place] for group in groups]
    notes = ["/".join(dict.fromkeys(_label(copy) for copy in group)) for group in groups]
    title = f"Images that occur more than once: {len(groups)} of {len(found.groups):,}"
    chart(
        drawn(sheet, np.stack(images), title, notes=notes),
        "audit.gallery",
        f"{title}; their labels: {', '.join(notes)}",
    )
    rows = [
        {"labels": note, "copies": len(group), "where": _where(group)}
        for note, group in zip(notes, groups, strict=True)
    ]
    grid(pd.DataFrame(rows))
    st.caption("Those whose copies bear different labels come first. Rows are counted from 1.")


def _label(copy: Copy) -> str:
    return "?" if copy.label is None else str(copy.label)


def _where(group: Sequence[Copy]) -> str:
    named = [f"{copy.part} row {copy.place + 1}" for copy in group[:4]]
    return ", ".join(named) + (" …" if len(group) > 4 else "")
