"""The Compare page, its parts one by one, and what only the owner of a run may do."""

from contextlib import closing

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.predictions import Predictions
from core.data import mnist
from core.model.link import to_link
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.artifacts import TEST, VALIDATION
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore, open_store
from core.training.launcher import Launcher
from pages.compare.download import comparison_file
from pages.shared import services
from pages.shared.tokens import COOKIE
from tests.pages.test_pages import page, texts

IMAGES = 400


def answered(
    store: RunStore, spec: RunSpec, name: str, wrong: range, owner: str | None = None, at: int = 0
) -> str:
    """Save an ended run that misreads the images in `wrong` of the 400 from place `at` on."""
    run = store.create(spec, name, owner=owner, holder="nobody's worker")
    store.describe_data(run.id, {"name": "MNIST", "fingerprint": mnist.training().fingerprint})
    epochs = [EpochPoint(n, 10 * n, 0.5 / n, 0.9, 0.4 / n, 0.9 + n / 100, 0.001, float(n)) for n in (1, 2)]
    store.record(run.id, Progress("training", 2, 10, 10, seconds=9), [StepPoint(1, 2.0, 0.1, 0.1)], epochs)
    index = np.arange(at, at + IMAGES)
    for artifact, pool in ((VALIDATION, mnist.training()), (TEST, mnist.test())):
        labels = pool.labels[index]
        said = np.where(np.isin(np.arange(IMAGES), wrong), (labels + 1) % 10, labels)
        predictions = Predictions(index, labels, np.eye(10, dtype=np.float32)[said])
        store.put_artifact(run.id, artifact, predictions.to_bytes())
    accuracy = 1 - len(wrong) / IMAGES
    results = Results(2, 0.2, accuracy, IMAGES, 0.2, accuracy, IMAGES)
    store.end(run.id, RunStatus.FINISHED, results=results)
    return run.id


@pytest.fixture
def pair(small_spec: RunSpec) -> str:
    """Two runs on the same images: B fixes 25 of A's 30 errors and makes 4 new ones; two settings differ."""
    store = open_store()
    first = answered(store, small_spec, "A", range(30))
    changed = small_spec.model_copy(update={"epochs": 5, "batch_size": 32})
    return f"{first},{answered(store, changed, 'B', range(25, 34))}"


def tables(test: AppTest) -> list[list[dict[str, object]]]:
    return [table.value.to_dict("records") for table in test.dataframe]


def test_the_first_view_says_what_is_real_and_that_two_things_changed(pair: str) -> None:
    test = page("compare/page.py", compare=pair)
    (verdict,) = test.success
    assert "**B** is better than **A**: 25 images fixed, 4 broken, p = 0.0001, 5.25% more" in verdict.value
    assert "Two things changed" in verdict.value
    assert "epochs 2 → 5" in verdict.value
    (headline,) = tables(test)
    assert [row["run"] for row in headline] == ["A", "B"]
    assert headline[0]["validation accuracy"] == "92.50% (89.50 – 94.70%)"
    assert headline[0]["accuracy, last epoch"] == "92.00% (88.92 – 94.28%)"


def test_an_unknown_run_in_the_link_is_one_sentence_beside_the_comparison(pair: str) -> None:
    test = page("compare/page.py", compare=f"{pair},nope", view="Settings")
    assert "There is no run “nope”" in texts(test)
    assert tables(test)[1] == [
        {"setting": "epochs", "A": "2", "B": "5"},
        {"setting": "batch size", "A": "48", "B": "32"},
    ]
    test.toggle[0].set_value(False).run()
    assert len(test.dataframe[1].value) > 15


def test_a_link_that_names_many_lost_runs_says_so_once(pair: str) -> None:
    test = page("compare/page.py", compare=",".join([pair, "lost", "gone", "lost", *["gone"] * 300]))
    assert [warning.value for warning in test.warning] == [
        "2 runs that the link names are not here: they may have been deleted, or the link is incomplete."
    ]
    assert test.success


def test_the_two_runs_held_side_by_side_are_in_the_address_by_their_ids(pair: str) -> None:
    first, second = pair.split(",")
    test = page("compare/page.py", compare=pair, view="Digits and images", a=second, b=first)
    assert [box.value for box in test.selectbox if box.label in "AB"] == [second, first]
    test.selectbox(key="pair.a").set_value(first).run()
    assert "".join(test.query_params["a"]) == first
    test = page("compare/page.py", compare=pair, view="Digits and images", a="**x**", b="")
    assert [box.value for box in test.selectbox if box.label in "AB"] == [first, second]


def test_the_flip_table_adds_up_and_shows_the_images_of_a_cell(pair: str) -> None:
    test = page("compare/page.py", compare=pair, view="Digits and images")
    counts = test.table[1].value
    assert counts.to_numpy().tolist() == [["366", "4", "370"], ["25", "5", "30"], ["391", "9", "400"]]
    assert len(test.get("image")[0].proto.imgs) == 24  # of 25, the last on a second page
    test.number_input[0].set_value(2).run()
    assert len(test.get("image")[0].proto.imgs) == 1
    test = page(
        "compare/page.py", compare=pair, view="Digits and images", cell="Both wrong", images="Test images"
    )
    assert [image.caption[1:] for image in test.get("image")[0].proto.imgs] == [
        f": A {(d + 1) % 10}, B {(d + 1) % 10}" for d in mnist.test().labels[25:30]
    ]


def test_runs_on_other_images_are_refused_that_comparison_and_offered_the_test_images(
    pair: str, small_spec: RunSpec
) -> None:
    other = answered(open_store(), small_spec, "C", range(3), at=1000)
    test = page("compare/page.py", compare=f"{pair.split(',')[0]},{other}")
    assert "Not all of these runs were validated on the same images" in test.warning[0].value
    test = page("compare/page.py", compare=f"{pair.split(',')[0]},{other}", view="Digits and images")
    assert "measured on different images" in test.error[0].value


def test_curves_trade_offs_and_repeats_are_drawn(pair: str, small_spec: RunSpec) -> None:
    twin = answered(open_store(), small_spec.model_copy(update={"seed": 9}), "A · seed 9", range(20))
    for view in ("Curves", "Trade-offs"):
        test = page("compare/page.py", compare=f"{pair},{twin}", view=view)
        assert not test.error
    test = page("compare/page.py", compare=f"{pair},{twin}")
    recipes = tables(test)[1]
    assert [(row["recipe"], row["over"], row["mean"]) for row in recipes] == [
        ("A", "2 seeds", "93.75%"),
        ("B", "1 seed", "97.75%"),
    ]
    assert "Only one seed each" in texts(test)


def test_runs_are_added_by_tag(pair: str, small_spec: RunSpec) -> None:
    store = open_store()
    tagged = [answered(store, small_spec, name, range(2)) for name in "CD"]
    for run_id in tagged:
        store.set_tags(run_id, ["lesson"])
    test = page("compare/page.py", compare=pair)
    test.selectbox(key="add-many").set_value("Tag: lesson").run()
    assert set("".join(test.query_params["compare"]).split(",")) == {*pair.split(","), *tagged}


def test_the_report_of_a_comparison_has_its_numbers_and_refuses_nonsense(pair: str) -> None:
    answer = comparison_file(pair)
    text = bytes(answer.body).decode()
    assert answer.headers["content-disposition"] == 'attachment; filename="comparison-report.html"'
    assert "25 images fixed, 4 broken" in text
    assert "92.50% (89.50 – 94.70%)" in text
    for part in ("What became of each image:", "Difference: B", "Settings and results of each run"):
        assert part in text
    for nonsense, said in (("nope,nope2", "There is no run"), (pair.split(",")[0], "Expected 2 to 12 runs")):
        refused = comparison_file(nonsense)
        assert refused.status_code == 404
        assert said in bytes(refused.body).decode()


def test_a_shared_run_is_read_only_to_others(small_spec: RunSpec, cookies: dict[str, str]) -> None:
    store = open_store()
    test = page()
    draft = test.session_state["draft"]
    for key, value in ((f"{draft.version}..epochs", 1), (f"{draft.version}..images", 100)):
        test.number_input(key=key).set_value(value).run()
    next(button for button in test.button if button.label == "Train").click().run()
    (run,) = store.runs()
    store.ask(run.id, store.command(run.id).STOP)
    assert run.owner
    mine = page("results/page.py", run=run.id)
    cookies[COOKIE] = "somebody else"
    theirs = page("results/page.py", run=run.id)
    assert "read-only" not in texts(mine)
    assert "read-only" in texts(theirs)
    assert {"Stop", "Pause"}.isdisjoint(button.label for button in theirs.button)
    assert "Train this, changed" in [button.label for button in theirs.button]


def test_a_link_with_a_configuration_opens_the_editor_on_it(cookies: dict[str, str]) -> None:
    spec = PRESETS["mlp"].spec.model_copy(update={"epochs": 3, "seed": 11})
    test = page(spec=to_link(spec))
    assert test.session_state["draft"].spec() == spec
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}..epochs").set_value(4).run()
    assert "".join(test.query_params["spec"]) == to_link(spec.model_copy(update={"epochs": 4}))
    test.query_params["spec"] = to_link(spec)  # as the browser's Back does
    test.run()
    assert test.session_state["draft"].spec() == spec
    test = page(spec=to_link(PRESETS["final"].spec))
    assert test.session_state["draft"].preset == "final"


def test_what_overtakes_the_address_on_its_way_to_the_browser_takes_nothing_back(
    cookies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = page()
    test.selectbox(key=f"{test.session_state['draft'].version}.preset").select("mlp").run()
    late = test.query_params["spec"]
    test.number_input(key=f"{test.session_state['draft'].version}..epochs").set_value(4)
    del test.query_params["spec"]  # as a browser sends it that has not heard of the other yet
    test.run()
    changed = PRESETS["mlp"].spec.model_copy(update={"epochs": 4})
    assert test.session_state["draft"].spec() == changed
    test.query_params["spec"] = late
    with closing(Launcher(open_store(), workers=0)) as launcher:
        monkeypatch.setattr(services, "_launcher", launcher)
        test.button(key="train").click().run()
    (run,) = open_store().runs()
    assert run.spec == changed


@pytest.mark.parametrize("link", ["nonsense", "A" * 9000, "🙂", to_link(PRESETS["final"].spec)[:40]])
def test_a_damaged_configuration_link_is_one_sentence_and_the_page_stays_usable(link: str) -> None:
    test = page(spec=link)
    (warning,) = test.warning
    assert "The configuration in the link" in warning.value
    assert test.session_state["draft"].preset == "quick-start"
    assert "spec" not in test.query_params
    assert [button.disabled for button in test.button if button.label == "Train"] == [False]


def test_nothing_stands_above_the_title(pair: str) -> None:
    for name in ("", "results/page.py", "runs/page.py", "sweep/page.py", "compare/page.py"):
        test = page(name, compare=pair)
        assert test.main[0].type == "title", name
