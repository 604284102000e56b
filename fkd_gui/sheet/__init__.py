"""The contact sheet: one keypoint across all faces, as crops that are looked over, put right and accepted."""

from fkd_gui.sheet.orders import Order
from fkd_gui.sheet.panel import SheetPanel

__all__ = ["Order", "SheetPanel"]
