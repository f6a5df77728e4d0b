"""What stands under "More about the training" reaches the spec, and what cannot be is one sentence."""

from core.model.specs import WeightAveraging
from tests.pages.test_pages import page


def test_more_settings_reach_the_spec() -> None:
    test = page()
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
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("4, soon").run()
    assert "expected epochs such as 8, 12, received “4, soon”" in test.error[0].value
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("").run()
    assert not test.error
    assert test.session_state["draft"].spec().batch_doublings == ()
