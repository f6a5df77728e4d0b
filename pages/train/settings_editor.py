"""Everything of a run but its layers: optimizer, learning rate, epochs, data, augmentation."""

import streamlit as st

from core.model import specs
from core.model.describe import OPTIMIZER_NAMES, SCHEDULE_NAMES
from core.model.kind import Frozen, matters
from pages.shared.draft import Draft, Values
from pages.shared.sliders import strength

OPTIMIZERS: dict[str, type[Frozen]] = {
    "sgd": specs.SGD,
    "momentum": specs.Momentum,
    "nesterov": specs.Nesterov,
    "adagrad": specs.Adagrad,
    "rmsprop": specs.RMSprop,
    "adam": specs.Adam,
    "adamw": specs.AdamW,
}
SCHEDULES: dict[str, type[Frozen]] = {
    "constant": specs.Constant,
    "reduce_on_plateau": specs.ReduceOnPlateau,
    "cosine": specs.Cosine,
    "one_cycle": specs.OneCycle,
}
KINDS: dict[str, tuple[str, dict[str, type[Frozen]], dict[str, str], str]] = {
    "optimizer": (
        "Optimizer",
        OPTIMIZERS,
        OPTIMIZER_NAMES,
        "How the weights follow the gradient. Adam is a good start; SGD is the plainest.",
    ),
    "schedule": (
        "Learning-rate schedule",
        SCHEDULES,
        SCHEDULE_NAMES,
        "How the learning rate changes during the run: large steps first, small ones at the end.",
    ),
}
FIELDS: dict[str, tuple[str, float | None, str]] = {
    # field: label, step (None for whole numbers), help
    "momentum": ("Momentum", 0.05, "Share of the last step that is carried into the next."),
    "initial_accumulator_value": (
        "Initial accumulator",
        0.1,
        "What the sums of squared gradients start from.",
    ),
    "rho": ("ρ (rho)", 0.05, "How much of the running mean of squared gradients is kept at each step."),
    "beta_1": ("β₁", 0.05, "How much of the running mean of gradients is kept at each step."),
    "beta_2": ("β₂", 0.001, "How much of the running mean of squared gradients is kept at each step."),
    "epsilon": ("ε (epsilon)", 1e-7, "Keeps the division from zero."),
    "weight_decay": ("Weight decay", 0.001, "Pulls all weights a little towards zero at each step."),
    "factor": ("Factor", 0.1, "What the learning rate is multiplied with on a plateau."),
    "patience": ("Patience (epochs)", None, "How many epochs without improvement are waited for."),
    "min_learning_rate": ("Smallest rate", 1e-5, "The learning rate is never reduced below this."),
    "final_share": ("Final share", 0.01, "What is left of the learning rate at the end, as a share."),
    "warmup_share": ("Warm-up share", 0.05, "Share of all steps in which the rate rises."),
    "start_divisor": ("Start divisor", 5.0, "The rate starts at the learning rate divided by this."),
    "final_divisor": ("Final divisor", 1000.0, "The rate ends at its start divided by this."),
}


def optimizer_editor(draft: Draft) -> None:
    """Draw optimizer, its hyper-parameters and the learning-rate schedule."""
    _kind(draft, "optimizer")
    values = draft.values["optimizer"]
    key = draft.bind(values, "learning_rate", values["kind"])
    st.number_input(
        "Learning rate",
        step=0.0005,
        format="%g",
        key=key,
        help="Size of each step. Too small: slow. Too large: the loss jumps or becomes NaN.",
    )
    _kind(draft, "schedule")
    with st.expander("More settings of both"):
        shown = [_fields(draft, draft.values[part]) for part in ("optimizer", "schedule")]
        if not any(shown):
            st.caption("These two have none besides the learning rate.")


def training_editor(draft: Draft) -> None:
    """Draw epochs, batch size, seed and early stopping."""
    left, right = st.columns(2)
    with left:
        _whole(draft, draft.values, "epochs", "Epochs", "How often every training image is seen.")
        _whole(draft, draft.values, "seed", "Seed", "Same seed, same result: weights, order, dropout.")
    with right:
        _whole(draft, draft.values, "batch_size", "Batch size", "Images for each step of the optimizer.")
        text = "Ends the run once validation loss has not improved for so many epochs; 0 turns it off."
        key = draft.bind(draft.stopping, "patience", "early stopping")
        st.number_input("Early stopping (epochs)", min_value=0, step=1, key=key, help=text)


def data_editor(draft: Draft, pools: dict[str, str]) -> None:
    """Draw source, number of images, validation share and split seed; `pools` maps sources to names."""
    data = draft.values["data"]
    if len(pools) > 1:
        key = draft.bind(data, "source", "data")
        st.selectbox("Source", list(pools), format_func=pools.__getitem__, key=key)
    left, right = st.columns(2)
    with left:
        text = "Drawn from the source, for training and validation together."
        _whole(draft, data, "images", "Images", text, step=1000)
        text = "Which images are drawn and which validate; runs that share it can be compared image by image."
        _whole(draft, data, "split_seed", "Split seed", text)
    with right:
        key = draft.bind(data, "validation_share", "data")
        text = "Share kept aside to validate on."
        st.number_input("Validation share", step=0.05, format="%g", key=key, help=text)


def augmentation_editor(draft: Draft) -> None:
    """Draw a slider for every strength; all zero means off."""
    values = draft.values["augmentation"]
    with st.container(horizontal=True):
        for name in specs.Augmentation.model_fields:
            if matters(specs.Augmentation(**values), name):
                strength(specs.Augmentation, name, key=draft.bind(values, name, "augmentation"))


def _kind(draft: Draft, part: str) -> None:
    """Draw the choice of a kind; another kind starts from its own defaults."""
    label, classes, names, text = KINDS[part]
    key = f"{draft.version}.{part}.kind"
    if key not in st.session_state:
        st.session_state[key] = draft.values[part]["kind"]

    def choose() -> None:
        draft.values[part] = classes[st.session_state[key]]().model_dump()

    st.selectbox(label, list(classes), format_func=names.__getitem__, key=key, on_change=choose, help=text)


def _fields(draft: Draft, values: Values) -> bool:
    """Draw the hyper-parameters that `values` has; return whether there was any."""
    fields = [field for field in values if field in FIELDS]
    for field in fields:
        label, step, text = FIELDS[field]
        if step is None:
            _whole(draft, values, field, label, text, scope=values["kind"])
        else:
            key = draft.bind(values, field, values["kind"])
            st.number_input(label, step=step, format="%g", key=key, help=text)
    return bool(fields)


def _whole(
    draft: Draft, values: Values, field: str, label: str, text: str, step: int = 1, scope: str = ""
) -> None:
    key = draft.bind(values, field, scope)
    st.number_input(label, step=step, key=key, help=text)
