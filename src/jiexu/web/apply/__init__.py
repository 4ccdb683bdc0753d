"""Applying by the pages: the answers so far, the questions, and what becomes of them."""
