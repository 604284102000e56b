"""Above the sheet: which keypoint, in which order, how much around it, and what to do with those selected."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from fkd_core.schema import KeypointSchema
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Choice, Text, button, named
from fkd_gui.sheet.crops import CROPS
from fkd_gui.sheet.orders import Order
from fkd_gui.theme import UNIT, current, icon, tabular

_LACKS = {
    Order.SUSPICION: "after a look for wrong labels, in Review",
    Order.MODEL: "once predictions are shown, from Train",
}


class SheetHead(QWidget):
    """Choices and buttons; knows no labels.

    Args:
        schema: names the keypoints.
        faces: how many there may be, so that buttons keep their width.
    """

    keypoint_chosen = Signal(int)
    order_chosen = Signal(object, bool)
    """an `Order`, and whether the highest come first"""
    crop_chosen = Signal(int)
    again_requested = Signal()
    accept_requested = Signal()
    take_requested = Signal()
    all_requested = Signal()

    def __init__(self, schema: KeypointSchema, faces: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keypoints = _combo("Keypoint of the contact sheet")
        for k in range(len(schema)):
            text = schema.label(k)
            self.keypoints.addItem(text[:1].upper() + text[1:], k)
        self.orders = _combo("Order of the contact sheet")
        for order in Order:
            self.orders.addItem(order.text, order)
            self.orders.setItemData(self.orders.count() - 1, order.tip, Qt.ItemDataRole.ToolTipRole)
        self.turn = QToolButton()
        self.turn.setCheckable(True)
        self.crops = _combo("Pixels of the face in a cell")
        for pixels in CROPS:
            self.crops.addItem(f"{pixels} px", pixels)
        self.crops.setFixedWidth(12 * UNIT)
        self.again = named(QToolButton(), "Sort again", "Sort again, by the labels as they are now")
        self.summary = Text("", "muted")
        self.summary.setFont(tabular(self.font()))
        self.accept = button("Accept", "Accept", "", primary=True)
        self.take = button("Take the model’s", "Take the model’s")
        self.every = button("Select all", "Select all", "Select all faces of the sheet (Ctrl+A)")
        # Room for the largest number, so that what stands behind it does not move.
        widest = self.accept.fontMetrics().horizontalAdvance(f"Accept {faces:,}")
        self.accept.setMinimumWidth(widest + 4 * UNIT)
        self._lay_out()
        self._connect()
        self._draw()

    def show_keypoint(self, keypoint: int) -> None:
        """Say which keypoint is shown; nothing is told."""
        self.keypoints.setCurrentIndex(keypoint)

    def show_order(self, order: Order, descending: bool) -> None:
        """Say what the sheet is sorted by; nothing is told."""
        self.orders.setCurrentIndex(self.orders.findData(order))
        self.turn.setChecked(descending)
        self._draw()

    def show_crop(self, pixels: int) -> None:
        """Say how much a cell shows; nothing is told."""
        self.crops.setCurrentIndex(self.crops.findData(pixels))

    def offer(self, order: Order, there: bool) -> None:
        """Let an order be chosen, or say what it needs."""
        place, model = self.orders.findData(order), self.orders.model()
        self.orders.setItemText(place, order.text if there else f"{order.text} ({_LACKS[order]})")
        if isinstance(model, QStandardItemModel):
            model.item(place).setEnabled(there)
        # What opens may be wider than the place it opens from.
        view = self.orders.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 4 * UNIT)

    def show_count(self, text: str, stale: bool = False) -> None:
        """Say how many faces are on the sheet, and whether it should be sorted again."""
        self.summary.setText(text)
        self.summary.setAccessibleName(text)
        self.summary.set_role("warning" if stale else "muted")

    def show_picked(self, count: int, *, accept: bool, take: bool, predicted: bool) -> None:
        """Say what the buttons would do.

        Args:
            count: how many cells are selected; 0 for the current one alone.
            accept, take: whether there is something to do.
            predicted: whether a run is shown whose points could be taken.
        """
        many = f" {count:,}" if count else ""
        self.accept.setText(f"Accept{many}")
        self.take.setText(f"Take the model’s for{many}" if count else "Take the model’s")
        which = f"the {count:,} selected faces" if count else "the current face"
        goes_on = "one undo takes it back" if count else "on to the next"
        named(self.accept, f"Accept {which}", f"The keypoint is right in {which}; {goes_on} (A or Enter)")
        named(
            self.take,
            f"Take the model’s in {which}",
            f"Put it where the model sees it in {which}; {goes_on} (T)",
        )
        self.accept.setEnabled(accept)
        self.take.setEnabled(take)
        self.take.setVisible(predicted)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _lay_out(self) -> None:
        what, order, deeds = QHBoxLayout(), QHBoxLayout(), FlowLayout(UNIT, UNIT)
        # Two lines: side by side their words would be cut off.
        for line, parts in (
            (what, (self.keypoints, self.crops)),
            (order, (self.orders, self.turn, self.again)),
        ):
            line.setSpacing(UNIT // 2)
            for at, widget in enumerate(parts):
                line.addWidget(widget, int(at == 0))
        for widget in (self.accept, self.every, self.take):
            deeds.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT)
        layout.setSpacing(UNIT // 2)
        layout.addLayout(what)
        layout.addLayout(order)
        layout.addWidget(self.summary)
        layout.addLayout(deeds)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _connect(self) -> None:
        self.keypoints.activated.connect(lambda _: self.keypoint_chosen.emit(self.keypoints.currentData()))
        self.orders.activated.connect(lambda _: self._chosen())
        self.turn.clicked.connect(lambda on: self._tell_order(on))
        self.crops.activated.connect(lambda _: self.crop_chosen.emit(self.crops.currentData()))
        self.again.clicked.connect(self.again_requested)
        self.accept.clicked.connect(self.accept_requested)
        self.take.clicked.connect(self.take_requested)
        self.every.clicked.connect(self.all_requested)

    def _chosen(self) -> None:
        self._tell_order(Order(self.orders.currentData()).worst_first)

    def _tell_order(self, descending: bool) -> None:
        # Qt hands string enumerations back as plain strings.
        self.order_chosen.emit(Order(self.orders.currentData()), descending)

    def _draw(self) -> None:
        theme, descending = current(), self.turn.isChecked()
        glyph = "sort-descending" if descending else "sort-ascending"
        self.turn.setIcon(icon(glyph, theme, on=theme.on_selection))
        text = "Highest first" if descending else "Lowest first"
        named(self.turn, text, f"{text}; press to turn round")
        self.again.setIcon(icon("arrow-clockwise", theme))


def _combo(name: str) -> Any:
    return named(Choice(), name)
