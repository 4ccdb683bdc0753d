"""Papers that strangers send: looked at by their bytes, and only what belongs to the paper is taken."""
