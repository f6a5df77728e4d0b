"""The eight trainings of the page on over-fitting: what they vary, and the curves that come with the app."""

import numpy as np
import pytest

from core.concepts.overfitting import EPOCHS, VARIANTS, Variant, bundled, to_json
from core.model.changes import changes
from core.model.presets import PRESETS

PLAIN = Variant("4 × Conv2D", dropout=False, augmentation=False)


def test_eight_variants_differ_in_what_they_say() -> None:
    assert len(VARIANTS) == len({variant.spec for variant in VARIANTS}) == 8
    dropout = changes(PLAIN.spec, Variant("4 × Conv2D", dropout=True, augmentation=False).spec)
    assert dropout == ["with Dropout (Dropout 0.25, Dropout 0.5)"]
    assert changes(PLAIN.spec, Variant("4 × Conv2D", False, augmentation=True).spec) == ["augmentation on"]


def test_the_networks_are_the_presentations_without_batch_normalisation() -> None:
    for network, preset in (("2 × Conv2D", "2conv2d-bn-rmsprop"), ("4 × Conv2D", "4conv2d-adam")):
        ours = [
            layer.model_dump() for layer in Variant(network, dropout=True, augmentation=False).spec.layers
        ]
        theirs = [layer.model_dump() for layer in PRESETS[preset].spec.layers]
        assert not {layer.get("batch_norm", "none") for layer in ours} - {"none"}
        assert ours == [layer | ({"batch_norm": "none"} if "batch_norm" in layer else {}) for layer in theirs]
    assert {variant.spec.optimizer for variant in VARIANTS} == {PRESETS["4conv2d-adam"].spec.optimizer}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_curves_that_come_with_the_app_are_whole(variant: Variant) -> None:
    epochs = bundled()[variant].epochs
    assert [point.epoch for point in epochs] == list(range(1, EPOCHS + 1))
    assert all(np.isfinite([p.loss, p.val_loss]).all() and 0.1 < p.val_accuracy < 1 for p in epochs)
    step = -(-1000 // variant.spec.batch_size)
    assert [point.step for point in epochs] == [step * n for n in range(1, EPOCHS + 1)]


def test_curves_survive_the_way_through_text(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    before = dict(bundled())
    monkeypatch.setattr("core.concepts.overfitting.FILE", tmp_path / "curves.json")
    (tmp_path / "curves.json").write_text(to_json({PLAIN: before[PLAIN]}))
    assert {v: h.epochs for v, h in bundled.__wrapped__().items()} == {PLAIN: before[PLAIN].epochs}


def test_without_help_the_gap_opens_and_augmentation_closes_it() -> None:
    for network in ("2 × Conv2D", "4 × Conv2D"):
        plain, augmented = (bundled()[Variant(network, False, on)].epochs[-1] for on in (False, True))
        assert plain.val_loss > 5 * plain.loss
        assert augmented.val_loss - augmented.loss < plain.val_loss - plain.loss
