"""Trainings in other processes: finding one, starting one that outlives its starter, following one."""

from fkd_core.runs.follow import follow
from fkd_core.runs.signs import Live, live
from fkd_core.runs.starting import start_detached

__all__ = ["Live", "follow", "live", "start_detached"]
