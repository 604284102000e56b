"""The layers in ONNX that read positions off maps; see `fkd_core.models.layers`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fkd_core.inference.convert.graph import Graph, Tensor, array_of
from fkd_core.models.layers import LEAST_SPREAD, LOG_STD_RANGE, RuleTable, SoftArgmax


def soft_argmax(graph: Graph, layer: SoftArgmax, inputs: list[Tensor]) -> Tensor:
    """`SoftArgmax`: expected positions."""
    maps = graph.first(inputs[0])
    height, width, keypoints = maps.sides
    usual = graph.like(maps, array_of(layer.usual)[None])
    scores = graph.node("Add", [maps.name, usual])
    scores = graph.node("Reshape", [scores, graph.numbers(-1, keypoints, height * width)])
    shares = graph.node("Softmax", [scores], axis=-1)
    grid = (_cells(height, width) + 0.5) * layer.stride - 0.5
    return Tensor(graph.node("MatMul", [shares, graph.weight(grid)]), (None, keypoints, 2))


def rule_table(graph: Graph, layer: RuleTable, inputs: list[Tensor]) -> Tensor:
    """`RuleTable`: positions, deviations and what tells of the rule, by the same sums as the layer's own.

    Maps are kept as `(N, R, K, cells)`, so that the sums run over what lies together.
    """
    shared, *own, features = (graph.first(tensor) if len(tensor.shape) == 4 else tensor for tensor in inputs)
    height, width, keypoints = shared.sides
    rules, cells = len(layer.rules), height * width
    usual = array_of(layer.usual).transpose(2, 0, 1).reshape(1, 1, keypoints, cells)
    maps = graph.node("Reshape", [shared.name, graph.numbers(-1, 1, keypoints, cells)])
    maps = graph.node("Add", [maps, graph.weight(usual)])
    for tensor in own:
        added = graph.node("Reshape", [tensor.name, graph.numbers(-1, rules, keypoints, cells)])
        maps = graph.node("Add", [maps, added])
    peaks = graph.node("ReduceMax", [maps, graph.numbers(3)])
    heights = graph.node("Exp", [graph.node("Sub", [maps, peaks])])

    centre = np.array([width, height]) / 2 * layer.stride
    grid = (_cells(height, width) + 0.5) * layer.stride - centre
    powers = np.column_stack([np.ones(cells), grid, (grid**2).sum(axis=1)])
    sums = graph.node("MatMul", [heights, graph.weight(powers)])
    means = graph.node("Div", [_part(graph, sums, 1, 4), _part(graph, sums, 0, 1)])
    offsets = _part(graph, means, 0, 2)
    places = (centre - 0.5).astype(np.float32) + array_of(layer.offset) * layer.stride
    points = graph.node("Add", [offsets, graph.weight(places[None])])

    away = graph.node("ReduceSum", [graph.node("Mul", [offsets, offsets]), graph.numbers(3)])
    spread = graph.node("Mul", [graph.node("Sub", [_part(graph, means, 2, 3), away]), graph.weight(0.5)])
    spread = graph.node("Max", [spread, graph.weight(LEAST_SPREAD**2)])
    slope = array_of(layer.slope).reshape(1, 1, keypoints, 1) / 2
    log_std = graph.node("Mul", [graph.node("Log", [spread]), graph.weight(slope)])
    seen = graph.node("MatMul", [features.name, graph.weight(array_of(layer.doubt))])
    seen = graph.node("Reshape", [seen, graph.numbers(-1, 1, keypoints, 1)])
    doubt = graph.weight(array_of(layer.doubt_bias).reshape(1, rules, keypoints, 1))
    log_std = graph.node("Add", [log_std, graph.node("Add", [seen, doubt])])
    log_std = graph.node("Clip", [log_std, *(graph.weight(bound) for bound in LOG_STD_RANGE)])

    lean = graph.node("MatMul", [features.name, graph.weight(array_of(layer.lean))])
    lean = graph.node("Add", [lean, graph.weight(array_of(layer.lean_bias))])
    lean = graph.node("LogSoftmax", [lean], axis=-1)
    lean = graph.node("Reshape", [lean, graph.numbers(-1, rules, 1, 1)])
    lean = graph.node("Add", [lean, graph.weight(np.zeros((1, rules, keypoints, 1)))])

    known = array_of(layer.log_known).reshape(rules, keypoints, 1)
    same = np.concatenate([known, array_of(layer.turn) * layer.stride], axis=-1)
    faces = graph.node("Shape", [features.name], start=0, end=1)
    shape = graph.node("Concat", [faces, graph.numbers(rules, keypoints, same.shape[-1])], axis=0)
    rest = graph.node("Expand", [graph.weight(same[None]), shape])
    table = graph.node("Concat", [points, log_std, lean, rest], axis=-1)
    return Tensor(table, layer.compute_output_shape([tensor.shape for tensor in inputs]))


def _cells(height: int, width: int) -> npt.NDArray[np.float64]:
    """Column and row of every cell of a map."""
    y, x = np.divmod(np.arange(height * width), width)
    return np.stack([x, y], axis=-1).astype(np.float64)


def _part(graph: Graph, name: str, start: int, end: int) -> str:
    """Some of the last of four axes."""
    return graph.node("Slice", [name, graph.numbers(start), graph.numbers(end), graph.numbers(3)])
