"""What a training refuses before it starts, and what it warns of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.jobs import Job
from fkd_core.models.registry import ONE_RULE
from fkd_core.schema import KeypointSchema
from fkd_core.training.config import TrainingConfig


@attrs.frozen(eq=False)
class Data:
    """Faces and labels that are fit to train on.

    Args:
        images: uint8 `(N, H, W)`.
        points: float32 `(N, K, 2)`, NaN where unknown.
        weights: float32 `(N, K)`, 0 where unknown or not to be used in training.
        judged: float32 `(N, K)`, 0 where unknown or not to be used in validation scores.
        train_rows: int64, rows with something to learn from.
        validation_rows: int64.
        rules: int64 `(N,)`, the number of each face's marking rule.
        sources: int64 `(N,)`, the row of the file that each face is; -1 for a changed copy.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    judged: NDArray[np.float32]
    train_rows: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    rules: NDArray[np.int64]
    sources: NDArray[np.int64]


def check_data(
    config: TrainingConfig,
    schema: KeypointSchema,
    images: NDArray[np.uint8],
    points: NDArray[np.float32],
    weights: NDArray[np.float32],
    train_rows: NDArray[np.int64],
    validation_rows: NDArray[np.int64],
    job: Job,
    rules: NDArray[np.integer[Any]] | None = None,
    rule_names: Sequence[str] = ONE_RULE,
    sources: NDArray[np.int64] | None = None,
) -> Data:
    """Turn what the caller has into what training can use.

    Raises:
        ValueError: if shapes, types or row numbers do not fit each other.
        BadInputError: if there is nothing to learn, a value is infinite, or the network needs
            keypoints that are missing.
    """
    _check_shapes(schema, images, points, weights)
    marked = _check_rules(rules, rule_names, len(images))
    train_rows, validation_rows = (_rows(r, len(images)) for r in (train_rows, validation_rows))
    _check_values(schema, points, weights, np.concatenate([train_rows, validation_rows]))

    known = np.asarray(np.isfinite(points).all(axis=-1), np.bool_)
    judged: NDArray[np.float32] = np.where(known, weights, 0).astype(np.float32)
    used = judged
    if config.recipe().complete:
        _check_complete(config.model, schema, known, train_rows)
        used = known.astype(np.float32)
    else:
        train_rows = train_rows[used[train_rows].any(axis=1)]
    train_rows = drawn_rows(train_rows, config)
    if len(train_rows) == 0:
        raise BadInputError(
            "there is nothing to learn from",
            expected="at least one training face with a labelled keypoint",
            found="none",
            todo="Label some faces, or leave some out of the held-out rows",
        )
    _warn(schema, images, used, train_rows, job)
    rows = np.arange(len(images)) if sources is None else sources
    return Data(images, points, used, judged, train_rows, validation_rows, marked, rows)


def drawn_rows(rows: NDArray[np.int64], config: TrainingConfig) -> NDArray[np.int64]:
    """As many rows as the configuration's limit allows, drawn with its seed, ascending; all without one."""
    if config.limit is None or config.limit >= len(rows):
        return rows
    return np.sort(np.random.default_rng((config.seed, 3)).permutation(rows)[: config.limit])


def _check_shapes(
    schema: KeypointSchema,
    images: NDArray[np.uint8],
    points: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> None:
    if images.dtype != np.uint8 or images.shape[1:] != tuple(schema.size):
        raise ValueError(f"images must be uint8 (N, *{schema.size}), received {images.dtype} {images.shape}")
    if points.shape != (len(images), len(schema), 2):
        raise ValueError(f"points must be {(len(images), len(schema), 2)}, received {points.shape}")
    if weights.shape != (len(images), len(schema)):
        raise ValueError(f"weights must be {(len(images), len(schema))}, received {weights.shape}")


def _check_rules(
    rules: NDArray[np.integer[Any]] | None, names: Sequence[str], faces: int
) -> NDArray[np.int64]:
    if not names or len(set(names)) < len(names):
        raise ValueError(f"rule_names must differ, received {list(names)}")
    numbers = np.zeros(faces, np.int64) if rules is None else np.asarray(rules, np.int64)
    if numbers.shape != (faces,) or (faces and not 0 <= numbers.min() <= numbers.max() < len(names)):
        raise ValueError(f"rules must be {faces} numbers from 0 to {len(names) - 1}, received {rules}")
    return numbers


def _rows(rows: NDArray[np.int64], faces: int) -> NDArray[np.int64]:
    rows = np.asarray(rows, np.int64)
    if rows.size and (rows.min() < 0 or rows.max() >= faces):
        raise ValueError(f"rows must be in 0..{faces - 1}, received {rows.min()}..{rows.max()}")
    return rows


def _check_values(
    schema: KeypointSchema,
    points: NDArray[np.float32],
    weights: NDArray[np.float32],
    rows: NDArray[np.int64],
) -> None:
    bad = np.argwhere(np.isinf(points[rows]).any(axis=-1))
    if len(bad):
        row, keypoint = rows[bad[0][0]], schema.keypoints[bad[0][1]]
        raise BadInputError(
            "a coordinate is infinite",
            where=f"row {row}, {keypoint}",
            expected="a number of pixels, or nothing",
            found=points[row, bad[0][1]].tolist(),
            todo="Correct or remove this label",
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("weights must be finite and not negative, received others")


def _check_complete(
    model: str, schema: KeypointSchema, known: NDArray[np.bool_], rows: NDArray[np.int64]
) -> None:
    missing = np.argwhere(~known[rows])
    if len(missing):
        first = f"row {rows[missing[0][0]]}, {schema.keypoints[missing[0][1]]}"
        raise BadInputError(
            f"the network {model!r} needs every keypoint of every training face",
            where=first,
            expected="a value",
            found=f"none, and {len(missing) - 1} more missing",
            todo="Fill them in with 'fkd impute', or train another network",
        )


def _warn(
    schema: KeypointSchema,
    images: NDArray[np.uint8],
    weights: NDArray[np.float32],
    rows: NDArray[np.int64],
    job: Job,
) -> None:
    never = [schema.label(int(k)) for k in np.flatnonzero(~weights[rows].any(axis=0))]
    if never:
        job.log(f"Never labelled, so predictions of it mean nothing: {', '.join(never)}")
    sample = np.asarray(images[rows[:: max(1, len(rows) // 64)]])
    if (sample == sample[:, :1, :1]).all():
        job.log("The training faces are blank: the network can only learn where keypoints are on average")
