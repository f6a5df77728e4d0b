"""The pages on ideas and on data: each draws, answers its widgets, and leads to the Train page."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.concepts.reader import logits_of
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import split
from core.home import PROJECT
from core.model.augmentations import Augmentation
from core.model.link import from_link
from core.model.presets import PRESETS
from core.runs.pools import add_pool
from core.runs.store import open_store
from pages.data.page import PARTS, PICKED

NAVIGATION = str(PROJECT / "pages" / "navigation.py")
IDEAS = sorted(path.parent.name for path in (PROJECT / "pages" / "ideas").glob("*/page.py"))


def page(name: str, **query: str) -> AppTest:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params.update(query)
    return checked(test.switch_page(name))


def checked(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    assert not test.error
    return test


def links(test: AppTest) -> list[str]:
    """Return the configurations that the page's links open."""
    found = [element.proto for element in test.get("page_link")]
    return [link.query_string.removeprefix("spec=") for link in found if "spec=" in link.query_string]


@pytest.mark.slow
@pytest.mark.parametrize("name", IDEAS)
def test_an_idea_answers_its_widgets_at_both_ends_and_opens_the_train_page(name: str, home: object) -> None:
    test = page(f"ideas/{name}/page.py")
    assert test.title[0].value
    specs = links(test)
    assert specs
    for end in ("min", "max"):
        for at, slider in enumerate(test.slider):
            test.slider[at].set_value(getattr(slider, end))
        checked(test)
    for at, slider in enumerate(test.select_slider):
        test.select_slider[at].set_value(
            slider.options[-1] if isinstance(slider.options[-1], float) else slider.value
        )
    for box in test.button_group:
        if isinstance(box.value, list) and box.options:
            box.set_value([])
    checked(test)
    for spec in specs:
        assert from_link(spec).layers


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_data_page_works_on_an_uploaded_file(part: str, home: object) -> None:
    rng = np.random.default_rng(0)
    places = rng.permutation(np.flatnonzero(np.isin(mnist.training().labels, [1, 4, 7])))[:150]
    pool = Dataset("train.csv", mnist.training().images[places], mnist.training().labels[places])
    record = add_pool(open_store(), pool)
    test = page("data/page.py", part=part, pool=record.fingerprint)
    assert test.selectbox(key=PICKED).value == record.fingerprint
    if part == "Suspect labels":
        test.button[-1].click()
        checked(test)
        assert "contradicted" in " ".join(text.value for text in test.markdown)
    for end in ("min", "max"):
        for at, slider in enumerate(test.slider):
            test.slider[at].set_value(getattr(slider, end))
        test.run()
        assert not test.exception  # a share that cannot be split is a sentence


def test_the_table_of_the_data_page_is_kaggles(home: object) -> None:
    test = page("data/page.py")
    table = test.dataframe[0].value
    assert list(table.columns) == ["label", *[f"pixel{n}" for n in range(784)]]
    np.testing.assert_array_equal(table["label"], mnist.training().labels[:5])
    np.testing.assert_array_equal(table.iloc[0, 1:], mnist.training().images[0].ravel())
    split = next(frame.value for frame in test.dataframe if "set" in frame.value)
    assert dict(zip(split["set"], split["images"], strict=True)) == {
        "training": 37_800,
        "validation": 4_200,
        "test (MNIST's)": 10_000,
    }


def test_chosen_augmentation_goes_to_the_train_page(home: object) -> None:
    test = page("data/page.py", part="Augmentation", rotation="25")
    (link,) = links(test)
    spec = from_link(link)
    assert (spec.augmentation.rotation, spec.augmentation.zoom) == (25, 0.1)
    assert spec.layers == PRESETS["quick-start"].spec.layers


def test_every_augmentation_is_shown_and_a_detail_only_where_it_means_something(home: object) -> None:
    test = page("data/page.py", part="Augmentation", shear="10", erasing="0.5", across="0")
    names = ["rotation", "zoom", "across", "along", "shear", "elastic", "stroke", "erasing", "erasing_share"]
    assert [slider.key for slider in test.slider] == names
    assert all(slider.help for slider in test.slider)
    (link,) = links(test)
    augmentation = from_link(link).augmentation
    assert (augmentation.shear, augmentation.erasing, augmentation.width_shift) == (10, 0.5, 0)
    train = page("train/page.py", spec=link)
    keys = [slider.key.rpartition(".")[2] for slider in train.slider]
    assert keys == [name for name in Augmentation.model_fields if name != "elastic_smoothness"]
    next(slider for slider in train.slider if slider.label == "Elastic").set_value(1.5).run()
    assert "Elastic: smoothness" in [slider.label for slider in train.slider]
    assert not train.exception


def small_pool(count: int = 150) -> str:
    """Keep so many images of MNIST as an upload; return what a spec names them by."""
    pool = Dataset("train.csv", mnist.training().images[:count], mnist.training().labels[:count])
    return add_pool(open_store(), pool).fingerprint


def test_augmentation_of_a_small_upload_opens_a_configuration_that_can_be_trained(home: object) -> None:
    (link,) = links(page("data/page.py", part="Augmentation", pool=small_pool()))
    data = from_link(link).data
    assert data.images == 150
    split(mnist.training().labels[:150], data)


def test_all_images_of_a_small_upload_can_be_judged(home: object) -> None:
    test = page("data/page.py", part="Suspect labels", pool=small_pool(1200))
    assert test.select_slider[0].options == ["1000", "1200"]
    assert page("data/page.py", part="Suspect labels").select_slider[0].options[-1] == "20000"


def test_an_upload_that_held_test_images_is_named_as_such_as_long_as_it_is_kept(home: object) -> None:
    images = np.concatenate([mnist.training().images[:200], mnist.test().images[:3]])
    labels = np.concatenate([mnist.training().labels[:200], mnist.test().labels[:3]])
    record = add_pool(open_store(), Dataset("train.csv", images, labels))
    test = page("data/page.py", part="Leaks and duplicates", pool=record.fingerprint)
    assert "three images of MNIST's test set" in test.warning[0].value
    assert not page("data/page.py", part="Leaks and duplicates").warning


PRESENTED = {
    "activations": (r"g'(x) = g(x)\,(1 - g(x))", r"\max(0, x)", r"\max(0.01\,x,\; x)"),
    "batch_norm": (
        r"\mu_{\mathcal B} \leftarrow \frac{1}{m}\sum_{i=1}^m x_i",
        r"\frac{1}{m}\sum_{i=1}^m (x_i - \mu_{\mathcal B})^2",
        r"\frac{x_i - \mu_{\mathcal B}}{\sqrt{\sigma_{\mathcal B}^2 + \epsilon}}",
        r"\gamma\, \hat x_i + \beta \equiv \text{BN}_{\gamma,\beta}(x_i)",
    ),
    "softmax": (r"\frac{e^{z_i}}{\sum_j e^{z_j}}", r"\sigma(z)\,(1 - \sigma(z))"),
    "optimizers": (
        r"v_t = \gamma\, v_{t-1} + \alpha\, \nabla_\Theta J(\Theta)",
        r"\Theta = \Theta - v_t",
        r"n_t = n_{t-1} + g_t^2",
        r"-\frac{\eta}{\sqrt{n_t + \epsilon}}\, g_t",
        r"\Theta_t - \frac{\alpha}{\sqrt{E[g^2]_t + \epsilon}}\, g_t",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = \frac{m_t}{1 - \beta_1^t}",
        r"\Theta_t - \frac{\alpha}{\sqrt{\hat v_t + \epsilon}}\, \hat m_t",
    ),
}


@pytest.mark.parametrize("name", PRESENTED)
def test_the_formulas_of_the_presentation_are_in_sight(name: str, home: object) -> None:
    shown = [latex.value for latex in page(f"ideas/{name}/page.py").latex]
    for formula in PRESENTED[name]:
        assert any(formula in one for one in shown), formula


def test_the_formula_of_leaky_relu_has_the_chosen_slope(home: object) -> None:
    test = page("ideas/activations/page.py")
    test.slider(key="activations.slope").set_value(0.2)
    checked(test)
    shown = [latex.value for latex in test.latex]
    assert any(r"\max(0.2\,x,\; x)" in one for one in shown)
    assert any(r"\text{ else } 0.2" in one for one in shown)


def test_softmax_takes_the_scores_of_the_chosen_digit_and_its_label(home: object) -> None:
    test = page("ideas/softmax/page.py")
    test.button_group(key="softmax.digit").set_value(3)
    next(button for button in test.button if button.label.startswith("Take the scores")).click()
    checked(test)
    scores = [test.slider(key=f"softmax.z{digit}").value for digit in range(10)]
    image = mnist.training().images[np.flatnonzero(mnist.training().labels == 3)[0]] / 255
    assert scores == pytest.approx(np.clip(logits_of(image), -15, 15).round(1).tolist())
    assert test.button_group(key="true_digit").value == 3


def test_a_choice_that_was_just_made_is_not_told_to_the_browser_again() -> None:
    """It would win over the next click, made while the page is drawn."""
    test = page("data/page.py", part="Overview", pool=small_pool())
    images = test.selectbox(key="picked.pool")
    assert images.proto.set_value  # the link's
    images.set_value("mnist").run()
    assert not test.selectbox(key="picked.pool").proto.set_value
    assert test.selectbox(key="picked.pool").value == "mnist"
    assert test.query_params["pool"] == "mnist"
