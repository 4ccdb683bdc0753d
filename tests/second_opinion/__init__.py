"""Ten rules of the law written a second time, slowly, from the notes on the law alone.

Whoever wrote these files read the notes on the law (sections and rule numbers are named in
every docstring) and neither `jiexu.rules` nor its tests. Nothing here imports `jiexu`. What
the law says for the whole country stands here as a figure, on purpose: a wrong figure in
`policy/` would otherwise be wrong on both sides. What a place decides comes as an argument,
and `None` means that nobody knows it. Months are `(year, month)`, money is whole fen.

`test_agreement.py` asks both the same questions; `docs/second-opinion.md` lists every
disagreement that was found and who was right.
"""
