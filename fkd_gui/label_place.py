"""Label and Review: faces or the queue on the left, one face in the middle, its keypoints on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from fkd_core.labels.symmetry import midline
from fkd_core.labels.values import OriginKind, State
from fkd_core.query.columns import needs_work
from fkd_gui.about_face import about_face
from fkd_gui.browser.browser import FaceBrowser
from fkd_gui.canvas import FaceCanvas, commands
from fkd_gui.canvas.grid import GRID_FROM
from fkd_gui.canvas.remembering import ROWS, remembered
from fkd_gui.canvas.tone import STEPS, Tone, clamped
from fkd_gui.hint import Hint
from fkd_gui.label_counts import LabelCounts
from fkd_gui.panels.history import HistoryPanel
from fkd_gui.panels.imputation import ImputationPanel
from fkd_gui.panels.keypoints import KeypointsPanel
from fkd_gui.panels.light import LightPanel
from fkd_gui.panels.review import ReviewPanel
from fkd_gui.session import Session
from fkd_gui.settings import LABEL_LAYOUT, SHEET, Settings
from fkd_gui.sheet import SheetPanel
from fkd_gui.theme import UNIT

if TYPE_CHECKING:
    from fkd_gui.fills import FillBench


class LabelPlace(QMainWindow):
    """Docks around the canvas; they can be moved, hidden and restored."""

    noted = Signal(str)
    imputation_requested = Signal(str, int, bool)
    """method, seed, shuffle"""
    look_requested = Signal(str, str)
    """a method that fills in what a run sees, and the run"""
    sheet_changed = Signal(bool)
    """whether the contact sheet is in the place of the faces"""

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.session = session
        self._settings = settings
        self.canvas = FaceCanvas(session)
        self.browser = FaceBrowser(session, settings)
        self.keypoints = KeypointsPanel(session)
        self.imputation = ImputationPanel()
        self._fills: FillBench | None = None
        self._runs: list[str] = []
        self.comparing = False
        self.review = ReviewPanel(session)
        self.sheet = SheetPanel(session, self.browser.model, self.browser.facts, settings)
        self.browser.add_body(self.sheet)
        self.reviewing = self.sheeting = False
        # One dock for both, so that going from one to the other moves nothing.
        self._left = QStackedWidget()
        self._left.addWidget(self.browser)
        self._left.addWidget(self.review)
        self.light = LightPanel()
        self.history = HistoryPanel(session, settings)
        self.hint = Hint(session, self.canvas)
        self._about = QLabel()
        self._about.setProperty("role", "muted")
        self._about.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # The pictures of the comparison stand where the face is, its panel where methods are chosen.
        self._faces, self._filling = QStackedWidget(), QStackedWidget()
        self._faces.addWidget(self.canvas)
        self._filling.addWidget(self.imputation)
        for widget, stretch in ((self._faces, 1), (self._about, 0)):
            column.addWidget(widget, stretch)
        self.setCentralWidget(middle)
        self.setDockNestingEnabled(True)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks = {
            "faces": self._dock("Faces", "faces", self._left, left),
            "keypoints": self._dock("Keypoints", "keypoints", self.keypoints, right),
            "imputation": self._dock("Imputation", "imputation", self._filling, right),
            "light": self._dock("Light", "light", self.light, right),
            "history": self._dock("History", "history", self.history, right),
        }
        self.tabifyDockWidget(self.docks["keypoints"], self.docks["imputation"])
        self.tabifyDockWidget(self.docks["imputation"], self.docks["light"])
        self.tabifyDockWidget(self.docks["light"], self.docks["history"])
        self.docks["keypoints"].raise_()
        self._first_layout = QByteArray(self.saveState())
        self._kept_layout: QByteArray = settings.get(LABEL_LAYOUT)
        self.restoreState(self._kept_layout)
        self._laid_out = False
        self.canvas.options_changed.connect(self.light.show_options)
        self.light.changed.connect(self._set_light)
        self.light.reset_requested.connect(lambda: self.look("plain"))
        self.canvas.options_changed.connect(self.sheet.set_options)
        self.canvas.set_options(**remembered(settings))
        self.canvas.noted.connect(self.noted)
        self.review.noted.connect(self.noted)
        self.review.judged.connect(self.browser.set_suspicion)
        self.sheet.noted.connect(self.noted)
        self.sheet.opened.connect(self.canvas.setFocus)
        self.sheet.all_faces_requested.connect(self.browser.bar.clear)
        self.browser.size_changed.connect(self.sheet.set_cell_size)
        for switch in (self.browser.sheet_toggled, self.review.sheet_requested):
            switch.connect(self.show_sheet)
        self.imputation.impute_requested.connect(self.imputation_requested)
        self.imputation.look_requested.connect(self.look_requested)
        self.history.noted.connect(self.noted)
        self.history.ghost_changed.connect(self.canvas.show_version)
        self.history.left.connect(self.canvas.setFocus)
        self.docks["history"].visibilityChanged.connect(self.history.set_seen)
        self.imputation.compare_requested.connect(lambda: self.compare(True))
        session.face_changed.connect(self._describe)
        session.labels_changed.connect(self._labels_changed)
        if session.project.read_only is not None:
            self.imputation.set_blocked("The project is open for reading only")
        project = session.project
        span = project.span("train") if "train" in project.faces else slice(0, 0)
        self._counts = LabelCounts(project.labels.table, span)
        self._count()
        self._describe()
        if settings.get(SHEET):
            self.show_sheet(True, keep=True)

    @property
    def fills(self) -> FillBench:
        """The comparison of what methods fill in, made when it is first asked for: a start need not wait."""
        if self._fills is None:
            from fkd_gui.fills import FillBench

            self._fills = FillBench(self.session, self.canvas, self)
            self._fills.set_runs(self._runs)
            self._faces.addWidget(self._fills.pictures)
            self._filling.addWidget(self._fills.panel)
            self._fills.noted.connect(self.noted)
            self._fills.next_requested.connect(lambda: self.next_work(1))
            self._fills.leave_requested.connect(lambda: self.compare(False))
        return self._fills

    def set_runs(self, names: list[str]) -> None:
        """Names of the runs that methods may look with, newest first."""
        self._runs = names
        self.imputation.set_runs(names)
        if self._fills is not None:
            self._fills.set_runs(names)

    def do(self, what: str) -> None:
        """Something to the selected keypoints, see the names below.

        Without a selection, `accept` and `swap` mean the whole face, `take` and `copy_previous` all that no
        person placed, and `mirror` all that have no label. In Review `accept` and `take` settle what the
        queue asks about and lead on; on the contact sheet, what is selected there.
        """
        if self.sheeting and self.sheet.do(what):
            return
        if not self.sheeting and self.reviewing and what in ("accept", "take") and self.review.do(what):
            return
        session, table = self.session, self.session.project.labels.table
        face = session.face
        everything = range(len(session.project.schema))
        if what == "accept":
            commands.accept(session, session.keypoints or everything)
        elif what == "take":
            commands.take_predictions(session, session.keypoints or self._guessed())
        elif what == "copy_previous":
            if session.previous is None:
                self.noted.emit("No face was shown before this one.")
            elif not commands.copy_previous(session, session.keypoints or self._guessed()):
                self.noted.emit("Nothing to copy: the face shown before has a place for none of these.")
        elif what == "mirror":
            missing = np.flatnonzero(table.state[face] == State.UNLABELLED).tolist()
            commands.mirror(session, session.keypoints or missing)
        elif what == "swap":
            commands.swap_sides(session, session.keypoints or everything)
        elif what == "revert":
            commands.revert(session)
        elif what == "occluded":
            commands.toggle_occluded(session)
        elif what == "absent":
            chosen = list(session.keypoints)
            gone = bool((table.state[face, chosen] == State.ABSENT).all())
            commands.set_state(session, State.UNLABELLED if gone else State.ABSENT)
        elif what == "clear":
            commands.set_state(session, State.UNLABELLED)

    def look(self, what: str, by: int = 0) -> None:
        """Change how the face is looked at.

        Args:
            what: `brightness`, `contrast` or `gamma`, by so many steps; `plain` for the light as it is;
                `sliders` for the panel of these; `turn` clockwise by degrees; `level`; `upright`;
                `select_all`; `compare` what methods would fill in, or stop comparing.
        """
        if what in STEPS:
            value = clamped(what, getattr(self.canvas.options, what) + by * STEPS[what])
            self._set_options(**{what: value})
        elif what == "plain":
            self._set_options(**attrs.asdict(Tone()))
        elif what == "sliders":
            self.docks["light"].show()
            self.docks["light"].raise_()
        elif what == "turn":
            self.canvas.rotate(by)
        elif what == "level":
            project = self.session.project
            line = midline(project.labels.table.points[self.session.face], project.schema)
            if line is None:
                self.noted.emit("No pair of keypoints says how this face leans.")
            else:
                self.canvas.set_angle(round(-line.tilt, 1))
        elif what == "upright":
            self.canvas.set_angle(0)
        elif what == "select_all":
            points = self.session.project.labels.table.points[self.session.face]
            self.session.select(tuple(np.flatnonzero(np.isfinite(points).all(axis=1)).tolist()))
        elif what == "compare":
            self.compare(not self.comparing)

    def compare(self, on: bool) -> None:
        """Show the face once for each method that could fill it in, or once as it is labelled."""
        self.comparing = on
        self._faces.setCurrentWidget(self.fills.pictures if on else self.canvas)
        self._filling.setCurrentWidget(self.fills.panel if on else self.imputation)
        # Whoever gives the face the keyboard means what is seen of it.
        self.canvas.setFocusProxy(self.fills.pictures if on else None)
        self.docks["imputation" if on else "keypoints"].raise_()
        self.fills.set_active(on)
        if on:
            self.docks["imputation"].show()
        (self.fills.pictures if on else self.canvas).setFocus()

    def past(self, what: str, by: int = 0) -> None:
        """Bookmarks, the note and the history of the face, see `HistoryPanel.do`."""
        if what in ("note", "history"):
            self.docks["history"].show()
            self.docks["history"].raise_()
        self.history.do(what, by)

    def step(self, by: int) -> None:
        """To the next or previous of the faces that the filter shows, of the sheet, or of Review's queue."""
        if self.sheeting:
            self.sheet.step(by)
            return
        if self.reviewing and self.review.ready:
            self.review.step(by)
            return
        model = self.browser.model
        if not len(model.faces):
            return
        face = model.neighbour(self.session.face, by)
        if face is not None:
            self.session.go_to(face)
        else:
            self.noted.emit("This is the last face." if by > 0 else "This is the first face.")

    def next_work(self, by: int) -> None:
        """To the next or previous training face that needs work, going round at the end.

        In Review to that of the queue which is not settled, on the contact sheet to that nobody accepted.
        """
        if self.sheeting:
            self.sheet.next_open(by)
            return
        if self.reviewing and self.review.ready:
            self.review.next_open(by)
            return
        span = self.session.project.span("train") if "train" in self.session.project.faces else slice(0, 0)
        waiting = np.flatnonzero(needs_work(self.session.project.labels.table)[span]) + span.start
        waiting = waiting[waiting != self.session.face]
        if not len(waiting):
            self.noted.emit("No other training face needs work.")
            return
        if by > 0:
            place = int(np.searchsorted(waiting, self.session.face)) % len(waiting)
        else:
            place = int(np.searchsorted(waiting, self.session.face)) - 1
        self.session.go_to(int(waiting[place]))

    def set_reviewing(self, on: bool) -> None:
        """Show the queue in the place of the faces, or these again."""
        self.reviewing = on
        queue = on and not self.sheeting
        self._left.setCurrentWidget(self.review if queue else self.browser)
        title = "Contact sheet" if self.sheeting else "Review" if on else "Faces"
        self.docks["faces"].setWindowTitle(title)
        if on:
            self.docks["faces"].show()
        if queue:
            self.review.begin()

    def show_sheet(self, on: bool, *, keep: bool = False) -> None:
        """Show the sheet in the place of grid or queue, at the current face where it is to `keep` that."""
        self.sheeting = on
        if on:
            self.sheet.begin(keep=keep)  # before it is seen, so that it is sorted once
            self.docks["faces"].show()
        self.browser.show_body(self.sheet if on else None)
        self.set_reviewing(self.reviewing)
        self._settings.set(SHEET, on)
        self.take_focus()
        self.sheet_changed.emit(on)

    def take_focus(self) -> None:
        """Give the keyboard to the face, or to the sheet while it is shown."""
        (self.sheet if self.sheeting else self.canvas).setFocus()

    def swap_focus(self) -> None:
        """Take the keyboard from what lists the faces to the face, or back."""
        queue = self._left.currentWidget() is self.review
        faces = self.review.list if queue else self.browser
        (faces if self.canvas.hasFocus() else self.canvas).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_row(self) -> None:
        """Put the cursor where a row can be typed."""
        self.docks["faces"].show()
        self.browser.row.focus()

    def focus_filter(self) -> None:
        """Put the cursor where a filter can be typed."""
        self.docks["faces"].show()
        self.browser.bar.focus()

    def show_imputation(self) -> None:
        """Bring the imputation panel to the front."""
        self.docks["imputation"].show()
        self.docks["imputation"].raise_()

    def show_imputed(self, count: int) -> None:
        """Say how many keypoints an imputation changed."""
        self.noted.emit(
            f"{count:,} keypoints changed; one undo takes it back." if count else "Nothing to change."
        )

    def toggle(self, option: str) -> None:
        """Switch an option of the canvas and remember it."""
        on = not getattr(self.canvas.options, option)
        self._set_options(**{option: on})
        if option == "grid" and on and self.canvas.view.scale < GRID_FROM:
            self.noted.emit("The grid shows once pixels are large enough: zoom in with the wheel or +.")
        elif option == "previous" and on and self.session.previous is None:
            self.noted.emit("No face was shown before this one yet.")
        elif option == "predictions" and on and self.session.predictions is None:
            self.noted.emit("No predictions are shown: predict with a run first.")

    @property
    def about(self) -> str:
        """What is said below the face."""
        return self._about.text()

    def restore_layout(self) -> None:
        """Put all docks back where they were at first."""
        self.restoreState(self._first_layout)
        docks = [self.docks["faces"], self.docks["keypoints"]]
        self.resizeDocks(docks, [390, 330], Qt.Orientation.Horizontal)
        self.docks["keypoints"].raise_()

    def showEvent(self, event: QShowEvent) -> None:
        """Docks take their widths, kept or first, once there is something to divide."""
        super().showEvent(event)
        if not self._laid_out:
            self._laid_out = True
            if not self.restoreState(self._kept_layout):
                self.restore_layout()

    def remember(self, settings: Settings) -> None:
        """Keep the layout of the docks, unless nobody has seen them."""
        if self._laid_out:
            settings.set(LABEL_LAYOUT, QByteArray(self.saveState()))

    def _set_light(self, option: str, value: int) -> None:
        if getattr(self.canvas.options, option) != value:
            self._set_options(**{option: value})

    def _set_options(self, **changes: Any) -> None:
        self.canvas.set_options(**changes)
        for option, value in changes.items():
            self._settings.set(ROWS[option], value)

    def _guessed(self) -> list[int]:
        """Keypoints of the current face that no person placed or accepted."""
        table, face = self.session.project.labels.table, self.session.face
        imputed = np.isin(table.kinds()[table.origin[face]], OriginKind.IMPUTED.value)
        guessed = (table.state[face] == State.UNLABELLED) | (imputed & ~table.reviewed[face])
        found: list[int] = np.flatnonzero(guessed).tolist()
        return found

    def _dock(self, title: str, name: str, body: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(body)
        self.addDockWidget(area, dock)
        return dock

    def _labels_changed(self, faces: Any) -> None:
        self._counts.update(np.asarray(faces))
        self._count()
        if self.session.face in faces:
            self._describe()

    def _count(self) -> None:
        self.imputation.set_counts(self._counts.missing, self._counts.imputed)

    def _describe(self) -> None:
        self._about.setText(about_face(self.session.project, self.session.face))
