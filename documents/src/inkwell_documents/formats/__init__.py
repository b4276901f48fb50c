"""How days, amounts and numbers are written: what both collections share. Pure."""
