"""What stands under "More about the training" reaches the spec, and what cannot be is one sentence."""

import pytest

from core.model.link import to_link
from core.model.presets import PRESETS
from core.model.specs import WeightAveraging
from pages.train.more_editor import OPEN
from tests.pages.test_pages import opened, page


def test_more_settings_reach_the_spec() -> None:
    test = opened(page(), OPEN)
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}..label_smoothing").set_value(0.1).run()
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("4, 8").run()
    assert not test.exception
    assert not test.error
    spec = test.session_state["draft"].spec()
    assert (spec.label_smoothing, spec.batch_doublings) == (0.1, (4, 8))
    assert spec.weight_averaging is None
    test.number_input(key=f"{draft.version}.weight averaging.momentum").set_value(0.95).run()
    assert test.session_state["draft"].spec().weight_averaging == WeightAveraging(momentum=0.95)
    test.number_input(key=f"{draft.version}.weight averaging.momentum").set_value(1.0).run()
    assert "less than 1" in test.error[0].value
    test.number_input(key=f"{draft.version}.weight averaging.momentum").set_value(0.0).run()
    assert test.session_state["draft"].spec().weight_averaging is None
    assert test.session_state["draft"].spec().kept_epoch == "best"
    test.selectbox(key=f"{draft.version}..kept_epoch").set_value("last").run()
    assert test.session_state["draft"].spec().kept_epoch == "last"
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("4, soon").run()
    assert "expected epochs such as 8, 12, received “4, soon”" in test.error[0].value
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("").run()
    assert not test.error
    assert test.session_state["draft"].spec().batch_doublings == ()


def test_the_number_format_is_offered_where_the_processor_has_a_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.processor.told", lambda: {"flags": "avx2 avx512f avx512_bf16"})
    test = opened(page(), OPEN)
    test.selectbox(key=f"{test.session_state['draft'].version}..precision").set_value("bfloat16").run()
    assert not test.error
    assert test.session_state["draft"].spec().precision == "bfloat16"


def test_a_processor_without_bfloat16_is_not_offered_it_and_a_link_that_asks_for_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.processor.told", lambda: {"flags": "avx2"})
    assert not [box for box in opened(page(), OPEN).selectbox if box.label == "Number format"]
    asked = PRESETS["quick-start"].spec.model_copy(update={"precision": "bfloat16"})
    test = page(spec=to_link(asked))
    assert "set the number format to float32" in test.error[0].value
    assert test.button(key="train").disabled
    opened(test, OPEN)
    (precision,) = [box for box in test.selectbox if box.label == "Number format"]
    precision.set_value("float32").run()
    assert not test.error
    assert not test.button(key="train").disabled
