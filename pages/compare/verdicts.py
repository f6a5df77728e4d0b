"""Is it real? What a comparison of runs comes to, in sentences and with the numbers behind them."""

import streamlit as st

from core.analysis.compared import (
    SENTENCES,
    best_pair,
    counted_once,
    credit,
    head_start,
    measured_recipes,
    over_words,
    pair_table,
    recipe_verdicts,
    seed_table,
)
from core.analysis.pairs import Pair, image_sets, pairs
from core.analysis.predictions import Which
from core.analysis.significance import verdict
from pages.compare.comparison import Comparison, ticking
from pages.compare.whole_set import whole_sets
from pages.shared.answers import pick_set
from pages.shared.table import grid
from pages.shared.words import escape

ROWS = 15
"""A table of more pairs than this is scrolled."""


def verdicts(compared: Comparison) -> None:
    """Draw what the comparison comes to, anew while a run of it still trains."""
    ticking(_verdicts, compared)


def _verdicts(compared: Comparison) -> None:
    """Draw each pair's test and verdict, and what repeats over seeds say."""
    which = pick_set("on")
    found = sentences(compared, which)
    if which == "test":
        st.caption(
            "The test images are for the last look: whoever picks the best of many runs by them has tuned on "
            "them, and the number is no longer honest."
        )
    if unfair := head_start(compared.runs, which):
        st.caption(unfair)
    _seeds(compared, which)
    if len(found) > 1:
        _table(compared, found)
    _reading()


def sentences(compared: Comparison, which: Which) -> list[Pair]:
    """Draw the verdict on each pair of runs, of very many pairs that on the best two; return all pairs."""
    _still_training(compared)
    answers = compared.answers(which)
    found = pairs(compared.runs, answers, is_test=which == "test")
    for pair in found if len(found) <= SENTENCES else [_best_two(compared, found, which)]:
        _sentence(compared, pair)
    _refusal(compared, image_sets(compared.runs, answers, is_test=which == "test"))
    return found


def _still_training(compared: Comparison) -> None:
    live = [escape(name) for run, name in zip(compared.runs, compared.names, strict=True) if run.is_live]
    if live:
        st.info(
            f"Not ended yet, and left out until then: {', '.join(live)}.", icon=":material/hourglass_top:"
        )


def _table(compared: Comparison, found: list[Pair]) -> None:
    st.markdown("**Each pair**: B compared with A on the very same images")
    height = "content" if len(found) <= ROWS else 35 * (ROWS + 1)
    grid(pair_table(found, compared.runs, compared.names), height=height)
    st.caption(
        "The interval is that of one pair alone; the verdict goes by the exact test, corrected for the "
        f"number of pairs ({len(found)})."
    )


def _best_two(compared: Comparison, found: list[Pair], which: Which) -> Pair:
    """Say how many pairs differ, and return the pair of the two best runs that can be paired."""
    real = sum(pair.found.is_real for pair in found)
    st.markdown(f"**{real} of {len(found)} pairs** differ by more than luck. The two best runs:")
    return best_pair(found, compared.runs, which)


def _sentence(compared: Comparison, pair: Pair) -> None:
    a, b = (escape(compared.names[place]) for place in (pair.a, pair.b))
    what_changed = credit(compared.runs[pair.a], compared.runs[pair.b])
    _callout(pair.found.is_real, verdict(pair.found, f"**{a}**", f"**{b}**"), what_changed)


def _callout(is_real: bool, text: str, what_changed: str) -> None:
    """Draw a verdict (Markdown) and, below it, what may have made the difference (plain text)."""
    box, icon = (st.success, "verified") if is_real else (st.info, "balance")
    box(f"{text}  \n{escape(what_changed)}", icon=f":material/{icon}:")


def _refusal(compared: Comparison, sets: list[list[int]]) -> None:
    """Say which runs were measured on the same images, if not all were."""
    if len(sets) < 2:
        return
    groups = measured_recipes(compared.runs)
    if len(groups) == 1 and groups[0].over_folds:
        st.info(
            "Every fold validates on other images, so two folds cannot be compared image by image: what "
            "counts is the recipe, below.",
            icon=":material/call_split:",
        )
        return
    lists = "".join(f"\n- {', '.join(escape(compared.names[place]) for place in one)}" for one in sets)
    st.warning(
        "Not all of these runs were validated on the same images, so only those in one line can be compared "
        "image by image. Train with the same images, validation share (or fold) and split seed, or choose "
        "the test images above."
        f"\n{lists}",
        icon=":material/call_split:",
    )


def _seeds(compared: Comparison, which: Which) -> None:
    """Draw means over repeats, where there are any, and the comparison of recipes by seeds or folds."""
    groups = measured_recipes(compared.runs)
    if sentence := counted_once(groups):
        st.caption(escape(sentence))
    if not any(len(group.runs) > 1 for group in groups):
        st.caption(
            "All of this is about these trained networks. Whether a *recipe* is better than another takes "
            "several seeds or folds of each: open a run and press **Repeat** or **k-fold**."
        )
        return
    heading, how = over_words(groups)
    st.markdown(f"**{heading}**: the recipe rather than the one network it happened to give")
    grid(seed_table(groups, which), height="content")
    st.caption(how)
    tested, untested = recipe_verdicts(groups, which)
    for is_real, text, what_changed in tested:
        _callout(is_real, escape(text), what_changed)
    for sentence in untested[:SENTENCES]:
        st.caption(escape(sentence))
    if which == "validation":
        whole_sets(groups)


def _reading() -> None:
    with st.expander("How to read this", icon=":material/help:"):
        st.markdown(
            "- **Interval.** Measured on a few thousand images, an accuracy is only known to a few tenths of "
            "a percent (Wilson 1927).\n"
            "- **Pairs.** Two networks that answered the same images are compared only on those where one is "
            "right and the other wrong. If both were equally good, these would fall either way like a coin: "
            "**p** is how rarely a coin would be at least this uneven (McNemar 1947, exact).\n"
            "- **Many pairs.** Among many comparisons one looks striking by luck; Holm's correction (1979) "
            "raises p for that. The verdict uses the corrected one, at 0.05.\n"
            "- **Seeds.** The same recipe with another seed gives another network. Means over seeds are "
            "compared by Welch's t-test (1947).\n"
            "- **Folds.** In k-fold cross-validation each image validates in one of k runs. Two recipes are "
            "compared on the same folds by the corrected resampled t-test, which allows for the training "
            "images that folds share (Nadeau and Bengio 2003).\n"
            "- **One change at a time.** If two settings differ, no test can tell which of them did it."
        )
