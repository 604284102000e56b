"""The network, layer by layer."""

from __future__ import annotations

from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, joined, paragraph, table

id, title = "model", "Model"


def make(data: ReportData) -> Markup:
    """A table of layers, shapes and parameters."""
    if not data.layers:
        return paragraph(data.no_layers or f"The model {data.run.model!r} has no layers.")
    total = sum(layer["parameters"] for layer in data.layers)
    rows = [
        [layer["name"], layer["kind"], _shapes(layer["shape"]), f"{layer['parameters']:,}"]
        for layer in data.layers
    ]
    networks = len(data.run.folds)
    several = f" There are {networks} such networks, whose answers are averaged." if networks else ""
    return joined(
        [
            paragraph(f"{data.run.model}: {len(data.layers):,} layers with {total:,} parameters.{several}"),
            table(
                "Layers in the order of computation; N faces at a time",
                ["layer", "kind", "gives", "parameters"],
                rows,
                right=("parameters",),
            ),
        ]
    )


def _shapes(shapes: list[list[int | None]]) -> str:
    return ", ".join(" × ".join("N" if size is None else str(size) for size in shape) for shape in shapes)
