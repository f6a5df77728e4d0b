"""Over-fitting: training against validation curves of two networks, with and without what helps."""

from collections.abc import Callable
from functools import partial
from itertools import product

import streamlit as st

from core.concepts.overfitting import EPOCHS, NETWORKS, VARIANTS, Variant
from core.figures.curves import METRICS
from core.figures.overlay import Curve, Look, overlay
from core.figures.style import SERIES, SYMBOLS
from pages.ideas.overfitting.curves import TRAINED, VALIDATED, Trained, gap_table, trained
from pages.shared.chart import chart
from pages.shared.lesson import experiment, formula, idea
from pages.shared.present import Slides, presented
from pages.shared.services import plain_errors

HELP = {
    "Neither": (False, False),
    "Dropout": (True, False),
    "Augmentation": (False, True),
    "Both": (True, True),
}
LOOKS = {
    variant: Look(color, symbol) for variant, color, symbol in zip(VARIANTS, SERIES, SYMBOLS, strict=False)
}


def overfitting() -> None:
    idea("Overfitting", _intro, _slides() if presented() else _parts(), _try_it)


def _parts() -> Slides:
    return {"Training against validation": partial(_chosen, _draw, _numbers)}


def _slides() -> Slides:
    return {
        "Training against validation": partial(_chosen, _draw),
        "The gap in numbers": partial(_chosen, _numbers),
    }


def _intro() -> None:
    st.markdown(
        "A network that has room enough can learn its training images **by heart**. Its training loss goes "
        "on falling, while on images it never saw, the validation images, it stops getting better or gets "
        "worse. More layers have more room. **Dropout** and **augmentation** make learning by heart hard."
    )
    formula(
        r"\text{gap} = L_\text{validation} - L_\text{training}",
        meaning="The distance from the dotted to the solid curve below. It should be small, and both losses "
        "low.",
    )


def _chosen(*parts: Callable[[list[Trained]], None]) -> None:
    chosen = _choose()
    if chosen:
        with plain_errors():
            shown = trained(chosen)
        for draw in parts:
            draw(shown)
    else:
        st.info("Choose at least one network and one way above.", icon=":material/info:")


def _choose() -> list[Variant]:
    """Draw the choice of networks and of what helps them; return what is to be shown."""
    with st.container(horizontal=True, gap="medium"):
        networks = st.pills(
            "Networks",
            NETWORKS,
            selection_mode="multi",
            default=NETWORKS,
            key="networks",
            bind="query-params",
            wrap=True,
        )
        ways = st.pills(
            "Helped by",
            HELP,
            selection_mode="multi",
            default=["Neither"],
            key="help",
            bind="query-params",
            wrap=True,
        )
    return [Variant(network, *HELP[way]) for network, way in product(networks, ways)]


def _draw(shown: list[Trained]) -> None:
    names = [one.variant.name for one in shown]
    curves = [
        Curve(name, name, LOOKS[one.variant], one.histories) for name, one in zip(names, shown, strict=True)
    ]
    log = st.toggle("Logarithmic loss", key="log", bind="query-params")
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            label = (
                f"Training and validation {metric} over {EPOCHS} epochs: {'; '.join(names)}; see the table"
            )
            chart(overlay(curves, metric, log=log), f"overfitting.{metric}", label)
    st.caption(
        "Solid: validation. Dotted: training. **What to see:** without help the training loss goes to zero "
        "and the gap opens. With dropout or augmentation the dotted curve lies higher, near the solid one or "
        "above it: only training got harder, validation uses the whole network on unchanged images."
    )


def _numbers(shown: list[Trained]) -> None:
    st.dataframe(gap_table(shown), hide_index=True, height="content")
    st.caption(
        f"Trained on {TRAINED:,} images with Adam, validated on {VALIDATED:,} others. One seed tells "
        "little about differences smaller than the intervals. `python -m benchmarks.overfitting` trains the "
        "curves that come with the app again; your own finished runs take their place."
    )


def _try_it() -> None:
    variants = {variant.name: variant for variant in VARIANTS}
    name = st.selectbox("Train one of them yourself", list(variants), key="variant")
    experiment(
        variants[name].spec,
        "Open it on the Train page",
        "Watch the distance between the curves; then change one thing: fewer images, another dropout rate.",
    )


if __name__ == "__main__":
    overfitting()
