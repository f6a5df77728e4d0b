"""k-fold cross-validation: training a configuration once for each fold, so that every image validates."""

import streamlit as st

from core.analysis.pairs import FOLD_MARK, recipe_name
from core.data.prepare import split
from core.model.seeds import in_fold
from core.model.specs import RunSpec
from core.names import LONGEST, kept
from core.runs.pools import load_pool
from core.runs.records import Run
from core.words import count, duration
from pages.shared.class_runs import begins_in_class
from pages.shared.leaving import go_to
from pages.shared.opened import opened
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.services import launcher, plain_errors, store
from pages.shared.visitor import may_preselect, visitor

USUAL = 5


def k_fold(run: Run) -> None:
    """Draw the offer to train a run's configuration on each of k folds, and start them when it is taken."""
    about = "Trains the same on k splits, so that every image validates once."
    opened("k-fold", _offer, run, f"k-fold.popover.{run.id}", ":material/splitscreen:", about)


def _offer(run: Run) -> None:
    st.markdown("**k-fold cross-validation**")
    st.caption(
        "The images are split into k parts. The same settings, with the same seed, are trained k times, "
        "each time validated on another part: that tells what the recipe is worth, apart from the luck "
        "of the split. The validation share does not apply."
    )
    most, usual = MOST_COMPARED, run.spec.data.folds or USUAL
    text = f"Compare shows {MOST_COMPARED} runs at once: two recipes with up to {MOST_COMPARED // 2} folds."
    folds = int(st.number_input("Folds (k)", 2, most, min(usual, most), key=f"k-fold.{run.id}", help=text))
    st.caption(_cost(run, folds))
    pupil = begins_in_class(in_fold(run.spec, folds, 0))
    if st.button("Start", type="primary", icon=":material/play_arrow:", key=f"k-fold.start.{run.id}"):
        with plain_errors(go_on=True):
            ids, begun = _launch(run, folds, pupil)
            started = f"{count(begun, 'fold').capitalize()} started."
            st.session_state["notice"] = started if begun else "All of these folds were here already."
            go_to("compare/page.py", {"compare": ",".join(ids)})


def _cost(run: Run, folds: int) -> str:
    """Return what so many folds cost: as the run did, for each image trained on."""
    trained = run.spec.data.images * (folds - 1) // folds
    each = f"Each of the {folds} runs trains on {trained:,} images and validates on the other "
    each += f"{run.spec.data.images - trained:,}."
    if run.results is None:
        return each
    before = max(1, run.spec.data.images - run.results.val_images)
    seconds = folds * run.progress.seconds * trained / before
    return f"{each} All take about {duration(seconds)}, one after another."


def _launch(run: Run, folds: int, pupil: str | None) -> tuple[list[str], int]:
    """Start the folds that nobody has trained yet, as a group; return all of them by id, and how many began.

    Raises:
        DataError, StoreError: the images cannot be folded like this, or are not here.
    """
    specs = [in_fold(run.spec, folds, fold) for fold in range(folds)]
    split(load_pool(store(), run.spec.data.source).labels, specs[0].data)  # before any of them is started
    there = {spec: other for other in reversed(store().runs()) for spec in _usable(other)}
    name = kept(recipe_name(run.name), LONGEST - 24)  # with room for the fold
    definition = {"run": run.id, "folds": folds}
    missing = [spec for spec in specs if spec not in there]
    ids = {spec: other.id for spec, other in there.items()}
    if missing:
        titled = {f"{name}{FOLD_MARK}{spec.data.fold}": spec for spec in missing}
        title = f"{name} × {count(folds, 'fold')}"
        begun = launcher().launch_together(
            "folds", title, definition, titled, run.preset, owner=visitor(), pupil=pupil
        )
        ids |= {spec: one.id for spec, one in zip(missing, begun, strict=True)}
    return [ids[spec] for spec in specs], len(missing)


def _usable(run: Run) -> list[RunSpec]:
    """Return a run's configuration, if it need not be trained again."""
    return [run.spec] if may_preselect(run) and (run.is_live or run.results) else []
