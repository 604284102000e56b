"""One picture of the overview as plain values: its parts, and the filter of the faces behind each."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

Number = int | float


class Kind(StrEnum):
    """How a chart is drawn."""

    BARS = "bars"
    HISTOGRAM = "histogram"
    STEPS = "steps"
    PLACES = "places"
    MARKS = "marks"
    FACES = "faces"


@attrs.frozen
class Part:
    """One bar, step, cell or face.

    Attributes:
        label: what it is, for people.
        values: one for each series of the chart, None where nothing is known.
        filters: the faces behind each value, in the language of the filter; empty where there are none. One
            filter alone holds for all values.
    """

    label: str
    values: tuple[Number | None, ...]
    filters: tuple[str, ...] = ()

    def filter(self, series: int) -> str:
        """The faces behind one value; empty for none."""
        if not self.filters:
            return ""
        return self.filters[min(series, len(self.filters) - 1)]


@attrs.frozen(eq=False)
class Chart:
    """One picture.

    Attributes:
        key: for files and programs.
        kind: how it is drawn.
        title: in a few words.
        finding: what it says, in a sentence.
        unit: what the values count.
        first: what the labels of the parts are, as the head of the first column.
        series: what each value of a part is.
        parts: in the order in which they are drawn.
        colours: what each series means to the window: an origin, `missing`, or empty for any colour.
        picture: uint8 `(H, W)`, or `(P, H, W)` with one for each part; None where it has none.
        note: how the numbers came about, such as that they are of a sample.
        missing: why there is nothing to draw; empty where there is.
        hidden: series that are told as numbers only.
    """

    key: str
    kind: Kind
    title: str
    finding: str
    unit: str = "faces"
    first: str = "part"
    series: tuple[str, ...] = ("faces",)
    parts: tuple[Part, ...] = ()
    colours: tuple[str, ...] = ()
    picture: NDArray[np.uint8] | None = None
    note: str = ""
    missing: str = ""
    hidden: tuple[str, ...] = ()

    def csv(self) -> str:
        """Its numbers as a table: a row for each part, with the filter of the faces behind it."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow([self.first, *self.series, "filter"])
        for part in self.parts:
            values = ["" if value is None else value for value in part.values]
            table.writerow([part.label, *values, part.filter(0)])
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, without the picture."""
        fields = attrs.asdict(self, filter=lambda field, _: field.name not in ("picture", "parts"))
        parts = [
            {"label": part.label, "values": list(part.values), "filters": list(part.filters)}
            for part in self.parts
        ]
        return fields | {"kind": self.kind.value, "parts": parts}

    @classmethod
    def from_dict(cls, value: dict[str, Any], picture: NDArray[np.uint8] | None) -> Chart:
        """The inverse of `to_dict`, also after a round trip through JSON."""
        fields: dict[str, Any] = {
            name: tuple(given) if isinstance(given, list) else given for name, given in value.items()
        }
        fields["kind"] = Kind(value["kind"])
        fields["parts"] = tuple(
            Part(part["label"], tuple(part["values"]), tuple(part["filters"])) for part in value["parts"]
        )
        return cls(**fields, picture=picture)


def row_filter(split: str, rows: NDArray[np.integer[Any]]) -> str:
    """The filter of exactly some rows of a split."""
    from fkd_core.rules.rule import row_ranges

    spans = (
        f"{span.start}-{span.stop - 1}" if len(span) > 1 else f"{span.start}" for span in row_ranges(rows)
    )
    return f"split:{split} row:{','.join(spans)}" if len(rows) else ""


def face_filter(splits: dict[str, int], faces: NDArray[np.integer[Any]]) -> str:
    """The filter of exactly some faces of a project.

    Args:
        splits: split to how many faces it has, in the project's order.
        faces: ascending indices of faces.
    """
    terms, start = [], 0
    for split, count in splits.items():
        rows = faces[(faces >= start) & (faces < start + count)] - start
        if len(rows):
            terms.append(row_filter(split, rows))
        start += count
    return terms[0] if len(terms) == 1 else " or ".join(f"({term})" for term in terms)
