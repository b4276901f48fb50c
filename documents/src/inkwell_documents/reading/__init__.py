"""Varied documents as text: rows of words, as the extract stage gives them to a model.

`rows` reads them without drawing them; `recognition` has them drawn, scanned and read by Tesseract.
This room alone needs the stages.
"""
