"""The keypoints of the current face as a table, and what can be done to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fkd_core.labels.values import State
from fkd_gui.canvas import commands
from fkd_gui.panels.keypoint_cells import WIDE, KeypointCell
from fkd_gui.panels.keypoint_model import Column, KeypointModel
from fkd_gui.session import Session
from fkd_gui.theme import UNIT, tabular

_WIDE = 400
"""from this width on states are written out"""


class KeypointsPanel(QWidget):
    """Names, coordinates and states; rows and the markers on the face are selected together."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = KeypointModel(session, self)
        self.table = self._table()
        self.accept = self._button("Accept", "The selected values are right as they are", commands.accept)
        self.accept_all = self._button("Accept all", "All values of this face are right", commands.accept_all)
        self.revert = self._button("Revert", "Back to the values of the source", commands.revert)
        self.take = self._button(
            "Take prediction", "Put the selected keypoints where the run sees them", commands.take_predictions
        )
        buttons = QGridLayout()
        buttons.setContentsMargins(UNIT, 0, UNIT, UNIT)
        buttons.setSpacing(UNIT)
        for i, button in enumerate((self.accept, self.accept_all, self.revert, self.take)):
            buttons.addWidget(button, i // 2, i % 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.table.selectionModel().selectionChanged.connect(self._rows_selected)
        session.keypoints_changed.connect(self._keypoints_selected)
        for signal in (session.face_changed, session.labels_changed, session.predictions_changed):
            signal.connect(self._enable)
        self._keypoints_selected(session.keypoints)

    def sizeHint(self) -> QSize:
        return QSize(300, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        word = max(WIDE, self.fontMetrics().horizontalAdvance("unlabelled") + 5 * UNIT)
        self.table.setColumnWidth(Column.STATE, word if self.width() >= _WIDE else 3 * UNIT)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Keypoints of the face")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(3 * UNIT)
        height, width = self._session.project.schema.size
        table.setItemDelegate(KeypointCell(width, height, table))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(3 * UNIT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        number = self.fontMetrics().horizontalAdvance("00.00") + UNIT
        table.setColumnWidth(Column.X, number)
        table.setColumnWidth(Column.Y, number)
        table.setColumnWidth(Column.REVIEWED, 3 * UNIT)
        table.setFont(tabular(self.font()))
        return table

    def _button(self, text: str, tip: str, command: Callable[[Session], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda: command(self._session))
        return button

    def _rows_selected(self) -> None:
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        if rows != set(self._session.keypoints):
            self._session.select(tuple(sorted(rows)))

    def _keypoints_selected(self, keypoints: tuple[int, ...]) -> None:
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        if rows != set(keypoints):
            selection = QItemSelection()
            for k in keypoints:
                selection.select(self.model.index(k, 0), self.model.index(k, len(Column) - 1))
            flag = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().select(selection, flag.ClearAndSelect)
            if keypoints:
                last = self.model.index(keypoints[-1], 0)
                self.table.selectionModel().setCurrentIndex(last, flag.NoUpdate)
                self.table.scrollTo(last)
        self._enable()

    def _enable(self) -> None:
        session = self._session
        table, face, chosen = session.project.labels.table, session.face, list(session.keypoints)
        writable = session.project.read_only is None
        waiting = (table.state[face] != State.UNLABELLED) & ~table.reviewed[face]
        self.accept.setEnabled(writable and bool(waiting[chosen].any()))
        self.accept_all.setEnabled(writable and bool(waiting.any()))
        self.revert.setEnabled(writable and bool(chosen))
        seen = session.predictions is not None and np.isfinite(session.predictions[face, chosen]).any()
        self.take.setEnabled(writable and bool(seen))
        self.take.setVisible(session.predictions is not None)
