"""Which drawing belongs to which kind of chart."""

from __future__ import annotations

from PySide6.QtGui import QFont

from fkd_core.overview.chart import Chart, Kind
from fkd_gui.overview.drawing.bars import Bars
from fkd_gui.overview.drawing.drawing import Drawing
from fkd_gui.overview.drawing.faces import Faces
from fkd_gui.overview.drawing.histogram import Histogram
from fkd_gui.overview.drawing.marks import Marks
from fkd_gui.overview.drawing.places import Places
from fkd_gui.overview.drawing.steps import Steps
from fkd_gui.theme import Theme

_KINDS: dict[Kind, type[Drawing]] = {
    Kind.BARS: Bars,
    Kind.HISTOGRAM: Histogram,
    Kind.STEPS: Steps,
    Kind.PLACES: Places,
    Kind.MARKS: Marks,
    Kind.FACES: Faces,
}


def drawing_of(chart: Chart, theme: Theme, font: QFont) -> Drawing:
    """The drawing of a chart; `arrange` it before it is painted."""
    return _KINDS[chart.kind](chart, theme, font)
