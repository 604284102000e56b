"""What is in the data: counts, places, light and likeness, each number with the faces behind it."""

from fkd_core.overview.chart import Chart, Kind, Part
from fkd_core.overview.report import Overview, overview_of, read_overview

__all__ = ["Chart", "Kind", "Overview", "Part", "overview_of", "read_overview"]
