"""Documents made up from a seed, each with the truth about what stands in it.

From the inside out: `vocabularies` and `formats` say how a country writes, `invention` makes up an
invoice, `layouts` draw it on sheets, `scanning` makes a scan of a sheet, `corpus` chooses and puts
it all together. The same seed gives the same bytes.
"""
