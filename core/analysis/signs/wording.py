"""How the curve doctor writes numbers."""


def number(value: float) -> str:
    """Return a loss with four decimals, or as 1.23e+07 where it has exploded."""
    return f"{value:.4f}" if value < 100 else f"{value:.3g}"


def share(value: float) -> str:
    """Return a share in percent with one decimal."""
    return f"{100 * value:.1f}%"
