"""The ways in which a page is read: text layer or recognition; `trust` judges, `reader` acts."""
