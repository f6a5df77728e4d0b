"""Why pixels are divided by 255: the same small network trained on 0…1 and on 0…255."""

import numpy as np
import pandas as pd
import streamlit as st

from core.concepts.normalise import BATCH, DESIGN, SHOWN, STEPS, Descent, descent
from core.figures.concepts.normalise import descents
from core.model.experiments import EXPERIMENTS
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.lesson import experiment, formula

RATES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SEEDS = 3
LARGEST = 255.0


def why_normalise() -> None:
    """Draw the losses of real trainings on normalised and on raw pixels, to be run again."""
    st.subheader("Why normalise")
    st.markdown(
        "Every pixel is divided by 255 before a network sees it: numbers from 0 to 1 in place of 0 to 255. "
        "It takes the lighting of the picture out, and gradient descent gets down faster."
    )
    formula(
        r"x' = \frac{x - x_{\min}}{x_{\max} - x_{\min}} = \frac{x}{255}",
        meaning="x: a pixel as stored, 0 (ground) to 255 (ink); x′: what the network reads.",
    )
    _trainings()
    experiment(
        EXPERIMENTS["quick-start-0-255"].spec,
        "Train on grey values from 0 to 255",
        "The quick start behind a layer *Rescaling* that multiplies by 255: compare its first epochs with "
        "those of the quick start. What five seeds of each came to is on the page *The presentation*.",
    )


@st.fragment
def _trainings() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = st.select_slider(
            "Learning rate", RATES, 0.2, format_func=_short, key="normalise.rate", width=300
        )
        raw = st.select_slider(
            "Another one for 0 to 255",
            RATES,
            1e-4,
            format_func=_short,
            key="normalise.raw",
            width=300,
            help="Perhaps large pixels only need smaller steps? Try.",
        )
        first = int(st.session_state.get("normalise.seed", 0))
        if st.button("Run again with other seeds", icon=":material/replay:"):
            first += SEEDS
            st.session_state["normalise.seed"] = first
    chosen = {
        f"0 to 1, rate {_short(rate)}": (1.0, rate),
        f"0 to 255, rate {_short(rate)}": (LARGEST, rate),
        f"0 to 255, rate {_short(raw)}": (LARGEST, raw),
    }
    seeds = range(first, first + SEEDS)
    trained = {name: [_descent(*how, seed) for seed in seeds] for name, how in chosen.items()}
    table = pd.DataFrame([_row(name, found) for name, found in trained.items()])
    told = "; ".join(f"{row['pixels']}: {row['accuracy on other digits']}" for _, row in table.iterrows())
    chart(
        drawn(descents, trained),
        "normalise.losses",
        f"Losses over {STEPS} steps. Accuracy afterwards: {told}",
    )
    st.dataframe(table, hide_index=True, height="content")
    st.caption(
        f"The same network ({DESIGN.hidden[0]} hidden units), the same weights to begin with and the same "
        f"mini-batches of {BATCH} real digits; seeds {first} to {first + SEEDS - 1}, the first drawn strong. "
        f"The dotted line is guessing. Accuracy on {SHOWN:,} digits that were not trained on, lowest to "
        "highest of the seeds. **What to see:** on 0 to 255 the first weighted sums are 255 times as large, "
        "so the loss starts high and "
        "its surface is steep: with the rate that suits 0 to 1 the first steps overshoot and it only guesses "
        "afterwards, with a small rate it creeps. No rate on the slider does as well as 0.2 on 0 to 1."
    )


@st.cache_data(show_spinner=False, max_entries=200)
def _descent(largest: float, rate: float, seed: int) -> Descent:
    return descent(largest, rate, seed)


def _short(rate: float) -> str:
    return f"{rate:g}"


def _row(name: str, found: list[Descent]) -> dict[str, str]:
    ends = [float(np.mean(one.losses[-20:])) for one in found]
    reads = sorted(one.accuracy for one in found)
    return {
        "pixels": name,
        "first loss": f"{np.mean([one.losses[0] for one in found]):.1f}",
        "loss of the last 20 steps": f"{np.mean(ends):.3f}",
        "accuracy on other digits": f"{reads[0]:.0%} to {reads[-1]:.0%}",
    }
