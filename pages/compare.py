"""Two or more runs side by side; the address is `?compare=a,b`."""

import pandas as pd
import streamlit as st

from core.figures.curves import overlaid
from core.model.describe import describe, differences
from core.runs.records import Run
from pages._shared.chart import chart
from pages._shared.run_panel import interval
from pages._shared.run_picker import pick_runs
from pages._shared.run_table import MOST_COMPARED
from pages._shared.services import plain_errors, store
from pages._shared.words import duration, setting


def compare() -> None:
    st.title("Compare runs")
    runs = pick_runs(MOST_COMPARED)
    if len(runs) < 2:
        st.info("Choose at least two runs above, or select them on the Runs page.", icon=":material/info:")
        return
    names = _names(runs)
    st.subheader("Headline numbers")
    table = pd.DataFrame([{"run": name} | _headline(run) for name, run in zip(names, runs, strict=True)])
    st.dataframe(table, hide_index=True)
    st.caption(
        "In brackets: where the true accuracy lies with 95 % certainty. If two of these ranges overlap, the "
        "difference may be luck."
    )
    with plain_errors():
        histories = [(name, store().history(run.id)) for name, run in zip(names, runs, strict=True)]
    st.subheader("Curves")
    for column, metric in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        with column:
            chart(
                overlaid(histories, metric), f"compare.{metric}", f"{metric} of {', '.join(names)} by epoch"
            )
    st.caption("Solid: validation. Dotted: training.")
    st.subheader("Configuration")
    only = st.toggle("Only differences", value=True)
    rows = differences([run.spec for run in runs]) if only else _all(runs)
    if not rows:
        st.info("These runs have exactly the same configuration.")
        return
    st.dataframe(
        pd.DataFrame(
            [
                {"setting": setting(key)} | dict(zip(names, values, strict=True))
                for key, values in rows.items()
            ]
        ),
        hide_index=True,
        height="content",
    )


def _names(runs: list[Run]) -> list[str]:
    """Return the runs' names, told apart by a number where they are the same."""
    names = [run.name for run in runs]
    numbers = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [f"{n} #{k}" if names.count(n) > 1 else n for n, k in zip(names, numbers, strict=True)]


def _headline(run: Run) -> dict[str, object]:
    results = run.results
    return {
        "status": str(run.status),
        "validation accuracy": _accuracy(results.val_accuracy, results.val_images) if results else "–",
        "test accuracy": _accuracy(results.test_accuracy, results.test_images) if results else "–",
        "validation loss": f"{results.val_loss:.4f}" if results else "–",
        "best epoch": str(results.best_epoch) if results else "–",
        "parameters": f"{run.parameters:,}",
        "training time": duration(run.progress.seconds),
        "images/s": f"{run.progress.images_per_second:,.0f}" if run.progress.images_per_second else "–",
    }


def _accuracy(accuracy: float, images: int) -> str:
    return f"{accuracy:.2%} ({interval(accuracy, images)})"


def _all(runs: list[Run]) -> dict[str, list[str]]:
    described = [describe(run.spec) for run in runs]
    keys = dict.fromkeys(key for pairs in described for key in pairs)
    return {key: [pairs.get(key, "–") for pairs in described] for key in keys}


if __name__ == "__main__":
    compare()
