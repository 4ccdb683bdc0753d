"""The guide as pages: what was answered, the questions, and the answer drawn."""
