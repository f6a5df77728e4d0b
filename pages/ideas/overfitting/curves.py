"""The curves of the page on over-fitting, those that come with the app or own ones, and their table."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.analysis.doctor import diagnose
from core.analysis.intervals import with_interval
from core.analysis.signs.findings import Kind
from core.concepts.overfitting import VARIANTS, Variant, bundled
from core.model.seeds import without_seed
from core.runs.records import History, Run
from core.runs.status import RunStatus
from core.words import count
from pages.shared.services import store

DATA = VARIANTS[0].spec.data
VALIDATED = round(DATA.images * DATA.validation_share)
TRAINED = DATA.images - VALIDATED
MOST_SEEDS = 5


@dataclass(frozen=True)
class Trained:
    """A variant and its curves: one that comes with the app, or those of own runs with any seeds."""

    variant: Variant
    histories: tuple[History, ...]
    own: bool


def trained(chosen: Sequence[Variant]) -> list[Trained]:
    """Return the curves of each variant; what finished in this dashboard goes before what comes with it.

    Raises:
        StoreError: the store cannot be read.
    """
    own = [run for run in store().runs() if run.imported_at is None]
    finished = [run for run in own if run.status is RunStatus.FINISHED]
    return [_trained(variant, finished) for variant in chosen]


def _trained(variant: Variant, finished: list[Run]) -> Trained:
    own = [run for run in finished if without_seed(run.spec) == variant.spec][:MOST_SEEDS]
    histories = tuple(_history(run.id) for run in own)
    return Trained(variant, histories or (bundled()[variant],), own=bool(own))


@st.cache_resource(max_entries=64, show_spinner=False)
def _history(run_id: str) -> History:
    return store().history(run_id)


def gap_table(shown: Sequence[Trained]) -> pd.DataFrame:
    """Return the numbers of each variant, of several seeds those of the first run."""
    return pd.DataFrame([_row(one) for one in shown])


def _row(one: Trained) -> dict[str, str]:
    history = one.histories[0]
    last, best = history.epochs[-1], history.best_epoch
    assert best is not None
    findings = diagnose(one.variant.spec, history, RunStatus.FINISHED)
    since = next((f.epoch for f in findings if f.kind is Kind.OVER_FITTING and f.epoch), None)
    return {
        "network": one.variant.name,
        "best validation accuracy": with_interval(best.val_accuracy, VALIDATED),
        "training loss at the end": f"{last.loss:.4f}",
        "validation loss at the end": f"{last.val_loss:.4f}",
        "gap": f"{last.val_loss - last.loss:+.4f}",
        "over-fits from": f"epoch {since}" if since else "–",
        "curves": f"{count(len(one.histories), 'own run')}" if one.own else "come with the app",
    }
