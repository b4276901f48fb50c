"""How many pods each stage is to have: `decide` judges, `scaler` remembers and wakes."""

from inkwell_operator.scaling.scaler import Scaler

__all__ = ["Scaler"]
