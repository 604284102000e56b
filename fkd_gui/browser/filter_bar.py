"""The bar above the grid: which faces are shown, in which order, and how many that are."""

from __future__ import annotations

from typing import Any

import attrs
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_core.labels.values import OriginKind
from fkd_core.project import Project
from fkd_core.query import And, Node, QueryError, Vocabulary, parse, terms, vocabulary_of
from fkd_gui.browser.choices import Choices, ChoicesButton
from fkd_gui.browser.filters import FaceFilter, Pattern, with_choice
from fkd_gui.browser.query_field import QueryField
from fkd_gui.browser.saved_filters import SavedFilter, SavedFilters
from fkd_gui.browser.sort_choice import SortChoice
from fkd_gui.canvas.markers import marker_icon
from fkd_gui.settings import Settings
from fkd_gui.theme import UNIT, current, tabular

_PATTERNS = {
    Pattern.FULL: "All keypoints",
    Pattern.FOUR: "Four keypoints",
    Pattern.OTHER: "Another number",
    Pattern.NONE: "None",
}


@attrs.frozen
class Wanted:
    """Which faces, and in which order.

    Attributes:
        text: the filter as it is typed.
        node: the filter.
        sort: name of the field to sort by; empty for the order of the file.
        descending: the highest first.
    """

    text: str = ""
    node: Node = attrs.field(factory=lambda: And(()))
    sort: str = ""
    descending: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether it is all faces, in the order of the file."""
        return not self.sort and self.node == And(())

    def asks(self, field: str) -> bool:
        """Whether a field decides which faces are shown or where they stand."""
        return field == self.sort or any(term.field.name == field for term in terms(self.node))


class FilterBar(QWidget):
    """A filter as text, and choices that write into it.

    A text with a mistake changes nothing: the last good filter stays.

    Args:
        project: whose splits and keypoints are offered.
        settings: keeps filters by name; without them none can be saved.
    """

    changed = Signal(object)
    """what is `Wanted` now; `show_count` or `show_error` answers"""
    left = Signal()
    """the hands want back to the faces"""
    entered = Signal()
    """someone begins to type a filter"""

    def __init__(
        self, project: Project, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._keypoints = project.schema.keypoints
        self._wanted = self._shown = Wanted()
        self._wrong = False
        self._unread = False
        self.query = QueryField(vocabulary_of(project))
        self.order = SortChoice()
        self.saved = SavedFilters(settings) if settings is not None else None
        self._combos = self._choices(project)
        self._work = QToolButton()
        self._work.setText("Needs work")
        self._work.setToolTip("Faces with a keypoint that is unlabelled, or filled in and not reviewed")
        self._work.setCheckable(True)
        self._work.setProperty("chip", True)
        self._work.clicked.connect(lambda on: self._choose("needs_work", on))
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setWordWrap(True)
        # Whatever it says, the faces keep their width.
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._count.setFont(tabular(self.font()))
        # Room for two lines at all times: a message must not push the faces down.
        self._count.setMinimumHeight(2 * self._count.fontMetrics().lineSpacing() + UNIT // 2)
        rows = {combo.accessibleName(): combo for combo in self._combos.values()}
        self.choices = Choices({**rows, "Order": self.order}, self._work, self)
        self.more = ChoicesButton()
        self.more.clicked.connect(lambda: self.choices.show_below(self.more))
        self._clear = QPushButton("Clear")
        self._clear.setProperty("flat", True)
        self._clear.setToolTip("Show all faces again")
        self._clear.clicked.connect(self.clear)
        # It keeps its place while there is nothing to clear, so that nothing jumps.
        clear_place = self._clear.sizePolicy()
        clear_place.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(clear_place)
        self._lay_out()
        self.query.settled.connect(lambda: self._try(final=False))
        self.query.applied.connect(lambda: self._try(final=True))
        self.query.left.connect(self.left)
        self.query.entered.connect(self.entered)
        self.order.changed.connect(self._sorted)
        if self.saved is not None:
            self.saved.chosen.connect(self.show_saved)
            self.saved.save_requested.connect(self._save)
        self._show()

    @property
    def wanted(self) -> Wanted:
        """The last good filter and the order."""
        return self._wanted

    @property
    def filter(self) -> FaceFilter:
        """What the choices show of the last good filter."""
        return FaceFilter.of(self._wanted.node)

    @property
    def message(self) -> str:
        """How many faces match, or what is wrong."""
        return self._count.text()

    def set_filter(self, wanted: FaceFilter) -> None:
        """Want what these choices write, and nothing else; the order stays."""
        self.set_text(wanted.text(self._keypoints))

    def set_text(self, text: str) -> None:
        """Put a filter in place of the one that is there, and try it."""
        self.query.write(text)
        self._try(final=True)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Know other words. A filter that may have some of those that changed is read again."""
        self.query.vocabulary = vocabulary
        if self._unread or any(term.field.name in vocabulary.choices for term in terms(self._wanted.node)):
            self._try(final=False)
            if self._unread and self.query.text() == self._wanted.text:
                self._wanted = self._shown

    def clear(self) -> None:
        """Want all faces."""
        self.set_text("")

    def show_saved(self, saved: SavedFilter) -> None:
        """Want what was saved."""
        self.order.set_order(saved.sort, saved.descending)
        self.set_text(saved.text)

    def show_count(self, shown: int, every: int) -> None:
        """Say how many faces match."""
        self._shown = self._wanted
        if not self._unread:
            self._wrong = False
            self.query.mark(None)
            self._say(f"{shown:,} of {every:,} faces{self._order_text()}", "muted")

    def show_error(self, error: QueryError, *, waiting: bool = False) -> None:
        """Say what is wrong and underline it; or only say it, where it mends itself."""
        if not self._unread:
            self._tell(error, waiting=waiting)

    def show_problem(self, text: str) -> None:
        """Say why something cannot be known."""
        self._say(text, "danger")

    def show_choices(self, shown: bool) -> None:
        """Show the choices below the text, or the text alone."""
        for widget in (*self._combos.values(), self._work, self.order):
            widget.setVisible(shown)

    def focus(self) -> None:
        """Let what is typed next be a filter."""
        self.query.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.query.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _try(self, *, final: bool) -> None:
        """Read the text; want what it says if it is right."""
        text = self.query.text()
        try:
            node = parse(text, self.query.vocabulary)
        except QueryError as error:
            # While someone types, half a filter is no mistake.
            self._unread = True
            self._tell(error, waiting=error.at_end and not final)
            self._clear.setVisible(True)
            return
        self._unread = False
        wanted = Wanted(text, node, self.order.field, self.order.descending)
        if wanted != self._wanted or final or self._wrong:
            self._want(wanted)

    def _tell(self, error: QueryError, *, waiting: bool) -> None:
        marked = not waiting and bool(self.query.text())
        self.query.mark(error if marked and error.end + error.start else None)
        where = f"Character {error.start + 1}: " if marked and error.expected is not None else ""
        self._wrong = True
        self._say(where + str(error), "muted" if waiting else "danger")

    def _want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._show()
        self.changed.emit(wanted)

    def _choose(self, choice: str, value: Any) -> None:
        chosen = attrs.evolve(FaceFilter(), **{choice: value})
        term = chosen.term(choice, self._keypoints)
        self.set_text(with_choice(self._wanted.text, self._wanted.node, choice, term))

    def _chosen(self, choice: str, value: Any) -> None:
        # Qt hands string enumerations back as plain strings.
        kinds = {"pattern": Pattern, "origin": OriginKind}
        self._choose(choice, value if value is None else kinds.get(choice, lambda v: v)(value))

    def _sorted(self) -> None:
        order = self.order
        self._want(attrs.evolve(self._wanted, sort=order.field, descending=order.descending))

    def _save(self, name: str) -> None:
        assert self.saved is not None
        wanted = self._wanted
        self.saved.keep(SavedFilter(name, wanted.text, wanted.sort, wanted.descending))

    def _say(self, text: str, role: str) -> None:
        self._count.setText(text)
        self._count.setAccessibleName(text)
        self._count.setToolTip(text if role == "danger" else "")
        if self._count.property("role") != role:
            self._count.setProperty("role", role)
            self._count.style().polish(self._count)

    def _order_text(self) -> str:
        if not self._wanted.sort:
            return ""
        return f"\nby {self._wanted.sort}, {'highest' if self._wanted.descending else 'lowest'} first"

    def _choices(self, project: Project) -> dict[str, QComboBox]:
        schema = project.schema
        splits = {split: split.capitalize() for split in project.manifest.splits}
        missing = {k: f"No {schema.label(k)}" for k in range(len(schema))}
        kinds = {kind: kind.value.capitalize() for kind in OriginKind}
        reviewed = {True: "Reviewed", False: "Not reviewed"}
        return {
            "split": self._combo("split", "Split", "All splits", splits),
            "pattern": self._combo("pattern", "Keypoints in the source", "Any pattern", _PATTERNS),
            "origin": self._combo("origin", "Origin", "Any origin", kinds),
            "missing": self._combo("missing", "Missing keypoint", "Missing …", missing),
            "reviewed": self._combo("reviewed", "Review", "Any review", reviewed),
        }

    def _combo(self, choice: str, name: str, every: str, choices: dict[Any, str]) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.addItem(every, None)
        for value, text in choices.items():
            combo.addItem(text, value)
        combo.setFixedWidth(18 * UNIT)
        combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + 4 * UNIT)
        combo.activated.connect(lambda _: self._chosen(choice, combo.currentData()))
        return combo

    def _lay_out(self) -> None:
        typed = QHBoxLayout()
        typed.setSpacing(UNIT // 2)
        typed.addWidget(self.query, 1)
        typed.addWidget(self.more)
        if self.saved is not None:
            typed.addWidget(self.saved)
        line = QHBoxLayout()
        line.addWidget(self._count, 1)
        line.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, UNIT, UNIT // 2)
        layout.setSpacing(UNIT // 2)
        for part in (typed, line):
            layout.addLayout(part)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._draw_icons()

    def _draw_icons(self) -> None:
        for i, kind in enumerate(OriginKind):
            drawn = marker_icon(kind.value, current(), ratio=self.devicePixelRatioF())
            self._combos["origin"].setItemIcon(i + 1, drawn)
        self.order.draw()
        self.more.draw()
        if self.saved is not None:
            self.saved.draw()

    def _show(self) -> None:
        shown = self.filter
        for part, combo in self._combos.items():
            value = getattr(shown, part)
            combo.setCurrentIndex(0 if value is None else combo.findData(value))
            if combo.property("active") != (value is not None):
                combo.setProperty("active", value is not None)
                combo.style().polish(combo)
        self._work.setChecked(shown.needs_work)
        chosen = [getattr(shown, part) is not None for part in self._combos]
        self.more.show_set(sum(chosen) + shown.needs_work + bool(self._wanted.sort))
        self._clear.setVisible(bool(self._wanted.text.strip()))
