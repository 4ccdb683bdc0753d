"""Money: accounts, entries, books, and the proof that no fen is lost or made.

Pure: no clock, files, network or randomness. ``docs/algorithms/ledger.md`` is the promise this package keeps.
"""
