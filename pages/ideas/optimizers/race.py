"""Optimizers raced on a surface: choices, paths and table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.concepts.descent import Path, descend, distance
from core.concepts.surfaces import SURFACES, Floats, Point, Surface
from core.figures.concepts.optimizers import losses_figure, paths_figure
from core.model.optimizers import (
    OPTIMIZER_NAMES,
    SGD,
    Adagrad,
    Adam,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSprop,
)
from core.words import count
from pages.shared.chart import chart
from pages.shared.choice import one_of

KINDS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "nadam", "lion")
FIRST = ["sgd", "momentum", "rmsprop", "adam"]
LEAST = 0.001
"""Lion's β₁ must be above 0: without any memory it would follow the sign of the last gradient alone."""
NEAR = 0.1
"""A path has arrived once it is this close to a minimum."""
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@st.fragment
def race(*parts: "Part") -> None:
    """Draw the choices and, of the chosen optimizers, `paths`, `ends` or both."""
    name, surface, start = _ground()
    kinds = st.pills(
        "Optimizers",
        KINDS,
        selection_mode="multi",
        default=FIRST,
        format_func=OPTIMIZER_NAMES.__getitem__,
        key="rules",
        bind="query-params",
    )
    knobs, figures = st.columns([1, 3], gap="medium")  # both in sight: what moves and what it moves
    with knobs:
        factor, steps, noise, *shares = _knobs()
    chosen = {kind: _settings(kind, surface, factor, *shares) for kind in kinds}
    ways = {kind: descend(surface, start, rule, steps, noise) for kind, rule in chosen.items()}
    raced = Race(name, surface, start, chosen, ways, steps)
    with figures:
        parts[0](raced)
    for draw in parts[1:]:
        draw(raced)


@dataclass(frozen=True)
class Race:
    """A surface by its name, where all start, each rule, the way it takes, and in how many steps."""

    name: str
    surface: Surface
    start: Point
    chosen: Mapping[str, Optimizer]
    paths: Mapping[str, Path]
    steps: int


Part = Callable[[Race], None]


def ends(raced: Race) -> None:
    """Draw where each optimizer ended, as a table."""
    if raced.paths:
        table = _table(raced.surface, raced.chosen, raced.paths)
        st.dataframe(table, hide_index=True, height="content")
    st.caption(
        f"{raced.surface.about} Each kind has its own learning rate, one that suits it on this surface: with "
        "the same rate for all, the race would only show whom that rate suits. **What to see:** "
        "set the rate to five times as much, or add noise, and play."
    )


def _knobs() -> tuple[float, int, float, float, float, float]:
    """Draw the sliders; return rate factor, steps, noise, β₁ (also γ), ρ and β₂."""
    return (
        st.select_slider("Learning rate, times what suits", FACTORS, 1.0, key="rate", bind="query-params"),
        st.slider("Steps", 10, 300, 100, 10, key="steps", bind="query-params"),
        st.slider(
            "Noise of the mini-batches",
            *(0.0, 1.0, 0.0, 0.05),
            key="noise",
            bind="query-params",
            help="As a share of the first gradient. A mini-batch's gradient is the true one plus chance: "
            "every time a different batch. 0 is the exact gradient of all images.",
        ),
        st.slider(
            "Momentum γ, and β₁ of Adam, Nadam and Lion",
            0.0,
            0.99,
            0.9,
            0.01,
            key="beta",
            bind="query-params",
        ),
        st.slider("RMSprop's ρ", 0.0, 0.99, 0.9, 0.01, key="rho", bind="query-params"),
        st.slider(
            "β₂ of Adam and Nadam", 0.8, 0.999, 0.999, 0.001, format="%.3f", key="beta2", bind="query-params"
        ),
    )


def _ground() -> tuple[str, Surface, Point]:
    """Draw the choice of a surface and a start; return them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = one_of(
            "Surface",
            list(SURFACES),
            default="Ravine",
            key="surface",
            wrap=True,
        )
        name = str(chosen)
        surface = SURFACES[name]
        letter = st.segmented_control("Start", ["A", "B", "C"], default="A", required=True, key="start")
        st.latex(surface.formula, width="content")
    return name, surface, surface.starts["ABC".index(str(letter))]


def _settings(
    kind: str, surface: Surface, factor: float, beta: float, rho: float, second: float
) -> Optimizer:
    rules: dict[str, Optimizer] = {
        "sgd": SGD(),
        "momentum": Momentum(momentum=beta),
        "nesterov": Nesterov(momentum=beta),
        "adagrad": Adagrad(),
        "rmsprop": RMSprop(rho=rho),
        "adam": Adam(beta_1=beta, beta_2=second),
        "nadam": Nadam(beta_1=beta, beta_2=second),
        "lion": Lion(beta_1=max(beta, LEAST)),
    }
    rule = rules[kind]
    return rule.model_copy(update={"learning_rate": factor * surface.rate(rule)})


@st.cache_data(show_spinner=False)
def _grid(name: str) -> tuple[Floats, Floats, Floats]:
    return SURFACES[name].grid()


def paths(raced: Race) -> None:
    """Draw the ways over the surface and the loss at each of their steps."""
    name, ways = raced.name, raced.paths
    grid = _grid(name)
    told = "; ".join(f"{OPTIMIZER_NAMES[kind]} ends at {path.losses[-1]:.2g}" for kind, path in ways.items())
    left, right = st.columns(2)
    with left:
        label = f"{name} from above with {count(len(ways), 'path')}; see the table"
        chart(paths_figure(raced.surface, grid, raced.start, ways), "optimizers.paths", label)
    with right:
        top = float(max(grid[2].max(), 1.0))
        chart(losses_figure(ways, raced.steps, top), "optimizers.losses", f"Loss at each step. {told}")


def _table(surface: Surface, chosen: Mapping[str, Optimizer], paths: Mapping[str, Path]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "optimizer": OPTIMIZER_NAMES[kind],
                "learning rate": f"{chosen[kind].learning_rate:.4g}",
                "loss at the end": f"{path.losses[-1]:.3g}",
                f"within {NEAR} of a minimum": _arrival(surface, path),
                "remarks": f"left the picture at step {path.lost}" if path.lost else "",
            }
            for kind, path in paths.items()
        ]
    )


def _arrival(surface: Surface, path: Path) -> str:
    """Return the step from which on the path stays near a minimum."""
    near = np.array([distance(surface, point) <= NEAR for point in path.points])
    if not near[-1]:
        return "not yet"
    away = np.flatnonzero(~near)
    return f"from step {int(away[-1]) + 1 if len(away) else 0}"
