"""Calibrates shares of the odds by what was right on documents that were not learned from. Pure."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_expit

from inkwell_extract.score.calibration import Calibration, log_odds, steps_of

BINS: Final = 5
"""Of equal width, in which confidence and truth are compared."""

_LEAST_SLOPE: Final = 0.05
_PRECISION: Final = 1.0
"""How hard the line is held at slope 1 through 0, where a share is what it says."""


def calibrate(judged: Sequence[tuple[float, bool]]) -> Calibration:
    """Return the calibration of a field (Platt's, held at the identity where there are few labels).

    Args:
        judged: the share of each value, by a scorer that had not seen its group, and whether it
            was right.
    """
    logits = np.array([log_odds(share) for share, _ in judged])
    is_right = np.array([right for _, right in judged])
    right, wrong = int(is_right.sum()), int((~is_right).sum())
    # Platt's own targets: nothing is quite sure of so few.
    targets = np.where(is_right, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(line: np.ndarray) -> float:
        scores = line[0] * logits + line[1]
        fit = targets * log_expit(scores) + (1 - targets) * log_expit(-scores)
        held = (line[0] - 1) ** 2 + line[1] ** 2
        return float(-fit.sum() + _PRECISION / 2 * held)

    bounds = [(_LEAST_SLOPE, None), (None, None)]
    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=bounds).x
    line = Calibration(round(float(slope), 6), round(float(intercept), 6), ())
    confidences = [(line.confidence(share), right) for share, right in judged]
    return Calibration(line.slope, line.intercept, steps_of(confidences))


def expected_error(calibration: Calibration, judged: Sequence[tuple[float, bool]]) -> float:
    """Return the mean distance of confidence and truth, in five bins of equal width (ECE)."""
    confidences = np.array([calibration.confidence(share) for share, _ in judged])
    is_right = np.array([right for _, right in judged], dtype=float)
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidences[bins == each].mean() - is_right[bins == each].mean()) * (bins == each).sum()
        for each in np.unique(bins)
    ]
    return float(sum(gaps) / len(judged))
