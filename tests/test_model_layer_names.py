"""What people are told of a network's layers."""

import pytest

from core.model.build import build_model
from core.model.layer_names import layer_name
from core.model.presets import PRESETS


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("conv2d_1", "1 · Conv2D"),
        ("conv2d_12_batch_norm", "12 · Conv2D, batch norm"),
        ("separable_conv2d_2_activation", "2 · Separable Conv2D, activation"),
        ("softmax", "softmax"),
        ("conv2d", "conv2d"),
    ],
)
def test_a_layer_is_called_by_its_place_and_kind(name: str, told: str) -> None:
    assert layer_name(name) == told


@pytest.mark.parametrize("preset", PRESETS)
def test_no_two_layers_of_a_network_are_called_alike_and_none_as_in_keras(preset: str) -> None:
    names = [layer.name for layer in build_model(PRESETS[preset].spec.layers).layers]
    told = [layer_name(name) for name in names]
    assert len(set(told)) == len(names)
    assert not [name for name in told if "_" in name]
