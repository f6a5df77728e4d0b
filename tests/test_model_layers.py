"""Cost, Keras layers and exported text of each kind of layer are one; a new kind is one file."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from core.errors import SpecError
from core.export.source import source
from core.model import layers as L
from core.model.build import made
from core.model.kind import KerasPart, controls

ROOT = Path(__file__).parents[1]
SHAPES = ((28, 28, 1), (13, 9, 3), (30,))
MOST = 12
"""Above a whole number's smallest value: wider layers would only take longer."""


def values(info: FieldInfo) -> st.SearchStrategy[Any]:
    """Return what a field of a kind can be, from its own type and limits."""
    if options := get_args(info.annotation):
        return st.sampled_from(options)
    if info.annotation is bool:
        return st.booleans()
    limits = {
        key: value
        for item in info.metadata
        for key in ("ge", "gt", "le", "lt")
        if (value := getattr(item, key, None)) is not None
    }
    low, high = limits.get("ge", limits.get("gt", 0)), limits.get("le", limits.get("lt", 1))
    if info.annotation is int:
        return st.integers(low, min(high, low + MOST))
    return st.floats(low, high, exclude_min="gt" in limits, exclude_max="lt" in limits)


def kinds(cls: type[L.LayerKind]) -> st.SearchStrategy[L.LayerKind]:
    fields = {name: values(info) for name, info in cls.model_fields.items() if name != "kind"}
    return st.builds(cls, **fields)


def block() -> Any:
    """Return the function that a script calls for a block, from its template."""
    template = (ROOT / "core" / "export" / "script.py.j2").read_text()
    names: dict[str, Any] = {"keras": keras}
    exec("def block" + template.partition("def block")[2].partition("{% endif %}")[0], names)
    return names["block"]


def printed_layer(part: KerasPart) -> Any:
    return eval(source(part, indent=8), {"keras": keras, "block": block()})


def sequence(
    shape: tuple[int, ...], parts: Sequence[KerasPart], make: Callable[[KerasPart], Any]
) -> keras.Sequential:
    """Return a model of layers that are made after a seed, so that equal layers begin with equal weights."""
    keras.utils.set_random_seed(7)
    return keras.Sequential([keras.Input(shape), *map(make, parts)])


def flat(layers: list[Any]) -> list[Any]:
    """Return layers, and what is in blocks in their place."""
    return [
        inner for layer in layers for inner in (flat(layer.layers) if hasattr(layer, "layers") else [layer])
    ]


def configs(model: keras.Sequential) -> list[tuple[str, dict[str, Any]]]:
    return [(type(layer).__name__, layer.get_config() | {"name": ""}) for layer in flat(model.layers)]


@pytest.mark.parametrize("cls", L.LAYER_CLASSES.values(), ids=L.LAYER_CLASSES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_kinds_cost_its_keras_layers_and_its_exported_text_are_one(cls: Any, data: st.DataObject) -> None:
    layer = data.draw(kinds(cls))
    fits = 0
    for shape in SHAPES:
        try:
            cost = layer.cost(shape, "Layer 1")
        except SpecError:
            continue
        fits += 1
        parts = layer.keras(shape)
        built = sequence(shape, parts, lambda part: made(part, "x"))
        assert (built.output_shape[1:], built.count_params()) == (cost.output_shape, cost.parameters)
        printed = sequence(shape, parts, printed_layer)
        assert configs(printed) == configs(built)
        noise = np.random.default_rng(0).random((2, *shape), np.float32)
        np.testing.assert_array_equal(printed(noise), built(noise))
    assert fits


@pytest.mark.parametrize("cls", L.LAYER_CLASSES.values(), ids=L.LAYER_CLASSES)
def test_every_field_of_a_layer_is_told_of(cls: type[L.LayerKind]) -> None:
    fields = {name for name in cls.model_fields if name != "kind"}
    assert fields == set(controls(cls))
    assert all(told.label and told.help for told in controls(cls).values())


TRIED_NOISE = '''"""Noise, as a test adds it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import Control, KerasObject
from core.model.layers.base import LayerCost, LayerKind, Shape, number


class TriedNoise(LayerKind):
    title: ClassVar[str] = "Noise"
    kind: Literal["tried_noise"] = "tried_noise"
    stddev: Annotated[
        float, Field(ge=0, le=5), Control("Deviation", "How strong.", step=0.1, tries=(0.1, 0.4))
    ] = 0.3

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, shape)

    def line(self) -> str:
        return f"{self.title} ± {number(self.stddev)}"

    def keras(self, shape: Shape) -> tuple[KerasObject, ...]:
        return (KerasObject("layers", "GaussianNoise", {"stddev": self.stddev}),)
'''
TRIED = """
import os
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.export.script import script
from core.inference.weights import built
from core.model import layers as L
from core.model.build import build_model, compile_model, model_bytes
from core.model.describe import describe
from core.model.link import from_link, to_link
from core.model.shapes import network_cost
from core.model.specs import RunSpec, parse
from core.runs.store import RunStore
from core.sweeps.settings import settings

assert Path(L.__file__).is_relative_to(Path.cwd())
noise = L.LAYER_CLASSES["tried_noise"](stddev=0.5)
spec = RunSpec(layers=(noise, L.Flatten()))
assert from_link(to_link(spec)) == spec == parse(spec.to_json())
assert [row.name for row in network_cost(spec.layers).layers] == ["Noise", "Flatten", "Softmax"]
assert describe(spec)["layer 1"] == "Noise ± 0.5"
assert build_model(spec.layers).get_layer("tried_noise_1").stddev == 0.5
built(spec, model_bytes(compile_model(spec)), "The model")
run = RunStore(f"sqlite:///{Path('runs.sqlite').absolute()}").create(spec, "noisy")
assert "keras.layers.GaussianNoise(stddev=0.5)," in script(run, None)
setting = settings(spec)["layers.0.stddev"]
assert (setting.label, setting.high) == ("Layer 1 (Noise): stddev", 5.0), setting
assert setting.start == (0.1, 0.4), setting

page = AppTest.from_file("pages/train/page.py", default_timeout=240).run()
version = page.session_state["draft"].version
next(button for button in page.button if button.label == "Noise").click().run()
added = page.session_state["draft"].layers[-1]
page.number_input(key=f"{version}.{added['uid']}.stddev").set_value(0.7).run()
assert not page.exception and not page.error, (page.exception, page.error)
assert page.session_state["draft"].spec().layers[-1] == type(noise)(stddev=0.7)
"""


def test_a_new_kind_is_one_file_and_one_name_in_the_union(tmp_path: Path) -> None:
    for folder in ("core", "pages", "assets", ".streamlit"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    folder = tmp_path / "core" / "model" / "layers"
    (folder / "tried_noise.py").write_text(TRIED_NOISE)
    union = folder / "__init__.py"
    text = union.read_text()
    text = text.replace("\nLayer = Annotated[\n    ", "\nLayer = Annotated[\n    TriedNoise | ", 1)
    union.write_text(f"from core.model.layers.tried_noise import TriedNoise\n{text}")
    (tmp_path / "tried.py").write_text(TRIED)
    own = {"DIGITS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path), "DIGITS_WORKERS": "0"}
    environment, command = os.environ | own, [sys.executable, "tried.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
