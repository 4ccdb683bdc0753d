"""What an agency hands out on paper: made from stored rows, set with typst, signed, and checked again years later.

Two halves. What a document *says* is a plain content, built from rows by pure functions and alike in every language;
its digest is what codes and signatures stand for. How it *looks* is one template, filled with words in the language asked.
"""
