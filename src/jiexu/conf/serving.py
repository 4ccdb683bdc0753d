"""Where pages are served, and by how many threads: by ``jiexu up``, and by the benchmark that measures them."""

from __future__ import annotations

HOST = "127.0.0.1"
THREADS = 8
