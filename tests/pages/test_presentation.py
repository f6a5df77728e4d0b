"""The page of the presentation, and the runs that come along on all other pages."""

import shutil
from pathlib import Path

import pytest

from core.export.bundle import bundle, fill, showcase
from core.runs.store import RunStore, open_store
from tests.pages.test_pages import page, texts


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds the bundled runs."""
    folder = tmp_path_factory.mktemp("filled")
    fill(RunStore(f"sqlite:///{folder / 'runs.sqlite'}"))
    return folder


@pytest.fixture
def came_along(filled: Path, home: Path) -> None:
    """Begin with the bundled runs, as a new store does."""
    shutil.copytree(filled, home)


@pytest.mark.usefixtures("came_along")
def test_the_page_shows_every_experiment_and_what_became_of_every_claim() -> None:
    rows = {(run.experiment.name, run.device) for run in bundle()}
    for on in ("Validation images", "Test images"):
        test = page("presentation/page.py", on=on)
        table = test.dataframe[0].value
        assert len(table) == len(rows)
        assert table["seeds"].sum() == len(bundle())
        assert "Leaky ReLU hurts" in texts(test)
        assert "Tanh: the gradients vanish** :red-badge[does not hold up]" in texts(test)
        links = [link.proto.query_string for link in test.get("page_link")]
        assert sum(query.startswith("compare=") for query in links) == 9
        assert sum(query.startswith("spec=") for query in links) == 9


@pytest.mark.usefixtures("came_along")
def test_the_curves_of_all_experiments_can_be_chosen_at_once() -> None:
    """Also of those that come after as many as there are colours."""
    test = page("presentation/page.py")
    choice = test.pills(key="curves")
    choice.set_value(list({run.experiment.name: None for run in bundle()})).run()
    assert not test.exception
    assert len(choice.options) > 12


def test_runs_that_were_deleted_are_brought_back_by_a_click() -> None:
    test = page("presentation/page.py")
    next(button for button in test.button if button.label == "Bring them here").click().run()
    assert not test.exception
    assert len(open_store().runs()) == len(bundle())
    assert all(button.label != "Bring them here" for button in test.button)


@pytest.mark.usefixtures("came_along")
@pytest.mark.parametrize(
    "name", ["results/page.py", "compare/page.py", "draw/page.py", "kaggle/page.py", "runs/page.py"]
)
def test_at_the_first_start_every_page_has_something_to_show(name: str) -> None:
    best = next(iter(showcase()))
    test = page(name)
    assert "No run has been saved yet" not in texts(test)
    if name == "results/page.py":
        assert test.selectbox[0].value == best
        assert "came along" in texts(test)
        assert all(button.label not in ("Stop", "Rename") for button in test.button)


@pytest.mark.usefixtures("came_along")
def test_one_switch_hides_the_runs_that_came_along_but_a_link_still_opens_them() -> None:
    test = page("runs/page.py")
    assert len(test.dataframe[0].value) == len(bundle())
    next(toggle for toggle in test.toggle if toggle.label == "Runs that came along").set_value(False).run()
    assert not test.dataframe
    test.switch_page("results/page.py").run()
    assert not test.selectbox or test.selectbox[0].value is None
    asked = next(iter(showcase()))
    test.query_params["run"] = asked
    test.switch_page("results/page.py").run()
    assert test.selectbox[0].value == asked
