"""Plots as values that can be saved: PNG, SVG, and their numbers as CSV."""
