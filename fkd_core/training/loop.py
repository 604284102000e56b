"""The loop over epochs and batches of one training."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import cv2
import keras
import numpy as np
from keras.ops import convert_to_numpy as convert
from numpy.typing import NDArray

from fkd_core.augment.random import Batch
from fkd_core.errors import Cancelled, DivergedError, RunError
from fkd_core.jobs import Job
from fkd_core.models.devices import Device
from fkd_core.models.registry import Recipe
from fkd_core.schema import KeypointSchema
from fkd_core.training import schedule
from fkd_core.training.averages import Averages
from fkd_core.training.checkpoint import Checkpoint, grouped
from fkd_core.training.checks import Data
from fkd_core.training.config import TrainingConfig
from fkd_core.training.judge import SCORES, Judge
from fkd_core.training.memory import is_out_of_memory, too_large
from fkd_core.training.memory_use import gpu_memory_mb, memory_mb
from fkd_core.training.parallel import Steps
from fkd_core.training.prefetch import Prefetch
from fkd_core.training.sink import Sink
from fkd_core.training.stream import stream_of
from fkd_core.training.stretch import RESERVE_SECONDS, Stretch

VALIDATION_SHARE_OF_TIME = 0.05
SECONDS_BETWEEN_SAVES = 15.0
SECONDS_BETWEEN_CHECKPOINTS = 15.0
STEPS_TO_MEASURE = 20
"""After which the length of a training by time is told."""
DIVERGED = 1e6


_COUNTERS = (
    *("step", "best", "_since_best", "_recorded"),
    *("_timed", "_trained", "_validated", "_validations"),
)


@attrs.define
class _Epoch:
    """The epoch under way: the number of its next batch, sums over the others, time without compilation."""

    next_batch: int = 0
    loss: float = 0.0
    squared_error: float = 0.0
    steps: int = 0
    seconds: float = 0.0

    def speed(self, batch_size: int) -> float | None:
        """Faces a second; None where nothing was timed."""
        return self.steps * batch_size / self.seconds if self.seconds else None


def shrink(faces: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Faces `(N, H, W, 1)` at a smaller size, each pixel the mean of those it covers."""
    small = [cv2.resize(face, size[::-1], interpolation=cv2.INTER_AREA) for face in faces]
    return np.stack(small)[..., None]


class Training:
    """One training from its first step to its last.

    Args:
        config: what to train and how.
        recipe: the network's recipe with the configuration's own choices in it.
        schema: of the keypoints.
        data: faces and labels that were checked.
        model: compiled; is trained.
        twin: a network of the same shape in float32; takes the weights that are judged and saved.
        loss: the one that `model` was compiled with.
        job: is told how far the training is and may stop it.
        sink: keeps epochs and weights.
        started: when the time in `config.minutes` began, in monotonic seconds.
        steps: how `model` takes a step.
        device: that `model` is on.
        coarse: `model` for smaller faces, compiled with the same optimiser; see `Recipe.coarse_share`.
    """

    def __init__(
        self,
        config: TrainingConfig,
        recipe: Recipe,
        schema: KeypointSchema,
        data: Data,
        model: keras.Model,
        twin: keras.Model,
        loss: keras.losses.Loss,
        job: Job,
        sink: Sink,
        started: float,
        steps: Steps,
        device: Device,
        coarse: keras.Model | None = None,
    ) -> None:
        self.config, self.recipe, self.schema, self.data = config, recipe, schema, data
        self.model, self.twin, self.job, self.sink = model, twin, job, sink
        self.started, self.device = started, device
        self._steps = steps
        self._judge = Judge(data, schema, twin, loss, config.seed)
        self.batches = stream_of(config, schema, data)
        self.averages = Averages(model, recipe.average)
        self.epoch = self.step = 0
        self.best: dict[str, Any] = {}
        self._ended = False
        self._since_best = 0
        self._best_weights: list[NDArray[Any]] | None = None
        self._trained = self._validated = 0.0
        self._timed = self._validations = self._recorded = 0
        self._compiled = False
        self._saved: float | None = None
        self._plan: schedule.Plan | None = None
        self._under_way = _Epoch()
        self._coarse = coarse
        self._progress = 0.0
        epochs = recipe.epochs if config.minutes is None else None
        self._stretch = Stretch(epochs, config.minutes)

    def run(self) -> str:
        """Train to the end; returns the status of the result."""
        status = "done"
        try:
            while not self._ended and not self._exhausted():
                self.epoch = self._recorded + 1
                self._epoch()
                if not self._ended and not self._exhausted():
                    self.job.rest()
            if self._exhausted():
                status = "early"
                self.job.log(f"No improvement for {self.recipe.patience} epochs, so the training ends")
        except Cancelled:
            status = "stopped"
            self.job.log("Stopped; the weights so far are kept")
        self._finish()
        return status

    def speed(self) -> float:
        """Faces a second over the steps, without those that compile."""
        return self._timed * self.batches.batch_size / self._trained if self._trained else 0.0

    def checkpoint(self) -> Checkpoint:
        """All that `restore` needs to go on as if nothing had happened."""
        networks = {
            "model": [convert(variable) for variable in self._variables()],
            "average": self.averages.values,
            "best": self._best_weights or [],
        }
        arrays = {
            key: array for name, group in networks.items() for key, array in grouped(name, group).items()
        }
        started = None if not isinstance(self._plan, schedule.TimePlan) else self._plan.start - self.started
        counters = {name: getattr(self, name) for name in _COUNTERS}
        state = {
            "counters": counters,
            "under_way": attrs.asdict(self._under_way),
            "elapsed": time.monotonic() - self.started,
            "plan_start": started,
            "stretch": attrs.asdict(self._stretch),
        }
        return Checkpoint(arrays, state)

    def restore(self, kept: Checkpoint, extended: Sequence[Mapping[str, Any]] = ()) -> None:
        """Go on from a checkpoint of a training of the same configuration and data.

        Args:
            kept: the checkpoint.
            extended: `epochs` or `minutes` of each part that was added; the last one begins here where the
                checkpoint knows nothing of it.

        Raises:
            RunError: if the checkpoint is of another network.
        """
        variables, values = self._variables(), kept.group("model")
        if [tuple(v.shape) for v in variables] != [value.shape for value in values]:
            raise RunError(
                "the checkpoint is of another network",
                expected=f"{len(variables)} arrays of certain shapes",
                found=f"{len(values)} arrays of other ones",
                todo="Train again from the start",
            )
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self.averages.restore(kept.group("average"))
        self._best_weights = kept.group("best") or None
        for name, value in kept.state["counters"].items():
            setattr(self, name, value)
        self.epoch = self._recorded + 1
        self._under_way = _Epoch(**kept.state["under_way"])
        # The time between the end of one process and the start of the next does not count.
        asked, now = self.started, time.monotonic()
        self.started = now - kept.state["elapsed"]
        if "stretch" in kept.state:
            self._stretch = Stretch(**kept.state["stretch"])
        if len(extended) > self._stretch.number:
            self._since_best = 0
            self._stretch = Stretch.added(
                extended[-1],
                len(extended),
                step=self.step,
                taken=self._under_way.next_batch,
                begun=asked - self.started,
                trained=kept.state["elapsed"],
            )
        elif self.step:
            self._plan = self._start_plan(kept.state["plan_start"])
            self._ended = self._over()

    def _variables(self) -> list[Any]:
        """Weights, states of random layers and what the optimiser keeps."""
        metrics = {id(variable) for variable in self.model.metrics_variables}
        own = [variable for variable in self.model.variables if id(variable) not in metrics]
        return [*own, *self.model.optimizer.variables]

    def _exhausted(self) -> bool:
        return self.recipe.patience is not None and self._since_best >= self.recipe.patience

    def _over(self) -> bool:
        return self._plan is not None and self._plan.progress(self.step, time.monotonic()) >= 1

    def _start_plan(self, since_start: float | None = None) -> schedule.Plan:
        return self._stretch.plan(self.batches.batches, self.started, since_start)

    def _epoch(self) -> None:
        """The rest of the epoch under way, or a whole one."""
        epoch = self._under_way
        began = time.monotonic()
        with Prefetch(self._inputs(epoch.next_batch)) as inputs:
            for faces, truth, batch in inputs:
                self.job.check()
                self._set_rate()
                logs = self._step(faces, truth, batch.weights)
                epoch.next_batch += 1
                epoch.loss += logs["loss"]
                epoch.squared_error += logs["squared_error"]
                self._after_step(logs["loss"])
                now = time.monotonic()
                if self._compiled:
                    epoch.steps += 1
                    epoch.seconds += now - began
                    self._timed += 1
                    self._trained += now - began
                self._compiled = True
                if self._over():
                    break
                if self._saved is not None and now - self._saved > SECONDS_BETWEEN_CHECKPOINTS:
                    self._keep_checkpoint()
                began = time.monotonic()
        taken = epoch.next_batch
        record = {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": time.monotonic() - self.started,
            "loss": epoch.loss / taken,
            "rmse": math.sqrt(epoch.squared_error / taken),
            "learning_rate": float(convert(self.model.optimizer.learning_rate)),
            "images_per_second": epoch.speed(self.batches.batch_size),
            "memory_mb": memory_mb(),
            "gpu_memory_mb": gpu_memory_mb(self.device.members),
        }
        self._end_epoch(record)

    def _step(
        self, faces: NDArray[np.float32], truth: NDArray[np.float32], weights: NDArray[np.float32]
    ) -> dict[str, float]:
        model = self.model
        small = not self._stretch.number and self._progress < self.recipe.coarse_share
        if self._coarse is not None and small:
            model, faces = self._coarse, shrink(faces, self._coarse.input_shape[1:3])

        def step(size: int) -> dict[str, float]:
            return self._steps.take(model, faces[:size], truth[:size], weights[:size])

        try:
            return step(len(faces))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            raise too_large(self.device.name, len(faces), step) from error

    def _inputs(self, start: int) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32], Batch]]:
        for batch in self.batches.epoch(self.epoch, start):
            marks = np.stack([self.data.rules[batch.rows], batch.mirrored], axis=-1)[:, None]
            marks = np.broadcast_to(marks, (*batch.weights.shape, 2))
            truth = np.concatenate([batch.points, marks], axis=-1, dtype=np.float32)
            yield batch.images[..., None].astype(np.float32), truth, batch

    def _set_rate(self) -> None:
        self._progress = self._plan.progress(self.step, time.monotonic()) if self._plan else 0.0
        share = schedule.factor(self.recipe.schedule, self._progress, self.step)
        if self.recipe.schedule != "exponential":
            share *= self._stretch.peak(self.batches.batches)
        self.model.optimizer.learning_rate = self.recipe.learning_rate * share

    def _after_step(self, loss: float) -> None:
        self.step += 1
        if not loss < DIVERGED:
            raise DivergedError(
                f"the loss diverged in epoch {self.epoch}",
                found=f"{loss:g} at a learning rate of {self.recipe.learning_rate:g}",
                todo=f"Train with a lower learning rate, such as {self.recipe.learning_rate / 10:g}",
            )
        if self._plan is None:
            self._plan = self._start_plan()
        # Of what was added, from its first step on.
        self.averages.update(self.step - self._stretch.first_step)
        total = self._plan.total(self.step, time.monotonic())
        if self._timed == STEPS_TO_MEASURE and isinstance(self._plan, schedule.TimePlan):
            self.job.log(
                f"At {self.speed():.0f} faces a second, {self._stretch.minutes:g} minutes are about "
                f"{total / self.batches.batches:.0f} epochs; the schedule follows the clock"
            )
        self.job.progress(self.step, max(total, self.step), f"Epoch {self.epoch}")

    def _end_epoch(self, record: dict[str, Any]) -> None:
        self._ended = self._over()
        record |= dict.fromkeys(SCORES)
        points: NDArray[np.float32] | None = None
        self.averages.copy_to(self.twin)
        if len(self.data.validation_rows) and (self._ended or self._may_validate()):
            began = time.monotonic()
            told, points = self._judge.judge(self.job)
            record |= told
            took = time.monotonic() - began
            if self._validations:
                # The first one compiles, which the later ones need not pay for.
                self._validated += took
            self._validations += 1
            if isinstance(self._plan, schedule.TimePlan):
                self._plan.reserve = RESERVE_SECONDS + took
        record = self.sink.epoch(record)
        self.job.emit("epoch", record)
        if points is not None and len(points):
            self.job.emit("faces", self.sink.faces(self.epoch, self._judge.rows, points))
        self._keep(record)
        self._recorded += 1
        self._under_way = _Epoch()
        # The first epoch's at once: whoever stops a young training is not kept waiting for its weights.
        if self._saved is None or time.monotonic() - self._saved > SECONDS_BETWEEN_SAVES:
            self._save()

    def _may_validate(self) -> bool:
        if self.recipe.patience is not None or self.epoch == 1:
            return True
        return self._validated <= VALIDATION_SHARE_OF_TIME * self._trained

    def _keep(self, record: dict[str, Any]) -> None:
        """Remember the weights if they are the best so far; writing them at each epoch would take long.

        Where the learning rate falls to nothing at the end, the last weights are the ones to use: choosing
        among them by the validation rows would make those rows look better than others.
        """
        if record["val_loss"] is None:
            return
        if self.recipe.patience is None:
            self.best = record
            return
        if self.best and not record["val_loss"] < self.best["val_loss"]:
            self._since_best += 1
            return
        self.best, self._since_best = record, 0
        self._best_weights = self.twin.get_weights()

    def _save(self) -> None:
        """Write the checkpoint, then the best weights where better ones were found, then the latest.

        In this order, because a process that does not stop in time is killed while it writes.
        """
        self._keep_checkpoint()
        if self._best_weights is not None:
            latest = self.twin.get_weights()
            self.twin.set_weights(self._best_weights)
            self.sink.save_best(self.twin)
            self.twin.set_weights(latest)
            self._best_weights = None
        self.sink.save_last(self.twin)

    def _keep_checkpoint(self) -> None:
        self.sink.save_checkpoint(self.checkpoint())
        self._saved = time.monotonic()

    def _finish(self) -> None:
        self.averages.copy_to(self.twin)
        if self.recipe.patience is not None and not self.best:
            self._best_weights = self.twin.get_weights()
        self._save()
