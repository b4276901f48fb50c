"""How sure a value must be to need no person, field by field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from inkwell_api.pipeline import ValidationSpec
from inkwell_api.quantity import parse_percent
from inkwell_extract.score.calibration import Calibration
from inkwell_extract.score.cold_start import COLD_START

USUAL_ERROR_RATE: Final = 0.02
"""Share of accepted values that may be wrong where a pipeline says nothing."""

_LEAST_SURE: Final = 2.5
"""By how many times the rate the least sure value that is accepted may be expected to be wrong,
where no threshold was counted: most that are accepted are far surer. Chosen so that the usual rate
asks of the rules what the constant before it asked; a promise it is not."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What one field's values are measured by.

    Attributes:
        calibration: how their shares are to be read.
        threshold: confidence from which a value is accepted, 0 to 1; above 1 none is.
    """

    calibration: Calibration
    threshold: float


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The bars of one pipeline.

    Attributes:
        max_error_rate: share of accepted values of a field that may be wrong, 0 to 1.
        least: confidence that the pipeline itself asks for, by property: it goes before the rate.
        learned: how shares of fields are to be read whose scorer was learned, by property.
    """

    max_error_rate: float = USUAL_ERROR_RATE
    least: Mapping[str, float] = field(default_factory=dict)
    learned: Mapping[str, Calibration] = field(default_factory=dict)

    @classmethod
    def of(cls, validation: ValidationSpec, learned: Mapping[str, Calibration]) -> "Acceptance":
        """Return what a pipeline asks of a scorer with these calibrations."""
        return cls(
            max_error_rate=parse_percent(validation.acceptance.max_error_rate),
            least={
                policy.field: parse_percent(policy.min_confidence)
                for policy in validation.fields
                if policy.min_confidence is not None
            },
            learned=learned,
        )

    def bar(self, field: str) -> Bar:
        """Return the bar of a property.

        Where no threshold was seen to keep the rate on the pipeline's own documents, a value must
        itself be nearly as sure as the rate asks.
        """
        calibration = self.learned.get(field, COLD_START)
        threshold = self.least.get(field)
        if threshold is None:
            threshold = calibration.threshold(self.max_error_rate)
        if threshold is None:
            threshold = max(0.0, 1 - _LEAST_SURE * self.max_error_rate)
        return Bar(calibration, threshold)
