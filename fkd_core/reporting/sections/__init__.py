"""The sections of a report, one file each; every one has `title`, `id` and `make(data)`."""

from __future__ import annotations

from fkd_core.reporting.sections import (
    augmentation,
    baselines,
    data,
    errors,
    faces,
    model,
    repeat,
    submission,
    summary,
    training,
)

SECTIONS = (summary, data, augmentation, model, training, errors, faces, baselines, submission, repeat)
"""in the order of the page"""
