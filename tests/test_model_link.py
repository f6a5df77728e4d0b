"""A configuration in an address: whole, short, and harmless whatever comes instead."""

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import SpecError
from core.model import layers as L
from core.model import specs as S
from core.model.changes import changes
from core.model.link import LONGEST_LINK, from_link, to_link
from core.model.optimizers import SGD, Adam, Nesterov, RMSprop
from core.model.presets import PRESETS
from core.model.schedules import Constant, Cosine, OneCycle
from core.model.seeds import free_seeds


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), wbits=-15)).decode().rstrip("=")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_goes_through_a_short_link(name: str) -> None:
    spec = PRESETS[name].spec
    link = to_link(spec)
    assert from_link(link) == spec
    assert len(link) < 460
    assert link.isascii()
    assert set(link) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@settings(max_examples=60)
@given(
    some.builds(
        S.RunSpec,
        layers=some.lists(
            some.builds(L.Dense, units=some.integers(1, 64), activation=some.sampled_from(["relu", "tanh"])),
            max_size=8,
        ).map(lambda dense: (L.Flatten(), *dense)),
        optimizer=some.sampled_from([SGD(), Adam(learning_rate=0.5), RMSprop(rho=0.5), Nesterov()]),
        schedule=some.sampled_from([Constant(), Cosine(final_share=0.1), OneCycle()]),
        early_stopping=some.sampled_from([None, S.EarlyStopping(), S.EarlyStopping(patience=9)]),
        kept_epoch=some.sampled_from(["best", "last"]),
        epochs=some.integers(1, 500),
        seed=some.integers(0, 2**31 - 1),
        data=some.builds(S.Data, images=some.integers(100, 60_000)),
        augmentation=some.builds(S.Augmentation, rotation=some.floats(0, 180)),
    )
)
def test_any_configuration_comes_back_as_it_was(spec: S.RunSpec) -> None:
    assert from_link(to_link(spec)) == spec


def test_the_largest_network_fits() -> None:
    conv = [
        L.Conv2D(
            filters=1 + i,
            kernel_size=1 + i % 7,
            activation="gelu",
            batch_norm="after",
            batch_norm_momentum=0.9 + i / 1000,
            batch_norm_epsilon=1e-5 * (i + 2),
            initial_weights="he",
        )
        for i in range(38)
    ]
    spec = S.RunSpec(layers=(*conv, L.Flatten()), batch_size=1)
    assert len(to_link(spec)) < LONGEST_LINK
    assert from_link(to_link(spec)) == spec


@given(some.text(max_size=300) | some.text("ABCDwxyz0189-_", max_size=300))
def test_whatever_stands_in_the_address_costs_one_sentence(text: str) -> None:
    with pytest.raises(SpecError) as error:
        from_link(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (to_link(PRESETS["final"].spec)[:-9], "cut off"),
        ("%%%", "damaged"),
        ("A" * 5000, "at most 4,000"),
        (packed(" " * 2_000_000 + "{}"), "more than can be"),
        (packed("[]"), "JSON object"),
        (packed("[" * 50_000), "not JSON"),
        (packed(json.dumps({"layers": [{"kind": "dense", "units": 10**9}]})), "units"),
        (packed(json.dumps({"layers": [], "__class__": "os.system"})), "Unknown key"),
    ],
)
def test_damaged_oversized_and_hostile_links_are_refused_by_name(link: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        from_link(link)


def test_changes_count_ideas_not_values() -> None:
    spec = {name: preset.spec for name, preset in PRESETS.items()}
    assert changes(spec["4conv2d-bn-rmsprop"], spec["4conv2d-rmsprop"]) == [
        "batch normalisation after act. → none in layers 1, 2, 5, 6"
    ]
    assert changes(spec["4conv2d-rmsprop"], spec["4conv2d-adam"]) == ["optimizer RMSprop → Adam"]
    assert changes(spec["4conv2d-bn-rmsprop"], spec["final"]) == [
        "schedule Constant → Reduce on plateau",
        "augmentation on",
        "epochs 10 → 30",
    ]
    assert len(changes(spec["2conv2d-bn-rmsprop"], spec["4conv2d-bn-rmsprop"])) == 1
    assert changes(spec["4conv2d-bn-rmsprop"], spec["4conv2d-bn-leaky-relu"])[0].startswith(
        "activation ReLU → Leaky ReLU in layers"
    )
    mlp = spec["mlp"]
    assert changes(mlp, mlp.model_copy(update={"seed": 7})) == []
    early = mlp.model_copy(update={"early_stopping": S.EarlyStopping()})
    assert changes(mlp, early) == ["early stopping off → after 5 epochs"]
    assert changes(early, mlp.model_copy(update={"early_stopping": S.EarlyStopping(patience=2)})) == [
        "early stopping: patience 5 → 2"
    ]
    assert changes(mlp, mlp.model_copy(update={"data": S.Data(split_seed=3)})) == ["data: split seed 0 → 3"]


def test_repeats_take_the_next_seeds_that_nobody_has_used() -> None:
    spec = PRESETS["mlp"].spec
    others = [spec.model_copy(update={"seed": seed}) for seed in (0, 2)]
    others.append(spec.model_copy(update={"seed": 1, "epochs": 3}))
    assert free_seeds(spec, others, 3) == [1, 3, 4]
    last = spec.model_copy(update={"seed": 2**31 - 1})
    assert free_seeds(last, [], 2) == [0, 1]
