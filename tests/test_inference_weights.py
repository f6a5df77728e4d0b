"""Networks from files: built from the configuration, with weights that are exactly its own, or refused."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.arrivals import (
    FEWEST_IMAGES,
    MOST_IMAGES,
    Claim,
    check_description,
    checked,
    claim,
)
from core.inference.networks import predict
from core.inference.weights import WEIGHTS, built, read_arrays
from core.model import layers as L
from core.model.build import build_model, compile_model, model_bytes
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from tests.stacks import BLOCKS

LAYERS = (
    L.Conv2D(filters=3, batch_norm="before", activation="leaky_relu"),
    L.MaxPooling2D(),
    L.Conv2D(filters=4, batch_norm="after"),
    L.Dropout(),
    L.Flatten(),
    L.Dense(units=6, batch_norm="after"),
    L.Dense(units=5),
)
SPEC = RunSpec(layers=LAYERS)
PLACE = "layers/dense/vars/0"
IMAGES = mnist.test().images[:40]


def model_of(spec: RunSpec, seed: int = 0) -> Any:
    """Return a network whose every weight is another one, moving means and variances too."""
    keras.utils.set_random_seed(seed)
    model, rng = compile_model(spec), np.random.default_rng(seed)
    model.set_weights([w + rng.uniform(0, 0.2, w.shape) for w in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def model() -> Any:
    return model_of(SPEC)


@pytest.fixture(scope="module")
def file(model: Any) -> bytes:
    return model_bytes(model)


def members(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(file: bytes, change: Callable[[Any], object]) -> bytes:
    """Return a `.keras` file whose weights somebody edited."""
    contents = members(file)
    buffer = io.BytesIO(contents[WEIGHTS])
    with h5py.File(buffer, "r+") as weights:
        change(weights)
    return zipped(contents | {WEIGHTS: buffer.getvalue()})


@pytest.mark.parametrize("spec", [SPEC, PRESETS["final"].spec, RunSpec(layers=BLOCKS)])
def test_a_file_of_keras_gives_the_very_network_back(spec: RunSpec) -> None:
    saved = model_of(spec)
    again = built(spec, model_bytes(saved), "It")
    for found, wanted in zip(again.get_weights(), saved.get_weights(), strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_allclose(predict(again, normalise(IMAGES[:2])), predict(saved, normalise(IMAGES[:2])))


def test_an_optimizer_in_the_file_is_passed_over(model: Any) -> None:
    trained = model_of(SPEC)
    trained.optimizer.build(trained.trainable_variables)
    again = built(SPEC, model_bytes(trained), "It")
    np.testing.assert_array_equal(again.get_weights()[-1], model.get_weights()[-1])


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 0


DESCRIPTIONS: dict[str, Callable[[Any], object]] = {
    "a huge layer": lambda layers: layers[1]["config"].update(filters=40_000_000),
    "code": lambda layers: layers[2].update(class_name="Lambda"),
    "other images": lambda layers: layers[0]["config"].update(batch_shape=[None, 32, 32, 3]),
    "another activation": lambda layers: layers[-1]["config"].update(activation="sigmoid"),
    "seven classes": lambda layers: layers[-1]["config"].update(units=7),
    "a layer more": lambda layers: layers.append(layers[-1]),
    "layers that are none": lambda layers: layers.__setitem__(0, "layer"),
    "something deep": lambda layers: layers[1]["config"].update(filters=nested(400)),
}


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_description_of_another_network_is_not_opened_and_does_not_arrive(
    case: str, model: Any, file: bytes
) -> None:
    config = json.loads(members(file)["config.json"])
    DESCRIPTIONS[case](config["config"]["layers"])
    content = zipped(members(file) | {"config.json": json.dumps(config).encode()})
    with pytest.raises(DataError, match=r"describes another network|does not describe a network"):
        checked(SPEC.to_json(), content, [])
    np.testing.assert_array_equal(built(SPEC, content, "It").get_weights()[0], model.get_weights()[0])


def other_way(block: Any) -> None:
    """Let a block's addition take the first convolution's sums for the input."""
    added = next(layer for layer in block["layers"] if layer["class_name"] == "Add")
    for tensor in added["inbound_nodes"][0]["args"][0]:
        tensor["config"]["keras_history"][0] = block["layers"][1]["name"]


@pytest.mark.parametrize(
    "change", [other_way, lambda block: block["layers"][1]["config"].update(activation="tanh")]
)
def test_a_block_is_compared_with_its_inside_and_its_ways(change: Callable[[Any], object]) -> None:
    spec = RunSpec(layers=(L.Residual(filters=2), L.GlobalPooling2D()))
    model = model_of(spec)
    file = model_bytes(model)
    config = json.loads(members(file)["config.json"])
    check_description(json.dumps(config).encode(), model, "It")
    change(config["config"]["layers"][1]["config"])
    with pytest.raises(DataError, match="describes another network"):
        check_description(json.dumps(config).encode(), model, "It")


@pytest.mark.parametrize(
    "config", [b"[" * 500_000, b"", b"{}", b"[]", b"null", b"9" * 9_000, b"\xff", b'{"config": 3}']
)
def test_a_description_that_is_none_is_one_sentence(config: bytes, model: Any) -> None:
    with pytest.raises(DataError, match="It does not describe a network: its config"):
        check_description(config, model, "It")


def replaced(values: Any, **how: Any) -> Callable[[Any], None]:
    def change(weights: Any) -> None:
        del weights[PLACE]
        weights.create_dataset(PLACE, data=values, **how)

    return change


def outside(weights: Any) -> None:
    del weights[PLACE]
    kept = [("/etc/passwd", 0, h5py.h5f.UNLIMITED)]
    weights.create_dataset(PLACE, (784, 6), np.float32, external=kept)


def virtual(weights: Any) -> None:
    del weights[PLACE]
    layout = h5py.VirtualLayout((784, 6), np.float32)
    layout[:] = h5py.VirtualSource("elsewhere.h5", "x", (784, 6))
    weights.create_virtual_dataset(PLACE, layout)


def linked(link: Any) -> Callable[[Any], None]:
    def change(weights: Any) -> None:
        weights["copy"] = weights[PLACE]
        del weights[PLACE]
        weights[PLACE] = link

    return change


def link_above(weights: Any) -> None:
    weights.move("layers/dense", "dense")
    weights["layers/dense"] = h5py.SoftLink("/dense")


def a_group(weights: Any) -> None:
    del weights[PLACE]
    weights.create_group(PLACE)


def a_dataset_above(weights: Any) -> None:
    del weights["layers/dense/vars"]
    weights["layers/dense/vars"] = np.zeros(3)


SHAPES = {PLACE: (784, 6), "layers/dense_1/vars/0": (6, 5)}
ZEROS = np.zeros((784, 6), np.float32)
EDITED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a missing layer": (lambda weights: weights.pop("layers/dense_1"), "layers/dense_1/vars/0 is missing"),
    "a missing weight": (lambda weights: weights.pop(PLACE), f"{PLACE} is missing"),
    "another shape": (replaced(np.zeros((6, 784), np.float32)), "6 × 784 of float32, expected 784 × 6"),
    "one number": (replaced(np.float32(1)), "one number of float32, expected 784 × 6"),
    "many axes": (replaced(np.zeros((1,) * 32, np.float32)), "expected 784 × 6"),
    "doubles": (replaced(ZEROS.astype(np.float64)), "784 × 6 of float64"),
    "whole numbers": (replaced(ZEROS.astype(np.int32)), "784 × 6 of int32"),
    "another byte order": (replaced(ZEROS.astype(">f4")), "784 × 6 of >f4"),
    "words": (replaced("weights", dtype=h5py.string_dtype()), "expected 784 × 6"),
    "no numbers": (replaced(np.full((784, 6), np.nan, np.float32)), "no finite numbers"),
    "infinite ones": (replaced(np.full((784, 6), np.inf, np.float32)), "no finite numbers"),
    "packed ones": (replaced(ZEROS, compression="gzip"), "packed or kept elsewhere"),
    "in pieces": (replaced(ZEROS, chunks=(28, 6)), "packed or kept elsewhere"),
    "another file's bytes": (outside, "packed or kept elsewhere"),
    "another file's weights, by a view": (virtual, "packed or kept elsewhere"),
    "another file's weights, by a link": (linked(h5py.ExternalLink("x.h5", "/w")), "has a link"),
    "a link within": (linked(h5py.SoftLink("/copy")), "has a link"),
    "a link above": (link_above, "has a link"),
    "a loop": (linked(h5py.SoftLink(f"/{PLACE}")), "has a link"),
    "a group": (a_group, f"{PLACE} is missing"),
    "a table for a group": (a_dataset_above, f"{PLACE} is missing"),
}


@pytest.mark.parametrize("case", EDITED)
def test_weights_that_are_not_the_networks_own_cost_one_sentence(case: str, file: bytes) -> None:
    change, sentence = EDITED[case]
    with pytest.raises(DataError) as refused:
        read_arrays(members(changed(file, change))[WEIGHTS], SHAPES, "The archive's model.keras")
    told = str(refused.value)
    assert sentence in told
    assert told.startswith("The archive's model.keras ")
    assert told.isprintable()
    assert len(told) < 250


def seven_classes() -> bytes:
    model = build_model(LAYERS)
    model.pop()
    model.add(keras.layers.Dense(7, activation="softmax", name="softmax"))
    return model_bytes(model)


def other_images() -> bytes:
    kinds = keras.layers
    return model_bytes(keras.Sequential([keras.Input((32, 32, 3)), kinds.Flatten(), kinds.Dense(10)]))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (seven_classes, "layers/dense_2/vars/0 is 5 × 7 of float32, expected 5 × 10"),
        (other_images, "layers/conv2d/vars/0 is missing"),
        (lambda: model_bytes(build_model(LAYERS[1:])), "layers/conv2d/vars/0 is 3 × 3 × 1 × 4"),
        (lambda: zipped({"config.json": b"{}"}), f"expected {WEIGHTS} in it"),
        (lambda: zipped({WEIGHTS: b"no HDF5"}), "is damaged"),
        (lambda: zipped({WEIGHTS: b""}), "is damaged"),
        (lambda: zipped({WEIGHTS: bytes(9_000_000)}, zipfile.ZIP_DEFLATED), "with 9.0 MB, the limit is 4.1"),
        (lambda: zipped({"evil.py": b""}), "holds “evil.py”"),
        (lambda: b"\x89HDF\r\n\x1a\n", "no zip file"),
        (lambda: b"", "no zip file"),
    ],
)
def test_another_network_or_none_costs_one_sentence(make: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(DataError) as refused:
        built(SPEC, make(), "It")
    assert sentence in str(refused.value)


def test_a_network_is_not_larger_than_its_configuration_whatever_the_file_promises(file: bytes) -> None:
    def promise(weights: Any) -> None:
        del weights[PLACE]
        weights.create_dataset(PLACE, (50_000, 1_000_000), np.float32)  # 200 GB, none of which is there

    with pytest.raises(DataError, match="50000 × 1000000 of float32, expected 784 × 6"):
        built(SPEC, changed(file, promise), "It")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_that_broke_off_or_was_garbled_in_its_zip_is_refused_or_whole(
    data: st.DataObject, model: Any, file: bytes
) -> None:
    content = bytearray(file)
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        again = built(SPEC, cut, "It")
    except DataError:
        return
    # What was hit is nothing that is read.
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


# --- a network that came with predictions ----------------------------------------------------------


def said_by(model: Any, count: int = 40) -> Claim:
    return Claim(IMAGES[:count], predict(model, normalise(IMAGES[:count])))


def test_a_network_that_gives_its_predictions_arrives_without_a_doubt(
    model: Any, file: bytes, tmp_path: Path
) -> None:
    arrival = checked(SPEC.to_json(), file, [said_by(model), said_by(model, 7)])
    assert arrival.doubt == ""
    path = tmp_path / "model.keras"
    path.write_bytes(arrival.model)
    again = keras.saving.load_model(path)
    assert isinstance(again.optimizer, keras.optimizers.Adam)
    np.testing.assert_allclose(again(normalise(IMAGES)[..., None]).numpy(), said_by(model).probabilities)


def test_the_rounding_of_another_processor_is_no_doubt(model: Any, file: bytes) -> None:
    true = said_by(model)
    noise = np.random.default_rng(0).uniform(-1e-2, 1e-2, true.probabilities.shape).astype(np.float32)
    assert (
        checked(SPEC.to_json(), file, [replace(true, probabilities=true.probabilities + noise)]).doubt == ""
    )


def test_predictions_of_another_network_are_doubted_in_a_sentence(file: bytes) -> None:
    other = said_by(model_of(SPEC, seed=8))
    doubt = checked(SPEC.to_json(), file, [other]).doubt
    assert doubt.startswith(
        "The network in this file does not give the predictions that came with it: of 40 "
    )
    perfect = Claim(IMAGES, np.eye(10, dtype=np.float32)[mnist.test().labels[:40]])
    assert "of 40 images it answers" in checked(SPEC.to_json(), file, [perfect]).doubt


def test_only_what_keras_makes_here_of_a_file_is_kept(file: bytes) -> None:
    config = json.loads(members(file)["config.json"])
    config["compile_config"] = {"loss": {"class_name": "Lambda", "config": "evil"}}
    evil = zipped(members(file) | {"config.json": json.dumps(config).encode(), "metadata.json": b"evil"})
    kept = members(checked(SPEC.to_json(), evil, []).model)
    assert b"evil" not in b"".join(kept.values())
    assert json.loads(kept["config.json"])["compile_config"]["loss"] == "categorical_crossentropy"


def test_weights_that_drown_every_answer_are_refused(model: Any) -> None:
    drowned = build_model(LAYERS)
    for variable in drowned.trainable_variables:
        variable.assign(np.full(variable.shape, 3e38))
    with pytest.raises(DataError, match="does not answer with probabilities"):
        checked(SPEC.to_json(), model_bytes(drowned), [said_by(model)])


def test_few_images_are_asked_the_wavering_ones_first() -> None:
    pool = mnist.test()
    sure = np.full((10_000, 10), 0.001, np.float32)
    sure[:, 3] = 0.991
    sure[[17, 4711]] = 0.1
    said = Predictions(np.arange(10_000), pool.labels, sure)
    asked = claim(SPEC, pool, said)
    assert len(asked.images) <= MOST_IMAGES
    assert (asked.probabilities[:, 3] < 0.2).sum() == 2
    heavy = RunSpec(layers=(L.Conv2D(filters=512), L.Conv2D(filters=512), L.GlobalPooling2D()), batch_size=1)
    assert len(claim(heavy, pool, said).images) <= FEWEST_IMAGES
    few = Dataset("few", pool.images[:3], pool.labels[:3])
    assert len(claim(SPEC, few, Predictions(np.arange(3), few.labels, sure[:3])).images) == 3
