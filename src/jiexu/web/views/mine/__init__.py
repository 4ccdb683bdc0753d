"""Pages of people about their own things: every address carries the number of a grant, and nothing personal."""
