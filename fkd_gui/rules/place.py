"""Rules: the marking rules of the file as a picture, the rows along the file, and one rule for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fkd_core.errors import FkdError
from fkd_core.rules.outcome import Relabelling
from fkd_core.spot_check import Sample
from fkd_gui.panels.kit import Choice, EmptyState, Text, named
from fkd_gui.rules.desk import Look, RulesDesk
from fkd_gui.rules.legend import RuleLegend
from fkd_gui.rules.mean_face import MeanFaceView
from fkd_gui.rules.offsets import OffsetTable, OffsetView
from fkd_gui.rules.one_rule import OneRulePanel
from fkd_gui.rules.spot_check import SpotCheck
from fkd_gui.rules.strip import RowStrip
from fkd_gui.session import Session
from fkd_gui.theme import UNIT

if TYPE_CHECKING:
    from fkd_gui.project_view import ProjectView

_SEARCH = (
    "By which rules is this file marked?",
    "Files that several people marked often follow several rules: a lip or a brow lies pixels apart. They "
    "are found from the labels; it takes some seconds, and nothing is changed.",
    "Find the marking rules",
)
_STEPS = 1000
_NO_FACES = ("No training faces", "Marking rules are those of training faces, and this project has none.")


def make(view: ProjectView) -> RulesPlace:
    """The place in a project's view."""
    made = RulesPlace(view.rules_desk, view.session)
    made.problem.connect(view.problem)
    made.face_requested.connect(view.show_face)
    made.filter_requested.connect(view.show_filtered)
    made.set_runs(view.usable_runs)
    view.runs_read.connect(made.set_runs)
    return made


class RulesPlace(QWidget):
    """Joins the views to the desk; knows nothing of files."""

    problem = Signal(object)
    face_requested = Signal(int)
    filter_requested = Signal(str)
    """a filter of the faces to show in Label"""
    applied = Signal(object)
    """the `Relabelling` that was applied"""

    def __init__(self, desk: RulesDesk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._session = desk, session
        self.look: Look | None = None
        self._stale = True
        schema = session.project.schema
        self._keypoints = tuple(schema.label(k) for k in range(len(schema)))
        self._has_faces = "train" in session.project.faces
        self._first = session.project.span("train").start if self._has_faces else 0
        self.summary = Text()
        self.strip = RowStrip()
        self.picture = MeanFaceView()
        self.legend = RuleLegend()
        self.against = named(Choice(), "Rule to measure from", "Offsets are measured from this rule")
        self.offsets = OffsetTable(self)
        self.table = OffsetView(self.offsets)
        self.spot_check = SpotCheck()
        self.panel = OneRulePanel()
        self.empty = EmptyState(*(_SEARCH if self._has_faces else _NO_FACES), glyph="ruler")
        self._lay_out()
        self._connect()
        if session.project.read_only is not None:
            self.panel.set_blocked("The project is open for reading only")

    @property
    def mixed(self) -> bool:
        """Whether the labels follow more than one rule now."""
        return self.look is not None and self.look.mixed

    def prepare(self) -> None:
        """The place is shown: read the rules unless that was done since labels changed."""
        if not self._has_faces:
            return
        if not self.desk.searched and not self.desk.reading:
            self._pages.setCurrentWidget(self.empty)
        elif self._stale:
            self._read(search=False)

    def set_runs(self, names: list[str]) -> None:
        """Runs that can look at faces, the newest first."""
        self.panel.set_runs(names)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.offsets.redraw()

    def _connect(self) -> None:
        desk, session, panel = self.desk, self._session, self.panel
        desk.looked.connect(self._show_look)
        desk.planned.connect(self._show_plan)
        desk.sampled.connect(self._show_sample)
        desk.progressed.connect(self._show_progress)
        desk.planning.connect(lambda done, total, _: panel.show_progress(done, total))
        desk.failed.connect(self._failed)
        session.labels_changed.connect(self._labels_changed)
        session.face_changed.connect(self._follow)
        self.empty.acted.connect(lambda: self._read(search=True))
        self.strip.row_chosen.connect(lambda row: self.face_requested.emit(self._first + row))
        self.legend.shown_changed.connect(self._draw)
        self.legend.faces_requested.connect(lambda name: self.filter_requested.emit(rule_filter(name)))
        self.against.activated.connect(self._draw)
        self.spot_check.face_chosen.connect(self.face_requested)
        panel.wished.connect(desk.plan)
        panel.dropped.connect(self._drop_plan)
        panel.stop_requested.connect(desk.stop)
        panel.sample_requested.connect(self._ask_sample)
        panel.apply_requested.connect(self._apply)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(UNIT, 0, UNIT, UNIT)
        column.setSpacing(UNIT)
        column.addWidget(self.picture, 1)
        column.addWidget(self.legend)
        measured = QWidget()
        inner = QVBoxLayout(measured)
        inner.setContentsMargins(0, UNIT, 0, 0)
        inner.setSpacing(UNIT)
        line = QHBoxLayout()
        line.setContentsMargins(UNIT, 0, UNIT, 0)
        line.setSpacing(UNIT)
        title = QLabel("Pixels from &rule")
        title.setBuddy(self.against)
        line.addWidget(title)
        line.addWidget(self.against)
        line.addStretch(1)
        inner.addLayout(line)
        unit = Text("At 36 px between the eyes, ± half of the 95 % interval", "muted")
        unit.setContentsMargins(UNIT, 0, UNIT, 0)
        inner.addWidget(unit)
        inner.addWidget(self.table, 1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(measured, "&Offsets")
        self.tabs.addTab(self._checks(), "Spot chec&k")
        split = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((left, 4), (self.tabs, 5), (self.panel, 0)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, stretch)
        split.setChildrenCollapsible(False)
        self.panel.setMinimumWidth(240)
        split.setSizes([370, 600, 310])
        head = QVBoxLayout()
        head.setContentsMargins(UNIT, UNIT, UNIT, 0)
        head.setSpacing(UNIT // 2)
        head.addWidget(self.summary)
        head.addWidget(self.strip)
        page = QWidget()
        body = QVBoxLayout(page)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(UNIT // 2)
        body.addLayout(head)
        body.addWidget(split, 1)
        self._page, self._working = page, self._make_working()
        self._pages = QStackedWidget()
        for widget in (self.empty, self._working, page):
            self._pages.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _checks(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        self.caption = Text("", "muted")
        self.caption.setContentsMargins(UNIT, 0, UNIT, 0)
        column.addWidget(self.caption)
        column.addWidget(self.spot_check, 1)
        return made

    def _make_working(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        self._says = Text("Reading the marking rules …", "muted")
        self._says.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(440)
        self._bar.setAccessibleName("Progress of the search")
        column.addStretch(2)
        column.addWidget(self._says)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        self._bar.setFixedWidth(320)
        column.addStretch(3)
        return made

    def _read(self, *, search: bool) -> None:
        self._stale = False
        if self.look is None:
            self._pages.setCurrentWidget(self._working)
        self.desk.read(search=search)

    def _show_look(self, look: Look | None) -> None:
        if look is None:
            self._pages.setCurrentWidget(self.empty)
            return
        first = self.look is None or self.look.rules.names != look.rules.names
        self.look = look
        rules = look.rules
        if first:
            self.against.clear()
            self.against.addItems(list(rules.names))
            self.against.setCurrentIndex(rules.index(rules.reference))
        self.summary.setText(described(look))
        self.strip.show_rows(rules.of_row, rules.names, rules.changes)
        self._follow(self._session.face)
        self.legend.show_rules(rules)
        self._draw()
        self.panel.show_rules(rules)
        # With one rule there is nothing to compare and nothing to do.
        for part in (self.tabs, self.panel):
            part.setVisible(len(rules.names) > 1)
        self._pages.setCurrentWidget(self._page)

    def _draw(self) -> None:
        if self.look is not None:
            against = self.against.currentIndex()
            self.picture.show_rules(self.look.picture, self.legend.shown, against, self._keypoints)
            self.offsets.show_offsets(self.look.picture, against, self._keypoints)
            for column in range(self.offsets.columnCount()):
                self.table.setColumnHidden(column, self.offsets.rule(column) not in self.legend.shown)

    def _show_plan(self, plan: Relabelling, sample: Sample) -> None:
        self.panel.show_plan(plan)
        self._show_sample(sample)

    def _show_sample(self, sample: Sample) -> None:
        plan = self.panel.plan
        if plan is None or self.look is None:
            return
        rules = self.look.rules
        sources = [int(rule) for rule in rules.of_row[sample.faces - self._first]]
        self.spot_check.pairs.show_sample(sample, sources, rules.index(plan.rule), self._first)
        self.caption.setText(
            f"{len(sample.faces)} of {plan.faces:,} faces: as they are, and as they would be in rule "
            f"{plan.rule}. Double-click or Enter shows a face."
            if plan.faces
            else "No face would change."
        )

    def _ask_sample(self) -> None:
        # The first press shows what was drawn already.
        drawn = self.tabs.currentIndex() == 1
        self.tabs.setCurrentIndex(1)
        if drawn and self.panel.plan is not None:
            self.desk.sample(self.panel.plan)

    def _drop_plan(self) -> None:
        self.desk.drop_plan()
        self.spot_check.pairs.show_sample(None, [], 0, self._first)
        self.caption.setText("Choose what to label anew; the faces that change are drawn here.")

    def _show_progress(self, done: float, total: float | None, text: str) -> None:
        self._says.setText(f"{text[:1].upper()}{text[1:]} …")
        self._bar.setRange(0, _STEPS if total else 0)
        if total:
            self._bar.setValue(round(_STEPS * done / total))

    def _failed(self, error: object) -> None:
        if self.look is None:
            self._stale = True
            self._pages.setCurrentWidget(self.empty)
            if error is not None:
                self.problem.emit(error)
        elif isinstance(error, FkdError):
            self.panel.show_failed(str(error))
        else:
            self.panel.show_failed("")
            if error is not None:
                self.problem.emit(error)

    def _apply(self, plan: Relabelling) -> None:
        self._session.apply(plan.edit)
        self.panel.show_done(plan)
        self.applied.emit(plan)

    def _labels_changed(self, faces: Any) -> None:  # noqa: ARG002
        self._stale = True
        if self.look is None:
            return
        self.panel.forget_plan()
        if self.isVisible():
            self._read(search=False)

    def _follow(self, face: int) -> None:
        self.strip.set_row(face - self._first)


def described(look: Look) -> str:
    """The rules of a file in a sentence or two."""
    rules = look.rules
    of_row = rules.of_row
    used = [name for rule, name in enumerate(rules.names) if (of_row == rule).any()]
    count = f"{len(of_row):,} training rows"
    if len(used) < 2:
        return f"{count}, all labelled by one rule{f', {used[0]}' if used else ''}."
    text = f"{count} are labelled by {len(used)} different rules: {', '.join(used)}."
    strays = int(rules.left_strays.sum())
    if strays:
        text += f" {strays:,} rows stand among those of another rule."
    return text


def rule_filter(name: str) -> str:
    """The filter of the faces that follow a rule."""
    plain = name.isalnum()
    return f"rule:{name}" if plain else f'rule:"{name}"'
