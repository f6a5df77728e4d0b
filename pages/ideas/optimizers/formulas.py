"""The formulas of the updates: the presentation's, and those of newer rules."""

from collections.abc import Mapping

import streamlit as st

_FIRST = {
    "**SGD**: against the gradient. A mini-batch's gradient differs from batch to batch.": [
        r"\Theta = \Theta - \alpha \cdot \nabla_\Theta J(\Theta)"
    ],
    "**Momentum**: previous gradients count too, so that zig-zags cancel and slow ways speed up.": [
        r"v_t = \gamma\, v_{t-1} + \alpha\, \nabla_\Theta J(\Theta)",
        r"\Theta = \Theta - v_t",
    ],
}
_ADAGRAD = {
    "**Adagrad**: a weight with large gradients so far takes small steps, for ever smaller ones.": [
        r"n_t = n_{t-1} + g_t^2",
        r"\Delta\theta_t = -\frac{\eta}{\sqrt{n_t + \epsilon}}\, g_t",
    ],
}
_RMSPROP = {
    "**RMSprop**: the same with a fading memory, so that steps do not die out.": [
        r"E[g^2]_t = \rho\, E[g^2]_{t-1} + (1 - \rho)\, g_t^2, \quad \rho = 0.9",
        r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{E[g^2]_t + \epsilon}}\, g_t",
    ],
}
_ADAM = {
    "**Adam**: RMSprop with momentum; both averages begin at 0, which the hats correct.": [
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2",
        r"\hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t}{1 - \beta_2^t}",
        r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{\hat v_t + \epsilon}}\, \hat m_t",
    ],
}
_NADAM = {
    "**Nadam** (Dozat 2015): Adam that looks one step ahead, as Nesterov's momentum does.": [
        r"\mu_t = \beta_1 \left(1 - \tfrac{1}{2} \cdot 0.96^t\right)",
        r"\bar m_t = \frac{\mu_{t+1}\, m_t}{1 - \prod_{i=1}^{t+1} \mu_i} "
        r"+ \frac{(1 - \mu_t)\, g_t}{1 - \prod_{i=1}^{t} \mu_i}",
        r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{\hat v_t} + \epsilon}\, \bar m_t",
    ],
}
_LION = {
    "**Lion** (Chen et al. 2023): only the sign of a mean of gradients counts, so that every weight takes a "
    "step of the same size, right up to the minimum: it wants a smaller learning rate, and one that falls "
    "towards the end.": [
        r"\Theta_{t+1} = \Theta_t - \alpha\, \operatorname{sign}(\beta_1 m_t + (1 - \beta_1)\, g_t)",
        r"m_{t+1} = \beta_2 m_t + (1 - \beta_2)\, g_t",
    ],
}
_DECAY = {
    "**Weight decay** λ (AdamW: Loshchilov & Hutter 2019; here for all): before each step every weight "
    "shrinks a little, so that none stays large without need.": [
        r"\Theta \leftarrow \Theta - \alpha \lambda\, \Theta"
    ],
}
_CLIPPING = {
    "**Gradient clipping** at c (Pascanu et al. 2013): a gradient longer than c, over all weights, is "
    "shortened to c; its direction stays. One odd batch, or a cliff, then throws nothing far away.": [
        r"g \leftarrow g \cdot \min\!\left(1, \frac{c}{\lVert g \rVert}\right)"
    ],
}
Rules = Mapping[str, list[str]]


def formulas() -> None:
    """Draw the update rules as the presentation gives them, and what came after."""
    st.subheader("The updates")
    _side_by_side(_FIRST | _ADAGRAD, _RMSPROP | _ADAM)
    st.caption(_LETTERS + " " + _EPSILON)
    st.subheader("Newer ones, and what goes with all of them")
    _side_by_side(_NADAM | _LION, _DECAY | _CLIPPING)


def first_rules() -> None:
    """Draw the first of them, as a slide."""
    st.subheader("The updates")
    _side_by_side(_FIRST, _ADAGRAD)
    st.caption(_LETTERS)


def fading_rules() -> None:
    """Draw those whose memory fades, as a slide."""
    st.subheader("The updates")
    _side_by_side(_RMSPROP, _ADAM)
    st.caption(_EPSILON)


def newer_rules() -> None:
    """Draw what came after the presentation's rules, as a slide."""
    st.subheader("Newer ones")
    _side_by_side(_NADAM, _LION)


def with_all() -> None:
    """Draw what goes with any rule, as a slide."""
    st.subheader("What goes with all of them")
    _side_by_side(_DECAY, _CLIPPING)


def _side_by_side(*columns: Rules) -> None:
    for box, rules in zip(st.columns(len(columns)), columns, strict=True):
        with box:
            for told, latex in rules.items():
                st.markdown(told)
                for formula in latex:
                    st.latex(formula)


_LETTERS = (
    "Θ: the weights; g = ∇J(Θ): the gradient; α, η: the learning rate; ε: a small number against division "
    "by zero. These are the presentation's."
)
_EPSILON = (
    r"The paths are computed as Keras does, which takes Adam's ε out of the root, "
    r"$\sqrt{\hat v_t} + \epsilon$, as do Kingma & Ba 2015."
)
