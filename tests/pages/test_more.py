"""What stands under "More about the training" reaches the spec, and what cannot be is one sentence."""

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
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("4, soon").run()
    assert "expected epochs such as 8, 12, received “4, soon”" in test.error[0].value
    test.text_input(key=f"{draft.version}..batch_doublings").set_value("").run()
    assert not test.error
    assert test.session_state["draft"].spec().batch_doublings == ()
