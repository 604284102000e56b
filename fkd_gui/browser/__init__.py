"""All faces as a grid, and the filters that say which of them."""

from fkd_gui.browser.browser import FaceBrowser
from fkd_gui.browser.filter_bar import FilterBar
from fkd_gui.browser.filters import FaceFilter
from fkd_gui.browser.go_to_row import GoToRow
from fkd_gui.browser.grid import CellSize, FaceGrid
from fkd_gui.browser.model import FaceModel, Role

__all__ = ["CellSize", "FaceBrowser", "FaceFilter", "FaceGrid", "FaceModel", "FilterBar", "GoToRow", "Role"]
