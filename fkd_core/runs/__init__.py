"""A training run is a folder that explains itself: how it was made, how it went, what it predicts."""

from fkd_core.runs.run import Run, list_runs
from fkd_core.runs.writer import RunWriter

__all__ = ["Run", "RunWriter", "list_runs"]
