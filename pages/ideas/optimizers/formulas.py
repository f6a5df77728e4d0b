"""The formulas of the updates: the presentation's, and those of newer rules."""

import streamlit as st


def formulas() -> None:
    """Draw the update rules as the presentation gives them."""
    st.subheader("The updates")
    left, right = st.columns(2)
    with left:
        st.markdown("**SGD**: against the gradient. A mini-batch's gradient differs from batch to batch.")
        st.latex(r"\Theta = \Theta - \alpha \cdot \nabla_\Theta J(\Theta)")
        st.markdown(
            "**Momentum**: previous gradients count too, so that zig-zags cancel and slow ways speed up."
        )
        st.latex(r"v_t = \gamma\, v_{t-1} + \alpha\, \nabla_\Theta J(\Theta)")
        st.latex(r"\Theta = \Theta - v_t")
        st.markdown(
            "**Adagrad**: a weight with large gradients so far takes small steps, for ever smaller ones."
        )
        st.latex(r"n_t = n_{t-1} + g_t^2")
        st.latex(r"\Delta\theta_t = -\frac{\eta}{\sqrt{n_t + \epsilon}}\, g_t")
    with right:
        st.markdown("**RMSprop**: the same with a fading memory, so that steps do not die out.")
        st.latex(r"E[g^2]_t = \rho\, E[g^2]_{t-1} + (1 - \rho)\, g_t^2, \quad \rho = 0.9")
        st.latex(r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{E[g^2]_t + \epsilon}}\, g_t")
        st.markdown("**Adam**: RMSprop with momentum; both averages begin at 0, which the hats correct.")
        st.latex(r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t")
        st.latex(r"v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2")
        st.latex(r"\hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t}{1 - \beta_2^t}")
        st.latex(r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{\hat v_t + \epsilon}}\, \hat m_t")
    st.caption(
        "Θ: the weights; g = ∇J(Θ): the gradient; α, η: the learning rate; ε: a small number against "
        "division by zero. These are the presentation's. The paths above are computed as Keras does, which "
        r"takes Adam's ε out of the root, $\sqrt{\hat v_t} + \epsilon$, as do Kingma & Ba 2015."
    )
    _newer()


def _newer() -> None:
    """Draw what came after the presentation's rules: two more of them, and what goes with any of them."""
    st.subheader("Newer ones, and what goes with all of them")
    left, right = st.columns(2)
    with left:
        st.markdown("**Nadam** (Dozat 2015): Adam that looks one step ahead, as Nesterov's momentum does.")
        st.latex(r"\mu_t = \beta_1 \left(1 - \tfrac{1}{2} \cdot 0.96^t\right)")
        st.latex(
            r"\bar m_t = \frac{\mu_{t+1}\, m_t}{1 - \prod_{i=1}^{t+1} \mu_i} "
            r"+ \frac{(1 - \mu_t)\, g_t}{1 - \prod_{i=1}^{t} \mu_i}"
        )
        st.latex(r"\Theta_{t+1} = \Theta_t - \frac{\alpha}{\sqrt{\hat v_t} + \epsilon}\, \bar m_t")
        st.markdown(
            "**Lion** (Chen et al. 2023): only the sign of a mean of gradients counts, so that every weight "
            "takes a step of the same size, right up to the minimum: it wants a smaller learning rate, and "
            "one that falls towards the end."
        )
        st.latex(r"\Theta_{t+1} = \Theta_t - \alpha\, \operatorname{sign}(\beta_1 m_t + (1 - \beta_1)\, g_t)")
        st.latex(r"m_{t+1} = \beta_2 m_t + (1 - \beta_2)\, g_t")
    with right:
        st.markdown(
            "**Weight decay** λ (AdamW: Loshchilov & Hutter 2019; here for all): before each step every "
            "weight shrinks a little, so that none stays large without need."
        )
        st.latex(r"\Theta \leftarrow \Theta - \alpha \lambda\, \Theta")
        st.markdown(
            "**Gradient clipping** at c (Pascanu et al. 2013): a gradient longer than c, over all weights, "
            "is shortened to c; its direction stays. One odd batch, or a cliff, then throws nothing far away."
        )
        st.latex(r"g \leftarrow g \cdot \min\!\left(1, \frac{c}{\lVert g \rVert}\right)")
