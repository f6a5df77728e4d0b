"""The first screen of a visitor without runs: a network that learns, a canvas, and one button."""

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.export.bundle import fill
from core.export.first_run import LEARNER, archive, first_run, learner
from core.model.link import to_link
from core.model.presets import PRESETS
from core.runs.store import open_store
from pages.shared import services
from pages.shared.film import frame
from pages.shared.known_runs import SWITCH
from pages.shared.visitor import browser_names
from pages.train.welcome import CLOSED
from tests.pages.test_network_picture import pictures
from tests.pages.test_pages import page, saved, texts

MET = "A network learns to read"


@pytest.fixture(autouse=True)
def best_run(home: Path, tmp_path: Path) -> str:
    """A store with the two bundled runs that it is made of."""
    own = first_run()
    assert own
    (folder := tmp_path / "bundle").mkdir()
    for path in (archive(), archive(LEARNER)):
        assert path
        shutil.copy(path, folder)
    fill(open_store(), folder)
    return own


def is_met(test: AppTest) -> bool:
    return MET in texts(test)


def test_a_network_is_seen_to_learn_ten_digits_before_any_was_asked() -> None:
    asked = services._lane
    test = page()
    assert is_met(test)
    first = next(picture for picture in pictures(test) if picture["film"])
    film = first["film"]
    assert isinstance(film, dict)
    assert film["passing"]
    assert film["labels"] == list(range(10))
    assert film["epochs"] == ["untrained", *(f"after epoch {epoch}" for epoch in range(1, 6))]
    name = film["address"].rsplit("/", 1)[-1]
    answer = frame(name, 5, 9)
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.body) == 28 * 28 + sum(
        rows * columns * maps for _, rows, columns, maps in film["tiles"]
    )
    assert frame(name, 6, 9).status_code == 404
    assert frame("first-earlier", 5, 9).status_code == 404, "a browser keeps no frame of another film"
    assert services._lane is asked, "nothing is drawn yet: no worker is needed"


def test_train_is_the_one_button_that_stands_out() -> None:
    loud = [button.label for button in page().button if button.proto.type == "primary"]
    assert loud == ["Train"]


def test_who_comes_by_a_link_finds_what_it_names_alone(best_run: str) -> None:
    assert not is_met(page(spec=to_link(PRESETS["lenet-5"].spec)))
    assert not is_met(page(run=best_run))


def test_a_change_of_the_form_below_leaves_it_there() -> None:
    test = page()
    test.selectbox(key=f"{test.session_state['draft'].version}.preset").select("lenet-5").run()
    assert "spec" in test.query_params
    assert is_met(test)


def test_it_stays_away_once_it_was_closed_and_while_bundled_runs_are_hidden(cookies: dict[str, str]) -> None:
    test = page()
    test.session_state[SWITCH] = False
    assert not is_met(test.run())
    cookies[CLOSED] = "1"
    assert not is_met(page())


def test_a_tour_is_offered_there_and_its_cards_wait_at_the_foot() -> None:
    sent = [json.loads(one.proto.bytes) for one in page().get("bidi_component") if one.proto.bytes]
    tours = [data for data in sent if "steps" in data]
    assert sorted(len(data["steps"]) for data in tours) == [0, 5]


def test_who_has_a_run_is_met_no_more() -> None:
    store = open_store()
    store.create(PRESETS["mlp"].spec, "mine", owner=browser_names()[0])
    assert not is_met(page())


@pytest.mark.parametrize("gone", [first_run(), learner()])
def test_a_store_without_one_of_them_has_the_form_alone(gone: str) -> None:
    saved(store := open_store(), PRESETS["mlp"].spec, "another's")
    store.delete([gone])
    test = page()
    assert not is_met(test)
    assert "Train" in [button.label for button in test.button]
