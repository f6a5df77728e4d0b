"""What the curve doctor says, as values."""

from dataclasses import dataclass
from enum import StrEnum

from core.model.specs import RunSpec


class Kind(StrEnum):
    """What a finding is about."""

    DIVERGENCE = "divergence"
    RATE_TOO_HIGH = "learning rate too high"
    RATE_TOO_LOW = "learning rate too low"
    STUCK_AT_CHANCE = "stuck at chance"
    OVER_FITTING = "over-fitting"
    LAST_WORSE = "last epoch worse than the best"
    UNDER_FITTING = "under-fitting"
    DEAD_UNITS = "dead units"
    VANISHING = "vanishing gradients"
    EXPLODING = "exploding gradients"
    UPDATES = "size of the updates"
    VALIDATION_BETTER = "validation better than training"
    BATCH_NORM_WARM_UP = "batch normalisation warms up"
    TEST_FAR_BELOW = "test far below validation"
    UNLIKE_MNIST = "images unlike MNIST's"
    FEW_VALIDATED = "few validation images"
    STILL_IMPROVING = "still improving"
    PLATEAU = "plateau"
    HEALTHY = "healthy"
    TOO_EARLY = "too early to say"


class Severity(StrEnum):
    """How much a finding matters, the gravest first."""

    BAD = "bad"
    WARNING = "warning"
    NOTE = "note"
    GOOD = "good"


@dataclass(frozen=True)
class Remedy:
    """What to try.

    Attributes:
        sentence: the change, in the imperative.
        spec: the configuration changed accordingly, if there is one that can be trained.
        otherwise: other ways, which `spec` does not go.
    """

    sentence: str
    spec: RunSpec | None = None
    otherwise: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that the curves show.

    Attributes:
        epoch: where it is seen, counted from 1; None if it belongs to no single epoch.
        title: a few words.
        shows: one or two sentences with the numbers seen.
        remedy: what to try, or None if nothing needs to change.
    """

    kind: Kind
    severity: Severity
    title: str
    shows: str
    remedy: Remedy | None = None
    epoch: int | None = None


def gravest_first(findings: list[Finding]) -> list[Finding]:
    """Return the findings by severity, those of one severity in the order given."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))
