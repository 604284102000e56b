"""The batches that a training is fed, for the training itself and for whoever wants to see them before."""

from __future__ import annotations

from pathlib import Path

import attrs

from fkd_core.augment.random import RandomBatches
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.schema import KeypointSchema
from fkd_core.training.checks import Data, check_data
from fkd_core.training.config import TrainingConfig
from fkd_core.training.split import gather, prepared, split


def stream_of(config: TrainingConfig, schema: KeypointSchema, data: Data) -> RandomBatches:
    """The batches of a training.

    Args:
        config: what is trained and how.
        schema: of the keypoints.
        data: faces and labels that were checked.
    """
    return RandomBatches(
        data.images,
        data.points,
        data.weights,
        data.train_rows,
        schema,
        config.augmentation(),
        min(config.recipe().batch_size, len(data.train_rows)),
        config.seed,
    )


@attrs.frozen(eq=False)
class Coming:
    """What a training of a project would be fed if it began now.

    Args:
        config: of the training.
        stream: its batches; those of the first fold where there are several.
        copies: whether the rows of the stream are changed copies that the network's recipe makes beforehand,
            and not rows of the file.
    """

    config: TrainingConfig
    stream: RandomBatches
    copies: bool

    @classmethod
    def of(
        cls, project: Project, config: TrainingConfig, hold_out: Path | None, scratch: Path, job: Job
    ) -> Coming:
        """Do all that a training does before its first step; takes seconds on thousands of faces.

        Args:
            project: open.
            config: of the training.
            hold_out: a text file of 0-based rows to keep out.
            scratch: folder for copies, which must stay as long as the stream is used.
            job: is told how far the work is.

        Raises:
            FkdError: if such a training could not begin.
        """
        source, _ = gather(project, config, None if hold_out is None else str(hold_out), job)
        _, tasks = split(source, job)
        data, train, validation, marked = prepared(source, tasks[0], scratch, job)
        checked = check_data(
            config,
            data.schema,
            data.images,
            data.points,
            data.weights,
            train,
            validation,
            job,
            marked.numbers,
            marked.names,
        )
        return cls(config, stream_of(config, data.schema, checked), config.recipe().complete)

    def changed(self, config: TrainingConfig) -> Coming:
        """The same faces with other random changes or another seed of them; nothing is read anew.

        Only what `redrawn` calls the same may differ between the configurations.
        """
        stream = attrs.evolve(self.stream, config=config.augmentation())
        return attrs.evolve(self, config=config, stream=stream)

    def redrawn(self, config: TrainingConfig) -> bool:
        """Whether another configuration trains on the same faces in the same order as this one."""
        return attrs.evolve(config, augment=None) == attrs.evolve(self.config, augment=None)
