"""The ways in which a page is read: from its text layer, or by recognition; `reader` decides."""
