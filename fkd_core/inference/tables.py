"""Keypoints of faces from trained networks, whatever computes them: batches, views, averaging, mixing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fkd_core.errors import RunError
from fkd_core.inference.rules import Prediction, Rule, averaged, mixed
from fkd_core.inference.views import VIEWS, View
from fkd_core.jobs import Job
from fkd_core.models.registry import CHANNELS
from fkd_core.schema import KeypointSchema


class Network(Protocol):
    """Something that was trained and can be asked for the keypoints of faces."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the marking rules that it knows; one name where it knows of none."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the faces that it takes, in pixels."""

    @property
    def keypoints(self) -> int:
        """How many it finds."""

    @property
    def batch_size(self) -> int:
        """Faces that it takes at a time."""

    def table(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """For at most `batch_size` faces, uint8 `(B, H, W)`, what it says of them: float32 `(B, R, K, 7)`."""


def predict_with(
    networks: Sequence[Network],
    images: NDArray[np.uint8],
    schema: KeypointSchema,
    *,
    views: Sequence[View] = VIEWS,
    rule: Rule = None,
    asked: NDArray[np.bool_] | None = None,
    job: Job | None = None,
) -> Prediction:
    """Keypoints of every face and how sure they are, batch by batch; not clipped to the frame.

    Args:
        networks: one, or several whose tables are averaged.
        images: uint8 `(N, H, W)`, may be memory-mapped.
        schema: the keypoints of the networks.
        views: how each face is shown; what is said of it each time is averaged.
        rule: the marking rule to follow; see `fkd_core.inference.rules.mixed`.
        asked: bool `(N, K)`, which keypoints somebody marked or wants of each face, where that is known.
        job: is told how far the work is and may stop it.

    Raises:
        RunError: if a network was made for other faces or keypoints, or they know different rules.
        BadInputError: if there is no such rule.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    tables = []
    for start, table in predict_tables(networks, images, schema, views=views):
        tables.append(table)
        job.progress(start + len(table), len(images), "Predicting")
    rules = networks[0].rules
    table = np.concatenate([np.empty((0, len(rules), len(schema), len(CHANNELS)), np.float32), *tables])
    return mixed(table, rules, rule=rule, asked=asked)


def predict_tables(
    networks: Sequence[Network], images: NDArray[np.uint8], schema: KeypointSchema, *, views: Sequence[View]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The number of the first face and the table `(B, R, K, 7)` of each batch in turn; see `predict_with`."""
    _check(networks, images, schema)
    size = min(network.batch_size for network in networks)
    for start in range(0, len(images), size):
        faces = np.asarray(images[start : start + size])
        yield (
            start,
            averaged(
                [view.undo(network.table(view.show(faces)), schema) for network in networks for view in views]
            ),
        )


def as_table(found: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a network gives, a table `(B, R, K, 7)` or points `(B, K, 2)`, as a table."""
    if found.ndim == 4:
        return found
    table = np.zeros((len(found), 1, found.shape[1], len(CHANNELS)), np.float32)
    table[:, 0, :, :2] = found
    # A network that gives points alone does not say how sure they are.
    table[..., 2] = np.nan
    return table


def _check(networks: Sequence[Network], images: NDArray[np.uint8], schema: KeypointSchema) -> None:
    if not networks:
        raise ValueError("networks must not be empty, received none")
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(f"images must be uint8 (N, H, W), received {images.dtype} {images.shape}")
    given = (tuple(images.shape[1:]), len(schema))
    for network in networks:
        wanted = (network.size, network.keypoints)
        if wanted != given:
            raise RunError(
                "the network was trained for other faces", expected=_words(*wanted), found=_words(*given)
            )
        if network.rules != networks[0].rules:
            raise RunError(
                "these networks cannot be averaged: they know different marking rules",
                expected=", ".join(networks[0].rules),
                found=", ".join(network.rules),
            )


def _words(size: tuple[Any, ...], keypoints: int) -> str:
    return f"{size[0]} x {size[1]} pixels and {keypoints} keypoints"
