"""Documents made up from a seed, each with the truth about what stands in it: the one generator.

`facts` is what a document says; `vocabularies` and `formats` are how a country writes it; `paper`
is what it is drawn on, and what a scanner makes of that. Two collections are made of these:

- `everyday`: the looks that most people know, drawn with rules and boxes, on several pages where it
  must be. `corpus` makes files of them in every form, for the demonstration and for tests.
- `varied`: documents of many words, parts and orders, typeset as texts at places, so that they can
  be had by the hundred thousand. Some layouts and names are held out. `reading` makes text of them,
  as the extract stage gives it to a model.

The same seed gives the same documents. `faults` has files that no pipeline should accept.
"""
