"""How the rule scorer's shares are read before any correction. Data only.

Counted and written by `PYTHONPATH=tests python -m bench.cold_start`: 2262 values of 322
documents, made-up ones and real invoices, of which 44 are wrong. There is no threshold in it:
on these nearly any would keep a rate of 2 %, and that says nothing of a tenant's own.
"""

from typing import Final

from inkwell_extract.score.calibration import Calibration

COLD_START: Final = Calibration(slope=0.788503, intercept=1.455848, steps=())
