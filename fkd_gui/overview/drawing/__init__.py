"""How each kind of chart is drawn, on the screen and into files alike."""

from fkd_gui.overview.drawing.drawing import Drawing, Spot
from fkd_gui.overview.drawing.kinds import drawing_of

__all__ = ["Drawing", "Spot", "drawing_of"]
