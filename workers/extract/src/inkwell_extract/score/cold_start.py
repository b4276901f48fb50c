"""How the rule scorer's shares are read before any correction: counted on made-up documents."""

from typing import Final

from inkwell_extract.score.calibration import Calibration, Step

COLD_START: Final = Calibration(1.0, 0.0, (Step(0.85, 1000, 0),))
