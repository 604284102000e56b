"""Training a network: from faces and labels to weights, within a number of epochs or of minutes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import keras
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError, DivergedError
from fkd_core.inference.predict import ready
from fkd_core.jobs import Job
from fkd_core.models import devices, registry
from fkd_core.models.coarse import at_size
from fkd_core.models.layers import RuleTable
from fkd_core.schema import KeypointSchema
from fkd_core.training import losses
from fkd_core.training.checkpoint import Checkpoint
from fkd_core.training.checks import Data, check_data
from fkd_core.training.config import TrainingConfig
from fkd_core.training.loop import Training
from fkd_core.training.muon import ConvolutionMuon
from fkd_core.training.parallel import steps_on
from fkd_core.training.sink import Sink

ADAM_RATIO = 3.0
"""What a step of AdamW may be beside one of Muon, which moves a kernel in all directions at once."""

__all__ = ["DivergedError", "FitResult", "fit"]


@attrs.frozen
class FitResult:
    """How a training ended.

    Args:
        status: `done`, `early` (no improvement any more) or `stopped` (by the user).
        epochs: epochs begun.
        steps: batches trained on.
        seconds: since the start that was given.
        images_per_second: over the steps alone, compilation excluded.
        device: name of the device.
        precision: number format that was trained in.
        parameters: of the network.
        best: the record of the epoch whose weights are to be used: the best one where training stops when it
            no longer improves, else the last that was validated; empty if none was.
    """

    status: str
    epochs: int
    steps: int
    seconds: float
    images_per_second: float
    device: str
    precision: str
    parameters: int
    best: dict[str, Any]


def fit(
    config: TrainingConfig,
    schema: KeypointSchema,
    images: NDArray[np.uint8],
    points: NDArray[np.float32],
    weights: NDArray[np.float32],
    train_rows: NDArray[np.int64],
    validation_rows: NDArray[np.int64],
    job: Job,
    sink: Sink,
    *,
    started: float | None = None,
    rules: NDArray[np.integer[Any]] | None = None,
    rule_names: Sequence[str] = registry.ONE_RULE,
    sources: NDArray[np.int64] | None = None,
    resume: Checkpoint | None = None,
    extended: Sequence[Mapping[str, Any]] = (),
) -> FitResult:
    """Train a network; its weights and figures go to `sink`.

    After each epoch the job emits `epoch` with the record that the sink keeps: epoch (from 1), step,
    seconds, loss, rmse (of the changed training faces), val_loss, val_rmse, val_rmse_low and val_rmse_high
    (its 95 % interval), val_mae, val_argmax_match and val_keypoints (RMSE of each keypoint, None where none
    was judged), all None where not validated, learning_rate, images_per_second, memory_mb and gpu_memory_mb
    (None without a GPU). Where validating would take more than 5 % of the time, some epochs are not
    validated; the last one always is. After each validation `faces` tells what a few validation faces look
    like to the network: epoch, rows, points.
    The weights that are validated and saved are the averaged ones where the recipe averages. The last ones
    are the ones to use, but for a recipe with patience, which keeps the best ones too.

    Args:
        config: what to train and how.
        schema: of the keypoints.
        images: uint8 `(N, H, W)`.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`, what a keypoint counts, 0 for not at all. A network whose recipe
            needs complete faces learns from all of `points` alike; scores still heed the weights.
        train_rows: rows to train on.
        validation_rows: rows to score on, may be empty.
        job: is told how far the training is; cancelling it ends the training, weights saved.
        sink: keeps epochs and weights.
        started: when the time in `config.minutes` began, in `time.monotonic()` seconds; now if None.
        rules: integers `(N,)`, the number of the rule by which each face is marked; all 0 if None. A
            network that heeds rules learns each by itself, any other learns their mean.
        rule_names: names of the rules; they are kept with the network.
        sources: int64 `(N,)`, the row of the file that each face is, -1 for a changed copy; the faces are the
            file's if None.
        resume: go on from here. With the same arguments otherwise, and epochs and not minutes to train for,
            the training ends with the weights that it would have had without a break.
        extended: `epochs` or `minutes` of each part that was added after the training's end. The last one is
            begun or gone on with; its learning rate rises and falls anew.

    Raises:
        BadInputError: if there is nothing to learn from or the configuration cannot be used, here or on these
            devices.
        RunError: if the checkpoint is of another network.
        DivergedError: if the loss diverges.
    """
    started = time.monotonic() if started is None else started
    data = check_data(
        config, schema, images, points, weights, train_rows, validation_rows, job, rules, rule_names, sources
    )
    device = devices.choose(config.device)
    recipe = config.recipe()
    precision = _precision(config, recipe, device)
    devices.repeatable(device)
    keras.utils.set_random_seed(config.seed)
    if min(recipe.batch_size, len(data.train_rows)) < len(device.members):
        raise BadInputError(
            "a step cannot be divided among these devices",
            where=device.name,
            expected=f"a batch size of {len(device.members)} or more",
            found=f"{recipe.batch_size}, and {len(data.train_rows)} faces",
        )
    steps, loss = steps_on(device), losses.get(recipe.loss)
    spec = registry.get(config.model)
    with steps.scope():
        model = spec.build(schema, config.options, precision=precision, rules=rule_names)
        _tell_known(model, data)
        coarse = _coarse(model, recipe) if recipe.coarse_share else None
        _compile(model, recipe, loss, device)
        if coarse is not None:
            # The very same optimiser, so that its averages go on.
            _compile(coarse, recipe, loss, device, model.optimizer)
        # Left to the first step, its variables would not be made on all of several devices.
        model.optimizer.build(model.trainable_variables)
    with devices.on(device):
        # The twin takes the weights to be judged and saved: averaged, and in float32, so that the file
        # is as quick on a machine without bfloat16.
        twin = ready(spec.build(schema, config.options, rules=rule_names))
        training = Training(
            config, recipe, schema, data, model, twin, loss, job, sink, started, steps, device, coarse
        )
        if resume is not None:
            training.restore(resume, extended)
            job.log(f"Going on in epoch {training.epoch} after {training.step:,} steps")
        job.log(
            f"Training {config.model} ({model.count_params():,} parameters) "
            f"on {len(data.train_rows):,} faces, {device.name}, {precision}"
        )
        status = training.run()
    return FitResult(
        status=status,
        epochs=training.epoch,
        steps=training.step,
        seconds=time.monotonic() - training.started,
        images_per_second=training.speed(),
        device=device.name,
        precision=precision,
        parameters=model.count_params(),
        best=training.best,
    )


def _coarse(model: keras.Model, recipe: registry.Recipe) -> keras.Model:
    height, width = (round(side * recipe.coarse_scale / 16) * 16 for side in model.input_shape[1:3])
    return at_size(model, (height, width))


def _tell_known(model: keras.Model, data: Data) -> None:
    """Tell a network that heeds rules how often each keypoint is known under each rule."""
    rows = data.train_rows
    for layer in model.layers:
        if isinstance(layer, RuleTable):
            members = np.eye(len(layer.rules), dtype=np.float32)[data.rules[rows]]
            known = (data.weights[rows] > 0).astype(np.float32)
            # Half a face more on either side keeps the logarithm of a share that is nothing finite.
            share = (members.T @ known + 0.5) / (members.sum(axis=0)[:, None] + 1)
            layer.log_known.assign(np.log(share))


def _precision(config: TrainingConfig, recipe: registry.Recipe, device: devices.Device) -> str:
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if device.bfloat16 and "bfloat16" in recipe.precisions else "float32"


def _compile(
    model: keras.Model,
    recipe: registry.Recipe,
    loss: keras.losses.Loss,
    device: devices.Device,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    # On a CPU TensorFlow's own kernels are quicker than what XLA makes, and ready sooner.
    whole = "auto" if device.kind == "gpu" or keras.backend.backend() != "tensorflow" else False
    error = keras.metrics.MeanMetricWrapper(losses.squared_error, name="squared_error", dtype="float32")
    optimizer = optimizer or _optimizer(recipe)
    model.compile(optimizer=optimizer, loss=loss, weighted_metrics=[error], jit_compile=whole)


def _optimizer(recipe: registry.Recipe) -> keras.optimizers.Optimizer:
    optimizer: keras.optimizers.Optimizer
    if recipe.optimizer == "muon":
        optimizer = ConvolutionMuon(
            recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            adam_ratio=ADAM_RATIO,
            adam_layers=("maps",),
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma"])
    elif recipe.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma"])
    else:
        optimizer = keras.optimizers.Adam(recipe.learning_rate)
    return optimizer
