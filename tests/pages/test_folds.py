"""k-fold on the pages: started from Results, set on Train, and compared as one recipe."""

import numpy as np
import pytest

from core.model.seeds import in_fold
from core.model.specs import RunSpec
from core.runs.store import open_store
from core.training.job import run_job
from tests.pages.test_compare import tables
from tests.pages.test_pages import opened, page, saved, texts


def test_folds_are_started_as_a_group_and_those_there_are_not_trained_again(small_spec: RunSpec) -> None:
    store = open_store()
    spec = small_spec.model_copy(update={"epochs": 1})
    first = saved(store, in_fold(spec, 3, 1), "net · fold 1")
    test = opened(page("results/page.py", run=first), f"k-fold.popover.{first}")
    assert "Each of the 3 runs trains on 400 images and validates on the other 200" in texts(test)
    test.button(key=f"k-fold.start.{first}").click().run()
    runs = {run.spec.data.fold: run for run in store.runs()}
    (group,) = store.groups("folds")
    store.delete([run.id for run in runs.values()])
    assert not test.exception
    assert (group.name, group.status) == ("net × three folds", "finished")
    assert [runs[fold].spec for fold in range(3)] == [in_fold(spec, 3, fold) for fold in range(3)]
    assert [runs[fold].name for fold in range(3)] == [f"net · fold {fold}" for fold in range(3)]
    assert [runs[fold].group_id for fold in range(3)] == [group.id, None, group.id]


def test_images_that_cannot_be_folded_are_one_sentence_and_nothing_is_started(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(
        store,
        small_spec.model_copy(update={"data": small_spec.data.model_copy(update={"images": 20})}),
        "few",
    )
    test = opened(page("results/page.py", run=run_id), f"k-fold.popover.{run_id}")
    test.button(key=f"k-fold.start.{run_id}").click().run()
    assert "too few for 5 folds" in texts(test) or "for each of the 5 folds" in texts(test)
    assert (len(store.runs()), store.groups("folds")) == (1, [])


@pytest.mark.slow
def test_three_folds_are_one_recipe_with_a_matrix_of_the_whole_set(small_spec: RunSpec) -> None:
    store = open_store()
    spec = small_spec.model_copy(update={"epochs": 1})
    ids = []
    for fold in range(3):
        run = store.create(in_fold(spec, 3, fold), f"net · fold {fold}")
        run_job(store, run.id)
        ids.append(run.id)
    test = page("compare/page.py", compare=",".join(ids))
    assert "cannot be compared image by image" in texts(test)
    (row,) = tables(test)[-1]
    results = [store.get(run_id).results for run_id in ids]
    mean = np.mean([one.val_accuracy for one in results if one])
    assert (row["recipe"], row["over"], row["mean"]) == ("net", "3 folds", f"{mean:.2%}")
    assert next(one.label for one in test.expander) == "All 600 images of net, each validated once"
    assert f"Right: **{mean:.2%}" in texts(test)
    test = page("compare/page.py", compare=",".join(ids), view="Curves")
    assert not test.error


def test_the_editor_has_a_fold_only_where_there_are_folds() -> None:
    test = page()
    draft = test.session_state["draft"]
    assert [one.label for one in test.number_input if one.label.startswith("Fold")] == ["Folds"]
    test.number_input(key=f"{draft.version}.data.folds").set_value(5).run()
    assert "the validation share does not apply" in texts(test)
    test.number_input(key=f"{draft.version}.data.fold").set_value(4).run()
    assert (draft.spec().data.folds, draft.spec().data.fold) == (5, 4)
    test.number_input(key=f"{draft.version}.data.folds").set_value(3).run()
    assert "There is no fold 4 of 3" in texts(test)
    test.number_input(key=f"{draft.version}.data.folds").set_value(0).run()
    assert not test.error
    assert draft.spec().data.fold == 0
