"""The Compare place: the table of runs, and chosen ones side by side."""
