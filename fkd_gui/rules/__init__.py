"""Marking rules in the window: their picture, their rows, and one rule for all."""
