"""What several methods would fill in, side by side on one face, and taking it over."""

from fkd_gui.fills.bench import FillBench

__all__ = ["FillBench"]
