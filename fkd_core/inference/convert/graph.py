"""The nodes and weights of an ONNX graph as they are collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import keras
import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

OPSET = 18
IR_VERSION = 8
"""The versions of the operators and of the file format; old enough for any runtime of the last years."""


@attrs.frozen
class Tensor:
    """What flows along an edge of the graph.

    Args:
        name: in the graph.
        shape: as Keras counts it, channels last; None for the number of faces.
        channels_first: whether the graph holds it as `(N, C, H, W)`, as its convolutions want it.
    """

    name: str
    shape: tuple[int | None, ...]
    channels_first: bool = False

    @property
    def sides(self) -> tuple[int, ...]:
        """All lengths but the number of faces, channels last."""
        return tuple(int(side) for side in self.shape[1:] if side is not None)

    def named(self, name: str) -> Tensor:
        """The result of a node that works on each value by itself, such as an activation."""
        return attrs.evolve(self, name=name)


class Graph:
    """Collects nodes and weights; each node's result gets a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._turned: dict[str, str] = {}

    def node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Append a node; returns the name of its one result."""
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def weight(self, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Append constant values; returns their name."""
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(values, dtype, order="C"), name))
        return name

    def numbers(self, *values: int) -> str:
        """Append whole numbers, such as axes or a shape; returns their name."""
        return self.weight(values, np.int64)

    def first(self, tensor: Tensor) -> Tensor:
        """A tensor of images as `(N, C, H, W)`."""
        if tensor.channels_first:
            return tensor
        return attrs.evolve(tensor, name=self._turn(tensor.name, (0, 3, 1, 2)), channels_first=True)

    def last(self, tensor: Tensor) -> Tensor:
        """A tensor in the order of Keras."""
        if not tensor.channels_first:
            return tensor
        return attrs.evolve(tensor, name=self._turn(tensor.name, (0, 2, 3, 1)), channels_first=False)

    def like(self, tensor: Tensor, values: npt.NDArray[np.float32]) -> str:
        """A weight that is broadcast over a tensor.

        Args:
            tensor: gives the order of the axes.
            values: with as many axes as the tensor, in the order of Keras.
        """
        return self.weight(values.transpose(0, 3, 1, 2) if tensor.channels_first else values)

    def axis(self, tensor: Tensor, axis: int) -> int:
        """Where the graph has an axis that Keras counts so."""
        axis %= len(tensor.shape)
        return (0, 2, 3, 1)[axis] if tensor.channels_first else axis

    def _turn(self, name: str, order: tuple[int, ...]) -> str:
        # The way back of a way that was gone is no way at all.
        if name not in self._turned:
            turned = self.node("Transpose", [name], perm=order)
            self._turned |= {name: turned, turned: name}
        return self._turned[name]


def array_of(variable: Any) -> npt.NDArray[np.float32]:
    """The values of a variable of Keras."""
    return np.asarray(keras.ops.convert_to_numpy(variable), np.float32)
