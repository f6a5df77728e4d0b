"""The page on over-fitting: its curves, and that own runs take their place."""

from streamlit.testing.v1 import AppTest

from core.concepts.overfitting import Variant, bundled
from core.home import PROJECT
from core.runs.records import Progress, Results
from core.runs.status import RunStatus
from core.runs.store import open_store

NAVIGATION = str(PROJECT / "pages" / "navigation.py")


def page(**query: str) -> AppTest:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params.update(query)
    test.switch_page("ideas/overfitting/page.py").run()
    assert not test.exception
    return test


def test_both_networks_are_shown_without_help_first(home: object) -> None:
    table = page().dataframe[0].value
    assert list(table["network"]) == ["2 × Conv2D, neither", "4 × Conv2D, neither"]
    assert set(table["curves"]) == {"come with the app"}


def test_all_eight_can_be_shown_and_none_is_said(home: object) -> None:
    test = page()
    test.button_group[1].set_value(["Neither", "Dropout", "Augmentation", "Both"]).run()
    assert len(test.dataframe[0].value) == 8
    test.button_group[0].set_value([]).run()
    assert not test.exception
    assert "at least one" in test.info[0].value


def test_own_finished_runs_take_the_place_of_the_curves_that_come_with_the_app(home: object) -> None:
    store = open_store()
    variant = Variant("2 × Conv2D", dropout=False, augmentation=False)
    points = bundled()[variant].epochs[:3]
    for seed in (4, 5):
        run = store.create(variant.spec.model_copy(update={"seed": seed}), f"own {seed}")
        store.claim(run.id, {})
        store.record(run.id, Progress(), [], points)
        store.end(run.id, RunStatus.FINISHED, "", Results(3, 0.1, 0.9, 2000, 0.1, 0.9, 10_000))
    table = page().dataframe[0].value
    assert list(table["curves"]) == ["two own runs", "come with the app"]
    assert table["training loss at the end"][0] == f"{points[-1].loss:.4f}"
