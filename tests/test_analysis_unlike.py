"""The doctor tells a network that does well in validation and fails in the test why, and no other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from core.analysis.doctor import diagnose
from core.analysis.origin import LEAKED, Origin, origin_of
from core.analysis.signs.findings import Finding, Kind, Severity
from core.analysis.signs.unlike import FAR
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import split
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs.records import EpochPoint, History, Results, Steps
from core.runs.status import RunStatus

POOL = mnist.training()
SPEC = RunSpec(layers=(L.Flatten(), L.Dense()), epochs=20)
NO_STEPS = Steps(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))
LOSSES = 0.05 + 2 * 0.6 ** np.arange(20)
CURVES = History(
    NO_STEPS,
    tuple(EpochPoint(n, 40 * n, loss, 0.98, loss, 0.98, 0.001, n) for n, loss in enumerate(LOSSES, 1)),
)


def results(validation: float, images: int, test: float) -> Results:
    return Results(20, 0.1, validation, images, 1.0, test, 10_000)


def found(measured: Results | None, origin: Origin = Origin(), status: str = "finished") -> list[Finding]:  # noqa: B008
    return diagnose(SPEC, CURVES, RunStatus(status), None, measured, origin)


def the(kind: Kind, findings: list[Finding]) -> Finding:
    (one,) = [finding for finding in findings if finding.kind is kind]
    return one


def kinds(findings: list[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings}


@settings(max_examples=100, deadline=None)
@given(
    right=st.integers(0, 400),
    more=st.integers(0, 2000),
    test=st.integers(0, 10_000),
)
def test_it_is_said_exactly_where_the_intervals_are_apart_and_the_accuracies_far(
    right: int, more: int, test: int
) -> None:
    images = right + more + 1
    low, _ = proportion_confint(right, images, method="wilson")
    _, high = proportion_confint(test, 10_000, method="wilson")
    apart = high < low and right / images - test / 10_000 >= FAR
    said = Kind.TEST_FAR_BELOW in kinds(found(results(right / images, images, test / 10_000)))
    assert said == apart


def test_six_validation_images_are_no_proof() -> None:
    assert Kind.TEST_FAR_BELOW not in kinds(found(results(1.0, 6, 0.7)))
    assert Kind.HEALTHY in kinds(found(results(1.0, 6, 0.7)))


def test_of_six_validation_images_nothing_is_said_but_that() -> None:
    rising = replace(CURVES, epochs=tuple(replace(p, val_loss=0.1 + 0.1 * p.epoch) for p in CURVES.epochs))
    few = SPEC.model_copy(update={"data": Data(images=60)})
    findings = diagnose(few, rising, RunStatus.FINISHED)
    low, high = proportion_confint(6, 6, method="wilson")
    assert f"from {100 * low:.1f}% to {100 * high:.1f}%" in the(Kind.FEW_VALIDATED, findings).shows
    assert Kind.OVER_FITTING not in kinds(findings)
    assert Kind.OVER_FITTING in kinds(diagnose(SPEC, rising, RunStatus.FINISHED))


def test_too_few_steps_are_not_called_a_small_network() -> None:
    flat = tuple(EpochPoint(n, n, 1.5, 0.6, 1.6, 0.6, 0.001, n) for n in range(1, 13))
    finding = the(Kind.UNDER_FITTING, diagnose(SPEC, History(NO_STEPS, flat), RunStatus.FINISHED))
    assert "12 steps" in finding.shows
    assert finding.remedy is not None
    assert finding.remedy.spec is not None
    assert finding.remedy.spec.batch_size < SPEC.batch_size
    many = tuple(replace(point, step=100 * point.epoch) for point in flat)
    larger = the(Kind.UNDER_FITTING, diagnose(SPEC, History(NO_STEPS, many), RunStatus.FINISHED))
    assert larger.remedy is not None
    assert "larger network" in larger.remedy.sentence


def test_a_network_that_fails_in_the_test_is_not_called_healthy() -> None:
    findings = found(results(0.98, 500, 0.41))
    assert findings[0].kind is Kind.TEST_FAR_BELOW
    assert findings[0].severity is Severity.BAD
    assert "98.0% of 500" in findings[0].shows
    assert "41.0% of 10,000" in findings[0].shows
    assert Kind.HEALTHY not in kinds(findings)
    assert the(Kind.TEST_FAR_BELOW, found(results(0.98, 500, 0.9))).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("origin", "reason", "advice"),
    [
        (Origin(unlike="they are transposed", leaked=9, missing="3"), "they are transposed", "Mend"),
        (Origin(missing="3 to 9", leaked=9), "without the digits 3 to 9", "Add images"),
        (Origin(leaked=40, alike=0.5), "40 of its validation images were also trained on", "twice"),
        (Origin(alike=0.62), "reads 62.0%", "augmentation"),
        (Origin(alike=0.95), "must differ from MNIST's", "augmentation"),
    ],
)
def test_the_likeliest_reason_comes_first_and_its_remedy(origin: Origin, reason: str, advice: str) -> None:
    finding = the(Kind.TEST_FAR_BELOW, found(results(0.98, 500, 0.41), origin))
    why = finding.shows.partition("test images. ")[2]
    assert reason in why.partition(". ")[0] + "."
    assert finding.remedy is not None
    assert advice in finding.remedy.sentence


def test_images_that_lie_on_their_side_are_foretold_while_it_trains() -> None:
    finding = the(Kind.UNLIKE_MNIST, found(None, Origin(unlike="they are transposed"), "running"))
    assert "they are transposed" in finding.shows
    assert finding.severity is Severity.WARNING
    assert the(Kind.UNLIKE_MNIST, found(None, Origin(missing="7"), "running")).severity is Severity.NOTE
    assert kinds(found(None, Origin(), "running")) == kinds(diagnose(SPEC, CURVES, RunStatus.RUNNING))


def test_what_is_kept_of_a_runs_images_is_true() -> None:
    places = np.flatnonzero(POOL.labels < 5)[:300]
    images, labels = POOL.images[places].copy(), POOL.labels[places].copy()
    train, validation = split(labels, Data(images=300))
    images[validation[:4]], labels[validation[:4]] = images[train[:4]], labels[train[:4]]
    turned = Dataset("mine.csv", np.ascontiguousarray(images.transpose(0, 2, 1)), labels)
    origin = origin_of(turned, train, validation)
    assert "transposed" in origin.unlike
    assert (origin.missing, origin.leaked) == ("5 to 9", 4)
    assert origin.alike is not None
    assert origin.alike < 0.5
    assert Origin.kept(origin.facts()) == replace(origin, alike=round(origin.alike, 4))


def test_facts_of_a_stranger_that_are_no_such_facts_count_as_unknown() -> None:
    strange = {key: [1] for key in Origin("a", "b", 1, 0.5).facts()} | {"name": "x"}
    assert Origin.kept(strange) == Origin.kept({}) == Origin()
    for number in (True, -5):
        assert Origin.kept({LEAKED: number}) == Origin()
