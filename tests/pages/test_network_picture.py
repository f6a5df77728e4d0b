"""The network's picture on the pages that show it: drawn, told, marked, in the report, and seen inside."""

import json
from typing import Any, cast

import numpy as np
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from core.analysis.film import from_bytes
from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.prepare import normalise
from core.export.files import FILES
from core.inference.learning import NOT_YET
from core.model import layers as L
from core.model.build import build_model, model_bytes
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.artifacts import FILM, MODEL, TEST
from core.runs.status import RunStatus
from core.runs.store import open_store
from core.training.job import run_job
from pages.compare.download import comparison_file
from pages.results.inside.network import VIEWS
from pages.shared.film import frame, so_far
from tests.pages.test_compare import answered
from tests.pages.test_pages import add_layer, page, saved, texts
from tests.stacks import BLOCKS


def pictures(test: AppTest) -> list[dict[str, object]]:
    """Return what each picture of a page was sent."""
    sent = [json.loads(one.proto.bytes) for one in test.get("bidi_component") if one.proto.bytes]
    return [data for data in sent if "svg" in data]


def test_the_first_page_draws_the_quick_start_and_leads_to_its_rows() -> None:
    test = page()
    (picture,) = pictures(test)
    assert "Conv2D 16 · 5×5" in str(picture["svg"])
    uids = [layer["uid"] for layer in test.session_state["draft"].layers]
    assert picture["rows"] == {str(place): f"layer-{uid}" for place, uid in enumerate(uids, start=1)}
    assert picture["told"] == "Click a layer to go to its controls."


def test_what_is_changed_against_the_preset_is_marked_and_told() -> None:
    test = page()
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}.{draft.layers[0]['uid']}.filters").set_value(8).run()
    (picture,) = pictures(test)
    assert "filters 16 → 8 in layer 1" in str(picture["told"])
    assert ">changed<" in str(picture["svg"])


def test_a_layer_that_does_not_fit_is_told_under_the_picture() -> None:
    test = page()
    add_layer(test, "conv2d")
    (picture,) = pictures(test)
    assert "Layer 8 (Conv2D) needs an image" in str(picture["told"])
    assert ">does not fit<" in str(picture["svg"])


def test_values_that_are_no_layer_leave_the_rest_of_the_picture() -> None:
    test = page()
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}.{draft.layers[0]['uid']}.filters").set_value(0).run()
    assert not test.exception
    assert "1 · Conv2D" in str(pictures(test)[0]["svg"])


def test_results_show_the_network_and_its_report_and_file_too() -> None:
    store = open_store()
    run_id = saved(store, PRESETS["lenet-5"].spec, "mine")
    (picture,) = pictures(page("results/page.py", run=run_id))
    assert "Conv2D 6 · 5×5 · Tanh" in str(picture["svg"])
    run = store.get(run_id)
    assert "Conv2D 6 · 5×5 · Tanh → 28×28×6" in FILES["report"].make(store, run).decode()
    assert FILES["network"].make(store, run).startswith(b"<svg ")


def test_a_run_is_shown_from_noise_to_its_kept_weights_and_a_pixel_of_a_map_as_its_sum(
    small_spec: RunSpec,
) -> None:
    store = open_store()
    run = store.create(small_spec, "filmed")
    run_job(store, run.id)
    test = page("results/page.py", run=run.id)
    (picture,) = pictures(test)
    film = cast(dict[str, Any], picture["film"])
    assert film["epochs"][:3] == ["untrained", "after epoch 1", "after epoch 2"]
    assert film["epochs"][3].startswith("kept weights (epoch ")
    assert film["tiles"][0] == [1, 28, 28, 4]
    assert str(picture["svg"]).count("digits-map") == 2 + 2 * (4 + 1) + 2
    kept = from_bytes(store.artifact(run.id, FILM) or b"")
    answer = frame(run.id, 3, 7)
    assert bytes(answer.body) == kept.images[7].tobytes() + kept.frame(3)[7].tobytes()
    assert [frame(run.id, *wrong).status_code for wrong in ((9, 0), (0, 10), (-1, 0))] == [404] * 3
    assert frame("nope", 0, 0).status_code == 404
    test.button(key=f"pixel.{run.id}.first").click().run()
    assert "Layer 1, map 1, row 15, column 15: 3 × 3 weights over the image give" in texts(test)
    test.selectbox(key=f"pixel.{run.id}.row").select(5).run()
    test.selectbox(key=f"pixel.{run.id}.channel").select(3).run()
    assert "Layer 1, map 4, row 6, column 15" in texts(test)
    test.session_state[f"pixel.{run.id}"] = {"image": 7, "place": 1, "channel": 2, "row": 5, "column": 9}
    test.run()
    assert not test.exception
    assert "Layer 1, map 3, row 6, column 10: 3 × 3 weights over the image give" in texts(test)


def test_while_a_run_trains_the_browser_asks_for_further_epochs_and_the_page_draws_nothing_anew(
    small_spec: RunSpec,
) -> None:
    store = open_store()
    run = store.create(small_spec, "waits")
    (picture,) = pictures(page("results/page.py", run=run.id))
    begun = cast(dict[str, Any], picture["film"])
    assert (begun["epochs"], begun["live"]) == ([], True)
    assert json.loads(bytes(so_far(run.id).body)) == begun
    assert str(picture["svg"]).count("digits-map") == 2 + 2 * (4 + 1) + 2
    run_job(store, run.id)
    ended = json.loads(bytes(so_far(run.id).body))
    assert ended == pictures(page("results/page.py", run=run.id))[0]["film"]
    assert (len(ended["epochs"]), ended["live"]) == (4, False)
    assert so_far(saved(store, small_spec, "older")).status_code == so_far("nope").status_code == 404


def test_while_a_run_trains_a_pixel_is_shown_by_the_weights_of_its_last_checkpoint(
    small_spec: RunSpec,
) -> None:
    store = open_store()
    waits, learns = store.create(small_spec, "waits"), store.create(small_spec, "learns")
    test = page("results/page.py", run=waits.id)
    test.button(key=f"pixel.{waits.id}.first").click().run()
    assert not test.exception
    assert NOT_YET in texts(test)
    run_job(store, learns.id)  # and then as it was before it ended
    again = sa.text("update runs set status = 'running', ended_at = null, results = null where id = :id")
    with store._begin() as connection:
        connection.execute(again, {"id": learns.id})
    test = page("results/page.py", run=learns.id)
    assert "Click a map of a convolution or a block to see its sums." in str(pictures(test)[0]["told"])
    test.button(key=f"pixel.{learns.id}.first").click().run()
    assert not test.exception
    assert "Layer 1, map 1, row 15, column 15: 3 × 3 weights over the image give" in texts(test)
    assert "by the weights after epoch 2, the last that its worker had stored." in texts(test)
    test.session_state[f"pixel.{learns.id}"] = {"image": 0, "place": 2, "channel": 0, "row": 1, "column": 1}
    test.run()
    assert "Only maps of convolutions and residual blocks are such sums" in texts(test)


def test_pixels_of_blocks_and_separable_convolutions_are_told_to_the_end(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(store, small_spec.model_copy(update={"layers": BLOCKS}), "blocks")
    store.put_artifact(run_id, MODEL, model_bytes(build_model(BLOCKS)))
    test = page("results/page.py", run=run_id)
    told = {
        1: "Layer 1, map 1, row 3, column 4: 3 × 3 weights over the image give",
        2: "3 × 3 weights of its last convolution over 4 input maps give",
        3: "the block hands on",
        5: "3 × 3 weights over 6 input maps, each by itself, then mixed by 1 × 1 weights, give",
    }
    for place, wanted in told.items():
        pixel = {"image": 7, "place": place, "channel": 0, "row": 2, "column": 3}
        test.session_state[f"pixel.{run_id}"] = pixel
        test.run()
        assert not test.exception
        assert wanted in texts(test)
        said = next(line for line in texts(test).splitlines() if line.startswith(f"**Layer {place}, "))
        assert ("the shortcut adds" in said, "normalised" in said) == (place in (2, 3), place == 2)
        assert ("with the bias" in said) == (place != 1)
    mix = next(table.value for table in test.dataframe if "Product" in table.value)
    assert mix["Product"].sum() == pytest.approx((mix.iloc[:, 1] * mix.iloc[:, 2]).sum(), abs=0.01)
    assert len(mix) == 6


def test_of_a_run_that_kept_no_film_the_network_is_asked_when_a_browser_wants_it(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(store, small_spec, "older")
    assert pictures(page("results/page.py", run=run_id))[0]["film"] is None
    model = build_model(small_spec.layers)
    store.put_artifact(run_id, MODEL, model_bytes(model))
    film = cast(dict[str, Any], pictures(page("results/page.py", run=run_id))[0]["film"])
    assert (film["epochs"], film["labels"]) == (["kept weights (epoch 2)"], list(range(10)))
    content = bytes(frame(run_id, 0, 3).body)
    place = int(np.flatnonzero(mnist.test().labels == 3)[0])
    image = mnist.test().images[place : place + 1]
    assert content[:784] == image.tobytes()
    said = model.predict(normalise(image)[..., None], verbose=0)[0]
    np.testing.assert_allclose(np.frombuffer(content[-10:], np.uint8) / 255, said, atol=1 / 255)


def test_every_digit_but_the_one_that_was_read_can_be_asked_for(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(store, small_spec, "mine")
    store.put_artifact(run_id, MODEL, model_bytes(build_model(small_spec.layers)))
    labels = mnist.test().labels[:10]
    answers = Predictions(np.arange(10), labels, np.eye(10, dtype=np.float32)[labels])
    store.put_artifact(run_id, TEST, answers.to_bytes())
    test = page("results/page.py", run=run_id, part="Inside", look="Why this answer", method="Gradient")
    choice = next(box for box in test.selectbox if box.label == "Other digit")
    assert len(choice.options) == 9
    for digit in (0, 8):
        choice.select_index(digit).run()
        assert not test.exception


@pytest.fixture
def pair(small_spec: RunSpec) -> str:
    store = open_store()
    other = small_spec.model_copy(update={"layers": (L.Conv2D(filters=8), *small_spec.layers[1:])})
    return f"{answered(store, small_spec, 'A', range(3))},{answered(store, other, 'B', range(3))}"


def test_compare_draws_two_networks_and_says_what_differs(pair: str) -> None:
    test = page("compare/page.py", compare=pair, view="Networks")
    first, second = pictures(test)
    assert "filters 8 → 4" in str(first["svg"])
    assert "filters 4 → 8" in str(second["svg"])
    assert "From A to B: filters 4 → 8 in layer 1" in texts(test)
    report = bytes(comparison_file(pair).body).decode()
    assert report.count("digits-frame") == 2 * (4 + 2)


@pytest.mark.slow
def test_a_network_of_blocks_is_shown_inside_like_any_other(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = store.create(small_spec.model_copy(update={"layers": BLOCKS, "epochs": 1}), "blocks").id
    run_job(store, run_id)
    assert store.get(run_id).status is RunStatus.FINISHED
    for view in VIEWS:
        shown = page("results/page.py", run=run_id, part="Inside", look=view)
        assert not shown.error
        assert any(told in texts(shown) for told in ("What to see", "a hint, no proof")), view
        if view == "Feature maps":
            assert "2 · Residual block, add: 14 × 14 × 4" in shown.selectbox(key="inside.layer").options
