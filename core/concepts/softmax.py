"""Softmax, cross-entropy and their gradients; held equal to SciPy and to differences by a test."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the probabilities of logits (…, classes), their largest subtracted first so that none overflows.

    Args:
        temperature: above 1 the probabilities become more alike, below 1 less (Hinton, Vinyals & Dean 2015).
    """
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def naive(logits: Floats) -> Floats:
    """Return exp(z) / Σ exp(z) as the formula is written: NaN where exp overflows."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(logits)
        shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
        return shares


def cross_entropy(logits: Floats, labels: NDArray[np.integer]) -> float:
    """Return the mean cross-entropy of logits (m, classes) for labels (m,), in nats; may be inf or NaN."""
    return loss_and_gradient(logits, labels)[0]


def loss_and_gradient(logits: Floats, labels: NDArray[np.integer]) -> tuple[float, Floats]:
    """Return the mean cross-entropy and its gradient by the logits, (softmax − one-hot) / m, (m, classes)."""
    own = np.arange(len(labels)), labels
    centred = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(centred)
    totals = powers.sum(axis=1, keepdims=True)
    loss = (np.log(totals).sum() - centred[own].sum()) / len(labels)
    gradient = powers / totals
    gradient[own] -= 1
    gradient /= len(labels)
    return float(loss), gradient


def jacobian(probabilities: Floats) -> Floats:
    """Return ∂p_i/∂z_j = p_i [i = j] − p_i p_j of probabilities (classes,): (classes, classes)."""
    result: Floats = np.diag(probabilities) - np.outer(probabilities, probabilities)
    return result


def squared_error_gradient(probabilities: Floats, label: int) -> Floats:
    """Return the gradient by the logits (classes,) of Σ (p − y)² instead of the cross-entropy."""
    target = np.eye(len(probabilities))[label]
    gradient: Floats = jacobian(probabilities) @ (2 * (probabilities - target))
    return gradient
