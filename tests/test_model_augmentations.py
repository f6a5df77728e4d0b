"""An augmentation is one class and one name: whatever asks for it finds it there."""

from typing import Annotated, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import Field
from streamlit.testing.v1 import AppTest

from core.data.augment import augment
from core.export.script import script
from core.model.augmentations import Augmentation
from core.model.augmentations.effect import Change, Effect
from core.model.describe import describe
from core.model.kind import Control, control, limits, matters
from core.model.link import from_link, to_link
from core.model.specs import RunSpec, parse
from core.runs.store import RunStore
from core.sweeps.settings import settings

Images = NDArray[np.float32]


def faded(images: Images, rng: np.random.Generator, paler: float) -> Images:
    """Return images, each up to so much paler."""
    share = rng.uniform(0, paler, (len(images), 1, 1, 1))
    return images * (1 - share).astype("float32")


class Fading(Effect):
    title = "Fading"
    change = Change("pixels", faded)

    paler: Annotated[
        float, Field(ge=0, le=0.9), Control("Paler", "As from a dry pen.", step=0.1, tries=(0, 0.6))
    ] = 0.0


class More(Fading, Augmentation):
    """What `Augmentation` would be with `Fading` at the head of its bases."""


class MoreSpec(RunSpec):
    augmentation: More = More()


@pytest.fixture
def faded_spec(small_spec: RunSpec) -> RunSpec:
    return MoreSpec(layers=small_spec.layers, augmentation=More(rotation=5, paler=0.8))


def test_one_more_effect_is_drawn_described_swept_and_exported(
    store: RunStore, small_spec: RunSpec, faded_spec: RunSpec
) -> None:
    assert [effect.title for effect in More.effects()] == [
        *(effect.title for effect in Augmentation.effects()),
        "Fading",
    ]
    white = np.ones((500, 28, 28, 1), np.float32)
    shade = augment(white, More(paler=0.8), np.random.default_rng(0))[:, 14, 14, 0]
    assert 0.2 <= shade.min() < 0.25
    assert 0.95 < shade.max() <= 1
    assert describe(faded_spec)["augmentation.paler"] == "0.8"
    setting = settings(faded_spec)["augmentation.paler"]
    assert (setting.low, setting.high, setting.current) == (0, 0.9, 0.8)
    run = store.create(small_spec, "faded")
    vars(run)["spec"] = faded_spec  # which the store, that knows no Fading, would not read back
    text = script(run, None)
    assert '    ("pixels", faded, {"paler": 0.8}),' in text
    assert "rotation and fading." in text


def test_one_more_effect_has_its_slider() -> None:
    def page() -> None:
        from pages.shared.sliders import strength
        from tests.test_model_augmentations import More

        for name in More.model_fields:
            strength(More, name, key=name)

    test = AppTest.from_function(page, default_timeout=240).run()
    assert not test.exception
    assert [slider.key for slider in test.slider] == list(More.model_fields)
    slider = test.slider(key="paler")
    assert (slider.label, slider.help, slider.min, slider.max, slider.step) == (
        "Paler",
        "As from a dry pen.",
        0,
        0.9,
        0.1,
    )


@pytest.mark.parametrize("name", Augmentation.model_fields)
def test_every_field_says_what_it_is_and_how_far_it_goes(name: str) -> None:
    told, (low, high) = control(Augmentation, name), limits(Augmentation, name)
    assert told.label
    assert told.help.endswith(".")
    assert told.tries is not None
    assert low <= told.tries[0] < told.tries[1] <= high
    assert low <= Augmentation.model_fields[name].default <= high


def test_the_fields_stand_in_one_order_those_of_before_first() -> None:
    assert list(Augmentation.model_fields) == [
        *("rotation", "zoom", "width_shift", "height_shift", "shear"),
        *("elastic", "elastic_smoothness", "stroke", "erasing", "erasing_share"),
    ]


def test_old_configurations_mean_what_they_meant(small_spec: RunSpec) -> None:
    old: dict[str, Any] = small_spec.model_dump(mode="json")
    old["augmentation"] = {"rotation": 10.0, "zoom": 0.1, "width_shift": 0.1, "height_shift": 0.1}
    spec = parse(old)
    assert spec.augmentation == Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
    assert len(spec.augmentation.steps()) == 3
    assert from_link(to_link(spec)) == spec
    new = spec.model_copy(update={"augmentation": Augmentation(erasing=0.3, erasing_share=0.2)})
    assert from_link(to_link(new)) == new
    assert len(to_link(new)) < len(to_link(spec)) + 20


def test_a_detail_of_an_effect_that_is_off_means_nothing() -> None:
    assert not matters(Augmentation(), "elastic_smoothness")
    assert matters(Augmentation(elastic=0.5), "elastic_smoothness")
    assert not Augmentation(elastic_smoothness=2, erasing_share=0.4).is_on
    assert Augmentation(erasing=0.1).is_on
