"""Specs: JSON there and back, and one plain sentence for whatever is wrong."""

import json
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.errors import SpecError
from core.model import specs as S
from core.model.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSprop
from core.model.schedules import Constant, Cosine, OneCycle, ReduceOnPlateau
from tests.test_model_shapes import stacks

shares = st.floats(0, 0.5)
betas = st.floats(0, 1, exclude_max=True)
rates = st.floats(0, 100, exclude_min=True)
epsilons = st.floats(0, 1, exclude_min=True)
optimizers = st.one_of(
    st.builds(SGD, learning_rate=rates),
    st.builds(Momentum, learning_rate=rates, momentum=betas),
    st.builds(Nesterov, learning_rate=rates, momentum=betas),
    st.builds(Adagrad, learning_rate=rates, initial_accumulator_value=st.floats(0, 10), epsilon=epsilons),
    st.builds(RMSprop, learning_rate=rates, rho=betas, momentum=betas, epsilon=epsilons),
    st.builds(Adam, learning_rate=rates, beta_1=betas, beta_2=betas, epsilon=epsilons),
    st.builds(AdamW, learning_rate=rates, weight_decay=st.floats(0, 1), beta_1=betas, beta_2=betas),
)
schedules = st.one_of(
    st.builds(Constant),
    st.builds(ReduceOnPlateau, factor=st.floats(0.01, 0.99), patience=st.integers(1, 50)),
    st.builds(Cosine, final_share=st.floats(0, 1)),
    st.builds(OneCycle, warmup_share=st.floats(0.01, 0.99), start_divisor=st.floats(1, 1e4)),
)
sources = st.just("mnist") | st.from_regex(r"csv-[0-9a-f]{16}", fullmatch=True)
specs = st.builds(
    S.RunSpec,
    layers=stacks(),
    optimizer=optimizers,
    schedule=schedules,
    data=st.builds(
        S.Data,
        source=sources,
        images=st.integers(2, 1_000_000),
        validation_share=st.floats(0.01, 0.9),
        split_seed=st.integers(0, 2**31 - 1),
        folds=st.sampled_from([0, 0, 5, 20]),
        fold=st.integers(0, 4),
    ),
    augmentation=st.builds(
        S.Augmentation, rotation=st.floats(0, 180), zoom=shares, width_shift=shares, height_shift=shares
    ),
    epochs=st.integers(1, 500),
    batch_size=st.integers(1, 4096),
    early_stopping=st.none() | st.builds(S.EarlyStopping, patience=st.integers(1, 100)),
    kept_epoch=st.sampled_from(["best", "last"]),
    seed=st.integers(0, 2**31 - 1),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def values(**changes: Any) -> dict[str, Any]:
    """Return a valid configuration as plain values, with some top-level keys changed."""
    return {"layers": [{"kind": "conv2d"}, {"kind": "flatten"}, {"kind": "dense"}], **changes}


def refusal(config: str | bytes | dict[str, Any]) -> str:
    """Return the sentence that refuses `config`, having checked that it is one a person can read."""
    with pytest.raises(SpecError) as caught:
        S.parse(config)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert "pydantic" not in sentence
    sentence.encode()
    return sentence


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs)
def test_a_spec_survives_json_there_and_back(spec: S.RunSpec) -> None:
    assert S.parse(spec.to_json()) == spec
    assert S.parse(json.loads(spec.to_json())) == spec
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert S.parse_file(spec.to_json().encode(encoding), "network.json") == spec


def test_what_is_not_given_has_its_default() -> None:
    spec = S.parse(values())
    assert (spec.optimizer, spec.schedule, spec.epochs) == (Adam(), Constant(), 10)
    assert spec.data == S.Data(images=42_000, validation_share=0.1)
    assert not spec.augmentation.is_on


def test_a_run_that_is_taken_for_its_configuration_is_led_to_its_page() -> None:
    with pytest.raises(SpecError, match=r"run\.zip is a zip, expected .* \(a whole run goes to Runs\)"):
        S.parse_file(b"PK\x03\x04" + bytes(20), "run.zip")


def test_bytes_are_read_like_text() -> None:
    assert S.parse(json.dumps(values()).encode()) == S.parse(values())


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        S.parse(values()).epochs = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"epochs": 0}, "“epochs”"),
        ({"epochs": 501}, "“epochs”"),
        ({"epochs": 2.5}, "“epochs”"),
        ({"epochs": "many"}, "“epochs”"),
        ({"epochs": None}, "“epochs”"),
        ({"batch_size": 0}, "“batch_size”"),
        ({"batch_size": 5000}, "“batch_size”"),
        ({"seed": -1}, "“seed”"),
        ({"seed": 2**31}, "“seed”"),
        ({"data": {"images": 1}}, "“data.images”"),
        ({"data": {"validation_share": 0}}, "“data.validation_share”"),
        ({"data": {"validation_share": 0.95}}, "“data.validation_share”"),
        ({"data": {"source": "../../etc/passwd"}}, "“data.source”"),
        ({"data": {"source": "csv-0123456789abcdef\n"}}, "“data.source”"),
        ({"data": []}, "“data”"),
        ({"augmentation": {"rotation": 181}}, "“augmentation.rotation”"),
        ({"augmentation": {"zoom": -0.1}}, "“augmentation.zoom”"),
        ({"augmentation": {"width_shift": 0.6}}, "“augmentation.width_shift”"),
        ({"early_stopping": {"patience": 0}}, "“early_stopping.patience”"),
        ({"optimizer": {"kind": "adam", "beta_1": 1}}, "“optimizer.beta_1”"),
        ({"optimizer": {"kind": "adam", "epsilon": 0}}, "“optimizer.epsilon”"),
        ({"optimizer": {"kind": "rmsprop", "rho": -0.1}}, "“optimizer.rho”"),
        ({"optimizer": {"kind": "adamw", "weight_decay": 2}}, "“optimizer.weight_decay”"),
        ({"optimizer": {"kind": "lamb"}}, "“optimizer”"),
        ({"optimizer": {}}, "“optimizer”"),
        ({"optimizer": "adam"}, "“optimizer”"),
        ({"schedule": {"kind": "cosine", "final_share": 2}}, "“schedule.final_share”"),
        ({"schedule": {"kind": "reduce_on_plateau", "factor": 1}}, "“schedule.factor”"),
        ({"schedule": {"kind": "one_cycle", "warmup_share": 0}}, "“schedule.warmup_share”"),
        ({"schedule": {"kind": "steps"}}, "“schedule”"),
        ({"layers": "conv2d"}, "“layers”"),
        ({"layers": [{"kind": "lstm"}]}, "layer 1"),
        ({"layers": [{"kind": "flatten"}, {"units": 3}]}, "layer 2"),
        ({"layers": [{"kind": "flatten"}, 7]}, "layer 2"),
    ],
)
def test_a_bad_value_is_refused_by_its_key(changes: dict[str, Any], place: str) -> None:
    assert refusal(values(**changes)).startswith(f"Invalid value for {place}: ")


@pytest.mark.parametrize(
    ("layer", "name", "key"),
    [
        ({"kind": "conv2d", "filters": 0}, "Conv2D", "filters"),
        ({"kind": "conv2d", "filters": 513}, "Conv2D", "filters"),
        ({"kind": "conv2d", "kernel_size": 8}, "Conv2D", "kernel_size"),
        ({"kind": "conv2d", "padding": "full"}, "Conv2D", "padding"),
        ({"kind": "conv2d", "activation": "softsign"}, "Conv2D", "activation"),
        ({"kind": "conv2d", "activation": "leaky_relu", "negative_slope": 1.1}, "Conv2D", "negative_slope"),
        ({"kind": "conv2d", "batch_norm": "twice"}, "Conv2D", "batch_norm"),
        ({"kind": "max_pooling2d", "pool_size": 1}, "MaxPooling", "pool_size"),
        ({"kind": "dropout", "rate": 1}, "Dropout", "rate"),
        ({"kind": "dropout", "rate": -0.1}, "Dropout", "rate"),
        ({"kind": "global_pooling2d", "mode": "median"}, "Global pooling", "mode"),
        ({"kind": "dense", "units": 5000}, "Dense", "units"),
    ],
)
def test_a_bad_value_in_a_layer_is_refused_by_place_name_and_key(
    layer: dict[str, Any], name: str, key: str
) -> None:
    sentence = refusal(values(layers=[{"kind": "dropout"}, layer, {"kind": "flatten"}]))
    assert sentence.startswith(f"Invalid value for layer 2 ({name}), “{key}”: ")


@pytest.mark.parametrize("rate", [0, -0.001, math.nan, math.inf, -math.inf, 101, "fast", None, [0.1]])
@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_a_learning_rate_that_cannot_train_is_refused(kind: str, rate: Any) -> None:
    sentence = refusal(json.dumps(values(optimizer={"kind": kind, "learning_rate": rate})))
    assert "“optimizer.learning_rate”" in sentence


@pytest.mark.parametrize(
    ("config", "place"),
    [
        (values(epoch=3), "“epoch”"),
        (values(optimizer={"kind": "sgd", "momentum": 0.9}), "“optimizer.momentum”"),
        (values(data={"image": 5}), "“data.image”"),
        (values(layers=[{"kind": "flatten", "units": 3}]), "layer 1 (Flatten), “units”"),
    ],
)
def test_an_unknown_key_is_refused_by_its_name(config: dict[str, Any], place: str) -> None:
    assert refusal(config).startswith(f"Unknown key {place}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers": [{"kind": "dropout"}] * 41}, "expected at most 40 of them, not 41"),
        ({"layers": "dense"}, "expected a list"),
        ({"data": []}, "expected an object"),
        ({"optimizer": "adam"}, "expected an object such as {“kind”: …}"),
        ({"optimizer": {"kind": "lamb"}}, "expected “kind” to be one of 'sgd', 'momentum',"),
        ({"optimizer": {}}, "expected a “kind” that says what it is"),
        ({"epochs": 0}, "received 0."),
    ],
)
def test_a_refusal_says_what_was_expected_without_pythons_words(changes: dict[str, Any], words: str) -> None:
    sentence = refusal(values(**changes))
    assert words in sentence
    assert not re.search("tuple|dictionary|instance", sentence)


def test_a_missing_key_is_named() -> None:
    assert refusal({"epochs": 3}) == "Nothing given for “layers”, which is required."


def test_layers_that_do_not_fit_are_refused_in_the_same_words_as_their_cost() -> None:
    sentence = refusal(values(layers=[{"kind": "flatten"}, {"kind": "conv2d"}]))
    assert sentence.startswith("Layer 2 (Conv2D) needs an image")
    assert refusal(values(layers=[])).startswith("The network has no layer")


@given(st.binary(max_size=12))
def test_a_few_bytes_of_any_kind_are_no_configuration_and_one_sentence_says_so(content: bytes) -> None:
    with pytest.raises(SpecError) as caught:
        S.parse_file(content, "network.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "{", "no", b"\xff\xfe\x00", "{'epochs': 3}", '{"epochs": ' + "9" * 5000 + "}"]
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    assert refusal(text).startswith("The configuration is not JSON")


@pytest.mark.parametrize("text", ["[]", "3", "null", '"adam"', "NaN", "true"])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    assert refusal(text).startswith("The configuration must be a JSON object")


@pytest.mark.parametrize("depth", [*range(850, 1001, 10), 100_000])
@pytest.mark.parametrize("key", ["layers", "epochs", "optimizer", "unknown"])
def test_hostile_nesting_is_refused_in_one_sentence(key: str, depth: int) -> None:
    refusal(f'{{"layers": [{{"kind": "flatten"}}], "{key}": {"[" * depth}{"]" * depth}}}')


def test_nesting_too_deep_to_print_is_refused_in_one_sentence() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert "“epochs”" in refusal(values(epochs=nested))


def test_a_huge_list_is_refused_at_once() -> None:
    assert "“layers”" in refusal(values(layers=[{"kind": "dropout"}] * 100_000))
    assert "“epochs”" in refusal(values(epochs=list(range(1_000_000))))


def test_huge_keys_and_values_do_not_make_huge_sentences() -> None:
    refusal(values(**{"k" * 100_000: 1}))
    refusal(values(optimizer={"kind": "x" * 100_000}))
    refusal(values(data={"source": "x" * 100_000}))
    refusal(values(epochs="9" * 100_000))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["layers", "optimizer", "epochs", "data", "x"]) | st.text(), anything))
@example({"layers": [{"kind": "flatten"}], "\ud800": 1})
@example({"layers": [{"kind": "flatten", "a\nb": 1}]})
@example({"layers": [{"kind": "\ud800"}]})
@example({"layers": [], "epochs": "\ud800"})
def test_any_object_is_a_spec_or_refused_in_one_sentence(config: dict[str, Any]) -> None:
    refusal(config)
    refusal(json.dumps(config))
