"""Documents on paper: sheets that are drawn on, and what a scanner makes of them."""
