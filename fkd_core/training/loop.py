"""The loop over epochs and batches of one training."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.augment.random import Batch, RandomBatches
from fkd_core.errors import Cancelled, FkdError
from fkd_core.inference.predict import predict_batches, rule_names
from fkd_core.inference.rules import mixed
from fkd_core.jobs import Job
from fkd_core.models.registry import Recipe
from fkd_core.schema import KeypointSchema
from fkd_core.training import schedule
from fkd_core.training.averages import Averages
from fkd_core.training.checks import Data
from fkd_core.training.config import TrainingConfig
from fkd_core.training.prefetch import Prefetch
from fkd_core.training.sink import Sink
from fkd_core.training.validation import scores

VALIDATION_SHARE_OF_TIME = 0.05
SECONDS_BETWEEN_SAVES = 15.0
RESERVE_SECONDS = 2.0
"""For writing the weights and exporting them."""
VALIDATION_BATCH = 64
DIVERGED = 1e6


class DivergedError(FkdError):
    """The loss grew without bound or became NaN; weights saved before are sound."""


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
    ) -> None:
        self.config, self.recipe, self.schema, self.data = config, recipe, schema, data
        self.model, self.twin, self.loss, self.job, self.sink = model, twin, loss, job, sink
        self.started = started
        self.batches = RandomBatches(
            data.images,
            data.points,
            data.weights,
            data.train_rows,
            schema,
            config.augmentation(),
            min(recipe.batch_size, len(data.train_rows)),
            config.seed,
        )
        self.averages = Averages(model, recipe.average)
        self.epoch = self.step = 0
        self.best: dict[str, Any] = {}
        self._ended = False
        self._since_best = 0
        self._best_weights: list[NDArray[Any]] | None = None
        self._trained = self._validated = 0.0
        self._validations = 0
        self._saved: float | None = None
        self._plan: schedule.Plan | None = None

    def run(self) -> str:
        """Train to the end; returns the status of the result."""
        status = "done"
        try:
            while not self._ended:
                self.epoch += 1
                self._epoch()
                if self.recipe.patience is not None and self._since_best >= self.recipe.patience:
                    status = "early"
                    self.job.log(f"No improvement for {self.recipe.patience} epochs, so the training ends")
                    break
        except Cancelled:
            status = "stopped"
            self.job.log("Stopped; the weights so far are kept")
        self._finish()
        return status

    def speed(self) -> float:
        """Faces a second over the steps, the first of which compiles and is left out."""
        steps = max(self.step - 1, 0)
        return steps * self.batches.batch_size / self._trained if self._trained else 0.0

    def _over(self) -> bool:
        return self._plan is not None and self._plan.progress(self.step, time.monotonic()) >= 1

    def _start_plan(self) -> schedule.Plan:
        if self.config.minutes is None:
            return schedule.StepPlan(self.recipe.epochs * self.batches.batches)
        end = self.started + 60 * self.config.minutes
        return schedule.TimePlan(time.monotonic(), end, RESERVE_SECONDS)

    def _epoch(self) -> None:
        began, before, rate = time.monotonic(), self.step, 0.0
        sums = {"loss": 0.0, "squared_error": 0.0}
        with Prefetch(self._inputs()) as inputs:
            for faces, truth, batch in inputs:
                self.job.check()
                rate = self._set_rate()
                logs = self.model.train_on_batch(faces, truth, sample_weight=batch.weights, return_dict=True)
                sums = {name: value + float(logs[name]) for name, value in sums.items()}
                self._after_step(float(logs["loss"]))
                if self.step == 1:
                    began = time.monotonic()
                if self._over():
                    break
        now = time.monotonic()
        seconds = now - began
        taken = self.step - before
        steps = taken - (before == 0)
        self._trained += seconds
        record = {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": now - self.started,
            "loss": sums["loss"] / taken,
            "rmse": math.sqrt(sums["squared_error"] / taken),
            "learning_rate": rate,
            "images_per_second": steps * self.batches.batch_size / seconds if steps and seconds else None,
        }
        self._end_epoch(record)

    def _inputs(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32], Batch]]:
        for batch in self.batches.epoch(self.epoch):
            marks = np.stack([self.data.rules[batch.rows], batch.mirrored], axis=-1)[:, None]
            marks = np.broadcast_to(marks, (*batch.weights.shape, 2))
            truth = np.concatenate([batch.points, marks], axis=-1, dtype=np.float32)
            yield batch.images[..., None].astype(np.float32), truth, batch

    def _set_rate(self) -> float:
        progress = self._plan.progress(self.step, time.monotonic()) if self._plan else 0.0
        rate = self.recipe.learning_rate * schedule.factor(self.recipe.schedule, progress, self.step)
        self.model.optimizer.learning_rate = rate
        return rate

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
        self.averages.update(self.step)
        total = self._plan.total(self.step, time.monotonic())
        self.job.progress(self.step, max(total, self.step), f"Epoch {self.epoch}")

    def _end_epoch(self, record: dict[str, Any]) -> None:
        self._ended = self._over()
        record |= dict.fromkeys(("val_loss", "val_rmse", "val_mae", "val_argmax_match"))
        self.averages.copy_to(self.twin)
        if len(self.data.validation_rows) and (self._ended or self._may_validate()):
            began = time.monotonic()
            record |= self._validate()
            took = time.monotonic() - began
            if self._validations:
                # The first one compiles, which the later ones need not pay for.
                self._validated += took
            self._validations += 1
            if isinstance(self._plan, schedule.TimePlan):
                self._plan.reserve = RESERVE_SECONDS + took
        self.sink.epoch(record)
        self.job.emit("epoch", record)
        self._keep(record)
        # The first epoch's at once: whoever stops a young training is not kept waiting for its weights.
        if self._saved is None or time.monotonic() - self._saved > SECONDS_BETWEEN_SAVES:
            self._save()

    def _may_validate(self) -> bool:
        if self.recipe.patience is not None or self.epoch == 1:
            return True
        return self._validated <= VALIDATION_SHARE_OF_TIME * self._trained

    def _validate(self) -> dict[str, float]:
        rows = self.data.validation_rows
        tables = []
        for _, table in predict_batches(
            self.twin, self.data.images[rows], self.schema, batch_size=VALIDATION_BATCH, mirror=False
        ):
            self.job.check()
            tables.append(table)
        found = mixed(np.concatenate(tables), rule_names(self.twin)).points
        return scores(self.data.points[rows], found, self.data.judged[rows], self.loss)

    def _keep(self, record: dict[str, Any]) -> None:
        """Remember the weights if they are the best so far; writing them at each epoch would take long."""
        if record["val_loss"] is None:
            return
        name = "val_loss" if self.recipe.patience is not None else "val_rmse"
        if self.best and not record[name] < self.best[name]:
            self._since_best += 1
            return
        self.best, self._since_best = record, 0
        self._best_weights = self.twin.get_weights()

    def _save(self) -> None:
        """Write the best weights where better ones than the written were found, then the latest.

        In this order, because a process that does not stop in time is killed while it writes.
        """
        if self._best_weights is not None:
            latest = self.twin.get_weights()
            self.twin.set_weights(self._best_weights)
            self.sink.save_best(self.twin)
            self.twin.set_weights(latest)
            self._best_weights = None
        self.sink.save_last(self.twin)
        self._saved = time.monotonic()

    def _finish(self) -> None:
        self.averages.copy_to(self.twin)
        if not self.best:
            self._best_weights = self.twin.get_weights()
        self._save()
