"""The Sweep page as a script: the editor, what it starts, and a sweep that has run."""

import json
import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.home import PROJECT
from core.model import layers as L
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, Group, Progress, Results
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore, open_store
from core.sweeps.paths import apply
from core.sweeps.saved import definition, stop
from core.sweeps.search import propose
from core.sweeps.space import Choices, Objective, Range, Sweep
from core.sweeps.trials import PRUNED, trials
from pages.shared.tokens import COOKIE
from pages.shared.visitor import visitor
from tests.pages.test_present import line

NAVIGATION = str(PROJECT / "pages" / "navigation.py")


@pytest.fixture(autouse=True)
def cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the session the cookie that a browser would send: AppTest cannot."""
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: "token"})


def page(**query: str) -> AppTest:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params.update(query)
    test.switch_page("sweep/page.py").run()
    assert not test.exception
    return test


def texts(test: AppTest) -> str:
    elements = (*test.markdown, *test.caption, *test.info, *test.warning, *test.error)
    return "\n".join(str(element.value) for element in elements)


def start_button(test: AppTest) -> AppTest:
    return next(button for button in test.button if button.label == "Start")


def small(objective: Objective = "accuracy") -> Sweep:
    base = RunSpec(layers=(L.Flatten(), L.Dense(units=8), L.Dropout()), epochs=4)
    rate = Range(path="optimizer.learning_rate", low=1e-4, high=1e-1, log=True)
    kind = Choices(path="optimizer.kind", values=("adam", "sgd"))
    return Sweep(base=base, parameters=(rate, kind), objective=objective)


def swept(
    store: RunStore, runs: int, owner: str | None = None, objective: Objective = "accuracy", most: int = 20
) -> Group:
    """Save a sweep of `most` runs with ended ones, the last of them pruned; the first is the best."""
    sweep = small(objective).model_copy(update={"runs": most})
    group = store.create_group("sweep", "Rates", sweep.model_dump(mode="json"), owner)
    for number in range(runs):
        values = propose(sweep, trials(sweep, store.runs(group.id)))
        assert values is not None
        named = {"group_id": group.id, "holder": "nobody's worker"}
        run = store.create(apply(sweep.base, values), f"Rates · run {number + 1}", **named)
        score = 0.95 - number / 100
        points = [EpochPoint(1, 10, 0.5, 0.9, 1 - score, score, 0.01, 1.0)]
        store.record(run.id, Progress("training", 1, 10, 10, seconds=1.0), [], points)
        status = RunStatus.STOPPED if number == runs - 1 else RunStatus.FINISHED
        if status is RunStatus.STOPPED:
            store.set_tags(run.id, [PRUNED])
        store.end(run.id, status, "", Results(1, 1 - score, score, 100, 0.42, 0.4242, 10_000))
        time.sleep(0.002)
    return group


def test_the_editor_opens_with_a_sweep_that_could_start_at_once() -> None:
    test = page()
    assert test.multiselect[0].value == ["optimizer.learning_rate", "batch_size"]
    assert "at most 20 runs" in texts(test)
    assert not test.error
    assert not start_button(test).disabled


def test_what_is_typed_becomes_the_sweep_and_starting_shows_it() -> None:
    test = page()
    test.selectbox(key="sweep.base").set_value("mlp").run()
    paths = ["optimizer.learning_rate", "batch_size", "optimizer.kind", "epochs"]
    test.multiselect(key="sweep.paths").set_value(paths).run()
    test.number_input(key="sweep.optimizer.learning_rate.low").set_value(0.001).run()
    test.text_input(key="sweep.batch_size.list").set_value("32, 100").run()
    test.multiselect(key="sweep.optimizer.kind.options").set_value(["adam", "nesterov"]).run()
    test.radio(key="sweep.sampler").set_value("grid").run()
    test.number_input(key="sweep.epochs.high").set_value(9).run()
    test.number_input(key="sweep.epochs.steps").set_value(2).run()
    assert "**24 combinations** · at most 20 runs" in texts(test)
    test.number_input(key="sweep.runs").set_value(2).run()
    start_button(test).click().run()
    assert not test.exception
    (group,) = open_store().groups("sweep")
    assert group.owner == visitor() is not None
    assert test.query_params["sweep"] in (group.id, [group.id])
    sweep = definition(group)
    assert (sweep.sampler, sweep.runs, sweep.minutes, sweep.prune) == ("grid", 2, None, True)
    assert [p.listed() for p in sweep.parameters[1:]] == [(32, 100), ("adam", "nesterov"), (5, 9)]
    assert "0 of 2 runs" in " ".join(str(bar.proto.text) for bar in test.get("progress"))
    next(button for button in test.button if button.label == "Stop").click().run()
    assert open_store().group(group.id).status == "stopped"
    assert not any(run.command is Command.RUN for run in open_store().runs(group.id))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("sweep.batch_size.list", "32, many", "“many” is no number"),
        ("sweep.batch_size.list", "", "at least two different values"),
        ("sweep.batch_size.list", "32 0", "Batch size cannot be 0"),
        ("sweep.optimizer.learning_rate.low", 5.0, "must begin below its end"),
        ("sweep.optimizer.learning_rate.low", 0.0, "above 0"),
        ("sweep.runs", 0, "never end"),
    ],
)
def test_a_sweep_that_cannot_work_is_one_sentence_and_start_is_off(
    key: str, value: str | float, words: str
) -> None:
    test = page()
    widget = test.text_input if isinstance(value, str) else test.number_input
    widget(key=key).set_value(value).run()
    (error,) = test.error
    assert words in error.value
    assert start_button(test).disabled


def test_what_was_typed_outlives_a_change_of_page_and_of_the_network() -> None:
    test = page()
    test.multiselect(key="sweep.paths").set_value(["layers.5.rate", "epochs"]).run()
    test.number_input(key="sweep.epochs.high").set_value(9).run()
    test.switch_page("runs/page.py").run()
    test.switch_page("sweep/page.py").run()
    assert test.number_input(key="sweep.epochs.high").value == 9
    test.selectbox(key="sweep.base").set_value("mlp").run()  # whose sixth layer has no rate
    assert test.multiselect(key="sweep.paths").value == ["epochs"]
    assert not test.exception


def test_a_sweep_shows_its_best_run_its_table_and_no_test_accuracy() -> None:
    group = swept(open_store(), 12)
    test = page(sweep=group.id)
    shown = texts(test)
    assert {metric.label: metric.value for metric in test.metric}["Validation accuracy"] == "95.00%"
    assert "best of 12 runs was chosen on the same 100 validation images" in shown
    table = test.dataframe[0].value
    assert list(table["status"]) == ["finished"] * 11 + ["pruned"]
    assert list(table["validation accuracy"][:2]) == pytest.approx([95, 94])
    assert table["95% interval"][0] == "88.82 – 97.85%"
    assert set(table["Optimizer"]) == {"Adam", "SGD"}
    assert "best quarter" in shown
    assert "42.42" not in shown
    assert "42.42" not in table.to_string()
    assert "more finished runs" in texts(page(sweep=swept(open_store(), 5).id))


def test_a_sweep_that_ended_says_how_many_of_its_runs_would_be_needed() -> None:
    group = swept(open_store(), 5)
    open_store().end_group(group.id, "finished")
    assert "from 10 runs on that finished; of this sweep four runs did" in texts(page(sweep=group.id))


def test_a_sweep_of_few_runs_promises_nothing_that_takes_more() -> None:
    shown = texts(page(sweep=swept(open_store(), 2, most=3).id))
    assert "from 10 runs on that finished; this sweep has at most 3." in shown
    assert "more finished runs" not in shown


def test_a_sweep_of_one_run_counts_one_run() -> None:
    test = page()
    test.number_input(key="sweep.runs").set_value(1).run()
    assert "at most 1 run" in texts(test)
    group = swept(open_store(), 0, most=1)
    base = small().base.model_copy(update={"epochs": 1})
    run = open_store().create(base, "Rates · run 1", group_id=group.id, holder="nobody's worker")
    open_store().claim(run.id, {}, "nobody's worker")
    test = page(sweep=group.id)
    assert [bar.proto.text for bar in test.get("progress")] == ["0 of 1 run"]
    assert "Run 1, running, 0 of 1 epoch:" in texts(test)


def test_a_sweep_is_slides_too_with_its_settings_two_by_two() -> None:
    group = swept(open_store(), 12)
    names = ["The runs", "The settings", "Learning rate, Optimizer"]
    for at, name in enumerate(names, start=1):
        test = page(sweep=group.id, present=str(at))
        assert line(test) == (f"Sweep · Rates · {name}", at, 3)
        assert not test.selectbox
    first = page(sweep=swept(open_store(), 1).id, present="2")
    assert "as soon as two runs have ended" in texts(first)
    assert "present" not in page(sweep="nope", present="2").query_params


def test_a_sweep_for_the_lowest_loss_shows_losses_and_rates_to_their_digits() -> None:
    store = open_store()
    group = swept(store, 4, objective="loss")
    test = page(sweep=group.id)
    (table,) = test.dataframe
    assert table.value["validation loss"].tolist() == pytest.approx([0.05, 0.06, 0.07, 0.08])
    assert [metric.value for metric in test.metric if metric.label == "Validation loss"] == ["0.0500"]
    columns = json.loads(table.proto.columns)
    assert columns["Learning rate"]["type_config"]["format"] == "%.4g"  # 0.00001 would else read 0.0000


def test_a_sweep_of_somebody_else_can_be_watched_but_not_stopped() -> None:
    group = swept(open_store(), 3, owner="somebody else")
    assert "Stop" not in [button.label for button in page(sweep=group.id).button]
    group = swept(open_store(), 3)
    assert "Stop" in [button.label for button in page(sweep=group.id).button]


def test_an_ended_sweep_comes_back_into_the_editor_as_it_was() -> None:
    parameters = (
        Range(path="optimizer.learning_rate", low=1e-5, high=0.0123456789, log=True, steps=4),
        Range(path="epochs", low=2, high=9, integer=True, steps=3),
        Choices(path="batch_size", values=(32, 1000)),
        Choices(path="layers.2.rate", values=(0.1, 0.30000000000000004)),
        Choices(path="optimizer.kind", values=("adam", "sgd")),
    )
    sweep = Sweep(
        base=small().base,
        parameters=parameters,
        sampler="grid",
        runs=None,
        minutes=7,
        prune=False,
        objective="loss",
    )
    name = f"Mine: {', '.join(label.lower() for label in sweep.labels.values())}"
    group = open_store().create_group("sweep", name, sweep.model_dump(mode="json"))
    test = page()  # the editor has been seen before, with other ranges
    test.number_input(key="sweep.optimizer.learning_rate.low").set_value(0.001).run()
    test.selectbox[0].select_index(1).run()
    assert "Use these ranges" not in [button.label for button in test.button]  # while it goes on
    open_store().end_group(group.id, "finished")
    test = test.run()
    next(button for button in test.button if button.label == "Use these ranges").click().run()
    assert not test.exception
    assert "sweep" not in test.query_params
    start_button(test).click().run()
    assert not test.exception
    again = next(other for other in open_store().groups("sweep") if other.id != group.id)
    assert (definition(again), again.name) == (sweep, group.name)
    stop(open_store(), again.id)


@pytest.mark.parametrize("sweep_id", ["nope", "x" * 5000, "<b>'; drop table runs", "🙂"])
def test_a_link_to_a_sweep_that_does_not_exist_is_one_sentence_and_the_editor(sweep_id: str) -> None:
    test = page(sweep=sweep_id)
    assert "There is no sweep" in texts(test)
    assert start_button(test)
