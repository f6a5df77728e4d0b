"""What small sets are enough for is said in true sentences."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.analysis.enough import enough
from core.words import digits


def test_a_thousand_images_of_all_digits_need_no_word() -> None:
    assert enough(np.full(10, 100)) == []


def test_sixty_images_say_how_uncertain_six_leave_an_accuracy() -> None:
    (said,) = enough(np.full(10, 6))
    low, high = proportion_confint(5, 6, method="wilson")
    assert "60 images are enough to try everything here" in said
    assert f"5 right of 6 may stand for any accuracy from {low:.0%} to {high:.0%}" in said


def test_digits_that_are_missing_or_alone_are_named() -> None:
    _, missing, alone = enough(np.array([50, 1, 60, 0, 0, 0, 0, 0, 0, 1]))
    assert missing.startswith("The digits 3 to 8 do not occur")
    assert missing.endswith("will ever read them.")
    assert alone.startswith("The digits 1 and 9 have a single image each")
    assert enough(np.array([0, *[500] * 9]))[0].startswith("The digit 0 does not occur")


def test_one_image_of_each_digit_cannot_be_learned_and_validated() -> None:
    assert enough(np.ones(10, int))[1].startswith("No digit has a second image")


def test_a_single_image_is_too_few() -> None:
    assert "needs two" in enough(np.eye(10, dtype=int)[3])[0]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([], ""),
        ([3], "3"),
        ([0, 4], "0 and 4"),
        ([1, 2], "1 and 2"),
        ([0, 2, 5, 6, 7, 9], "0, 2, 5 to 7 and 9"),
    ],
)
def test_digits_are_listed_as_people_do(numbers: list[int], said: str) -> None:
    assert digits(numbers) == said
