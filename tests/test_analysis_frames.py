"""What a network answered after each epoch: taken while training, kept, read back."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from core.analysis.frames import MOST, Frame, from_bytes, is_kept, to_bytes
from core.analysis.predictions import Predictions
from core.errors import DataError
from core.inference.networks import network
from core.model.specs import RunSpec
from core.runs.artifacts import FRAMES, VALIDATION
from core.runs.store import RunStore
from core.training.job import run_job


@pytest.mark.parametrize("epochs", [1, 2, 49, 50, 51, 120, 500])
def test_at_most_so_many_epochs_are_kept_and_evenly(epochs: int) -> None:
    kept = [epoch for epoch in range(1, epochs + 1) if is_kept(epoch, epochs)]
    assert 1 <= len(kept) <= MOST
    assert len(kept) == epochs or len(kept) >= MOST // 2
    assert len(set(np.diff(kept))) <= 1


def test_a_run_keeps_its_epochs_and_the_last_frame_is_the_final_report(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "filmed")
    run_job(store, run.id)
    frames = from_bytes(store.artifact(run.id, FRAMES) or b"")
    final = Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"")
    history, ended = store.history(run.id), store.get(run.id)
    assert ended.results is not None
    assert [frame.epoch for frame in frames] == [*range(1, small_spec.epochs + 1), ended.results.best_epoch]
    for frame, point in zip(frames, history.epochs, strict=False):
        assert (frame.predicted == final.labels).mean() == pytest.approx(point.val_accuracy, abs=1e-6)
    report = confusion_matrix(final.labels, final.probabilities.argmax(axis=1), labels=range(10))
    np.testing.assert_array_equal(
        confusion_matrix(final.labels, frames[-1].predicted, labels=range(10)), report
    )
    rows = np.arange(len(final.labels))
    np.testing.assert_allclose(frames[-1].truth, final.probabilities[rows, final.labels], atol=1e-3)
    np.testing.assert_allclose(frames[-1].confidence, final.probabilities.max(axis=1), atol=1e-3)
    kernel = network(store.url, run.id, ended.ended_at or 0).get_layer("conv2d_1").get_weights()[0]
    np.testing.assert_allclose(frames[-1].filters, kernel[:, :, 0], atol=1e-3)


def test_damaged_frames_are_refused_in_a_sentence() -> None:
    frame = Frame(1, np.zeros(3, np.uint8), *(np.zeros(3, np.float16),) * 2, np.zeros((0, 0, 0), np.float16))
    whole = to_bytes([frame, frame])
    assert [one.epoch for one in from_bytes(whole)] == [1, 1]
    for content in (b"", b"PK", whole[: len(whole) // 2]):
        with pytest.raises(DataError, match="epochs are damaged"):
            from_bytes(content)
