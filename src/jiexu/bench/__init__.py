"""Measuring: how fast, at what cost, and against what; the ground looked at before any number is printed."""
