"""The learning-rate finder on the Train page: what it shows, what it puts into the draft, what it says."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.rate_range import RateSweep
from core.errors import DataError
from pages.train import rate_finder
from pages.train.rate_finder import KEY
from tests.pages.test_pages import page, texts

RATES = 1e-6 * 10 ** (np.arange(61) / 10)
VALLEY = np.interp(np.arange(61), [0, 10, 20, 40, 50, 60], [2.3, 2.3, 1, 1, 2.3, 2.3])
FOUND = RateSweep(RATES, VALLEY, batch_size=64, share=1.0)


def begun() -> AppTest:
    """Return the Train page after a click on Find; AppTest draws no further looks by itself."""
    test = page()
    test.button(key="rate.find").click().run()
    assert not test.exception
    return test


def ended(sweep: RateSweep) -> AppTest:
    test = begun()
    test.session_state[KEY].sweep = sweep
    test.run()
    assert not test.exception
    return test


def rate(test: AppTest) -> float:
    version = test.session_state["draft"].version
    return float(test.number_input(key=f"{version}.adam.learning_rate").value)


def test_a_search_begins_with_one_click_and_can_be_stopped() -> None:
    test = begun()
    assert test.button(key="rate.close").label == "Stop"
    test.button(key="rate.close").click().run()
    assert KEY not in test.session_state
    assert not test.exception


def test_one_click_takes_the_lower_end_of_the_range_into_the_draft() -> None:
    test = ended(FOUND)
    assert "Loss of 61 batches of 64 training images" in texts(test)
    assert "3e-05 to 0.0001" in texts(test)
    assert rate(test) == 0.005
    test.button(key="rate.take").click().run()
    assert not test.exception
    assert rate(test) == test.session_state["draft"].spec().optimizer.learning_rate == 3e-5
    assert test.button(key="rate.take").disabled
    assert "changed the configuration" not in texts(test)


def test_what_was_found_says_that_it_was_found_before_a_change() -> None:
    test = ended(FOUND)
    version = test.session_state["draft"].version
    test.number_input(key=f"{version}..batch_size").set_value(32).run()
    assert "changed the configuration since" in texts(test)


def test_where_the_loss_falls_at_no_rate_nothing_can_be_taken() -> None:
    test = ended(RateSweep(RATES, np.full(61, 2.3), batch_size=64, share=1.0))
    assert "at no rate did it fall clearly" in texts(test)
    assert not [button for button in test.button if button.key == "rate.take"]


def test_what_the_worker_refuses_is_one_sentence_that_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise DataError("The search for a learning rate was broken off: begin it once more.")

    monkeypatch.setattr(rate_finder, "ask", refused)
    test = begun()
    monkeypatch.setattr(rate_finder.Search, "asks", property(lambda _: True, lambda _, __: None))
    test.run()
    assert "begin it once more" in texts(test)
    test.button(key="rate.close").click().run()
    assert "begin it once more" not in texts(test)
