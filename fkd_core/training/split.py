"""Which faces a training learns from and which it is measured on: what a preview and a training share."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.formats.row_list import read_rows
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.proof.frozen import load_frozen
from fkd_core.runs import layout
from fkd_core.training.checks import drawn_rows
from fkd_core.training.config import TrainingConfig
from fkd_core.training.extending import Extended
from fkd_core.training.folds import FaceGroups, folds, set_aside
from fkd_core.training.labelled import Labelled, Marked
from fkd_core.training.notebook_faces import as_the_notebook

Rows = NDArray[np.int64]


@attrs.frozen(eq=False)
class Task:
    """One training of a run: all of it, or a fold."""

    train: Rows
    validation: Rows
    fold: int | None = None


@attrs.frozen(eq=False)
class Source:
    """What the trainings of a run learn from; none of them may see the rows `held_out`, if there are any."""

    config: TrainingConfig
    data: Labelled
    marked: Marked
    held_out: Rows | None
    extended: Extended = ()
    """what was added to the training after its end, see `fkd_core.training.extending`"""


def gather(project: Project, config: TrainingConfig, hold_out: str | None, job: Job) -> tuple[Source, int]:
    """The faces of a project as they stand now, and how many of them are frozen.

    Raises:
        FkdError: if the project has no training faces, or the held-out rows cannot be read.
    """
    data = Labelled.of(project, config)
    marked = Marked.of(project, config, job)
    held_out = read_rows(Path(hold_out), len(data.images)) if hold_out else None
    frozen = load_frozen(project)
    if frozen is not None:
        job.log(f"{len(frozen):,} frozen faces are kept out of training and measured on")
        held_out = frozen.rows if held_out is None else np.union1d(held_out, frozen.rows)
    return Source(config, data, marked, held_out), 0 if frozen is None else len(frozen)


def split(source: Source, job: Job) -> tuple[dict[str, Rows], list[Task]]:
    """Rows of each part of the run and its trainings; only faces with a label that counts are in any.

    Raises:
        BadInputError: if no row is left to train on.
    """
    config, data, held_out = source.config, source.data, source.held_out
    labelled = data.rows
    validation = np.array([], np.int64)
    # The notebook sets its share aside after it has augmented, and knows no like faces.
    aside = held_out is None and config.folds is None and not config.recipe().complete
    groups = None
    if aside or config.folds is not None:
        groups = FaceGroups.find(data.images, job)
        job.log(groups.describe())
    if held_out is not None:
        train, validation = np.setdiff1d(labelled, held_out), np.intersect1d(labelled, held_out)
    elif aside and groups is not None:
        train, validation = set_aside(labelled, groups, config.recipe().validation_share, config.seed)
    else:
        train = labelled
    if not len(train):
        raise BadInputError(
            "there is nothing to learn from",
            expected="at least one training face with a labelled keypoint",
            found="none",
            todo="Label some faces, or leave some out of the held-out rows",
        )
    train = drawn_rows(train, config)
    parts_of = {"train": train, "validation": validation}
    if config.folds is None or groups is None:
        return parts_of, [Task(train, validation)]
    known = (data.weights > 0).sum(axis=1)
    kinds = known if source.marked.numbers is None else source.marked.numbers
    parts = folds(train, groups, np.asarray(kinds, np.int64), config.folds, config.seed)
    tasks = [Task(np.setdiff1d(train, part), part, fold) for fold, part in enumerate(parts, start=1)]
    return parts_of | {layout.fold_name(fold): part for fold, part in enumerate(parts, start=1)}, tasks


def prepared(source: Source, task: Task, scratch: Path, job: Job) -> tuple[Labelled, Rows, Rows, Marked]:
    """Faces, training rows, validation rows and rules as the network is to be given them.

    Args:
        source: of the run.
        task: one of its trainings.
        scratch: folder for the copies that a network which needs every keypoint learns from.
        job: is told how far the work is.
    """
    config, data, train, validation = source.config, source.data, task.train, task.validation
    if not config.recipe().complete:
        return data, train, validation, source.marked
    data, train, validation = as_the_notebook(data, train, validation, scratch, job, seed=config.seed)
    if source.held_out is None and task.fold is None:
        alone = FaceGroups(np.arange(len(data.images)), 0, 0)
        train, validation = set_aside(train, alone, config.recipe().validation_share, config.seed)
    return data, train, validation, Marked()
