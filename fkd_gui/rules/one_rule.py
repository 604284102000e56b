"""One rule for all: which rows to label anew, in which rule, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fkd_core.rules import Rules
from fkd_core.rules.outcome import Relabelling, in_words
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Choice, Figure, Text, WheelGuard, button, field, named, scrolling
from fkd_gui.rules.desk import Wish
from fkd_gui.rules.marks import rule_icon
from fkd_gui.theme import UNIT, current

OFFSET = "The measured offset"
_STEPS = 1000
_WEIGHTS = (
    "Nobody has placed the new labels by hand: in a training they count once somebody has accepted them, or "
    "with fkd train --label-weights predicted=0.5."
)


class OneRulePanel(QWidget):
    """Asks for a plan whenever the choices change; a run has to be asked for, since it takes a while."""

    wished = Signal(object)
    """the `Wish` to plan"""
    dropped = Signal()
    """the plan that was shown or is being made is not wanted any more"""
    apply_requested = Signal(object)
    """the `Relabelling` to apply"""
    sample_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules: Rules | None = None
        self._plan: Relabelling | None = None
        self._blocked = ""
        self._sources: list[QCheckBox] = []
        self.rule = named(Choice(), "Rule to follow", "The rule in which the rows are labelled")
        self.method = named(
            Choice(), "Where labels come from", "How far each rule is off, or what a run sees"
        )
        self.method.addItem(OFFSET)
        self.everything = named(
            QCheckBox("Corrected and accepted labels too"),
            "Corrected and accepted labels too",
            "Otherwise labels that a person corrected or accepted stay as they are",
        )
        self.faces, self.labels = Figure("faces change"), Figure("labels change")
        self.says = Text("", "muted")
        self.look = button(
            "Look at the faces", "Look at the faces", "Have the run see the faces in this rule"
        )
        self.stop = button("Stop", "Stop")
        self.check = button("Spot-check 12 faces", "Spot-check 12 faces", "Draw 12 faces; again for others")
        self.apply = button("Label anew", "Label anew", primary=True)
        self.why = Text("", "muted")
        self.done = Text("", "success")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the plan")
        self.rule.activated.connect(self._chosen)
        self.method.activated.connect(self._chosen)
        self.everything.clicked.connect(self._chosen)
        self.look.clicked.connect(self._ask)
        self.stop.clicked.connect(self.stop_requested)
        self.check.clicked.connect(self.sample_requested)
        self.apply.clicked.connect(self._apply)
        self._lay_out()
        self._guard = WheelGuard(self)
        self._guard.guard(self)
        self._refresh()

    @property
    def plan(self) -> Relabelling | None:
        """What pressing the button would do; None while that is not known."""
        return self._plan

    @property
    def wish(self) -> Wish | None:
        """What is chosen; None where that makes no sense yet."""
        if self._rules is None or self.rule.currentIndex() < 0:
            return None
        rule = self.rule.currentText()
        sources = tuple(box.text() for box in self._sources if box.isChecked() and box.text() != rule)
        run = None if self.method.currentIndex() == 0 else str(self.method.currentData())
        return Wish(sources, rule, run, self.everything.isChecked()) if sources else None

    def show_rules(self, rules: Rules) -> None:
        """Offer rules; what is chosen stays chosen where it can."""
        first = self._rules is None or self._rules.names != rules.names
        self._rules = rules
        if first:
            self._offer(rules)
        counts = _counts(rules)
        for box, count in zip(self._sources, counts, strict=True):
            box.setToolTip(f"{count:,} faces follow rule {box.text()} now")
        self._draw()
        self._plan_anew()

    def set_runs(self, names: Sequence[str]) -> None:
        """Runs that can look at faces, the newest first."""
        chosen = self.method.currentData()
        while self.method.count() > 1:
            self.method.removeItem(1)
        for name in names:
            self.method.addItem(f"Run {name}", name)
        self.method.setCurrentIndex(max(0, self.method.findData(chosen)) if chosen is not None else 0)
        if chosen is not None and self.method.currentIndex() == 0:
            self._plan_anew()

    def set_blocked(self, reason: str) -> None:
        """Why labels cannot be changed now; empty if they can."""
        self._blocked = reason
        self._refresh()

    def show_plan(self, plan: Relabelling) -> None:
        """Say what would change."""
        self._plan = plan
        self._bar.hide()
        self.faces.set_value(f"{plan.faces:,}")
        self.labels.set_value(f"{plan.labels:,}")
        self.says.setText("\n\n".join(in_words(plan)))
        self._refresh()

    def show_progress(self, done: float | None, total: float | None) -> None:
        """Something is being worked out."""
        known = done is not None and total
        self._bar.setRange(0, _STEPS if known else 0)
        if done is not None and total:
            self._bar.setValue(round(_STEPS * done / total))
        self._bar.show()
        self._refresh()

    def show_failed(self, text: str) -> None:
        """There is no plan, and why."""
        self._forget_plan(text)

    def forget_plan(self) -> None:
        """The labels changed: what was planned or said may be wrong. `show_rules` plans anew."""
        self.done.setText("")
        self._forget_plan("")
        self.dropped.emit()

    def show_done(self, plan: Relabelling) -> None:
        """Say what was done and how it is taken back."""
        self.done.setText(
            f"{plan.faces:,} faces are labelled as {plan.rule} now. One undo (Ctrl+Z) takes it back. "
            + _WEIGHTS
        )
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _offer(self, rules: Rules) -> None:
        self.rule.clear()
        self.rule.addItems(list(rules.names))
        reference = rules.index(rules.reference)
        self.rule.setCurrentIndex(reference)
        for box in self._sources:
            self._boxes.removeWidget(box)
            box.deleteLater()
        marks = {rule.name: rule.keypoints for rule in rules.rules}
        like = [name for name in rules.names if marks[name] == marks[rules.reference]]
        self._sources = []
        for name in rules.names:
            box = named(QCheckBox(name), f"Label the rows of rule {name} anew")
            box.setChecked(name != rules.reference and (name in like or len(like) < 2))
            box.clicked.connect(self._chosen)
            self._boxes.addWidget(box)
            self._sources.append(box)

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addWidget(Text("One rule for all", "title"))
        sources = QWidget()
        self._boxes = FlowLayout(2 * UNIT, UNIT // 2, sources)
        policy = sources.sizePolicy()
        policy.setHeightForWidth(True)
        sources.setSizePolicy(policy)
        column.addWidget(field("Label the rows of", sources))
        column.addWidget(field("&in rule", self.rule))
        column.addWidget(field("fro&m", self.method))
        column.addWidget(self.everything)
        figures = FlowLayout(3 * UNIT, UNIT)
        figures.addWidget(self.faces)
        figures.addWidget(self.labels)
        column.addLayout(figures)
        waiting = QHBoxLayout()
        waiting.setSpacing(UNIT)
        waiting.addWidget(self._bar, 1)
        waiting.addWidget(self.stop)
        column.addLayout(waiting)
        column.addWidget(self.look)
        column.addWidget(self.check)
        column.addWidget(self.apply)
        column.addWidget(self.why)
        column.addWidget(self.done)
        column.addWidget(self.says)
        column.addStretch(1)
        self._bar.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(body))

    def _chosen(self) -> None:
        self.done.setText("")
        self._plan_anew()

    def _plan_anew(self) -> None:
        self._forget_plan("")
        wish = self.wish
        if wish is not None and wish.run is None:
            self._ask()
        else:
            self.dropped.emit()

    def _forget_plan(self, text: str) -> None:
        self._plan = None
        self._bar.hide()
        for figure in (self.faces, self.labels):
            figure.set_value("–")
        self.says.setText(text)
        self.says.set_role("danger" if text else "muted")
        self._refresh()

    def _ask(self) -> None:
        wish = self.wish
        if wish is not None:
            self.says.set_role("muted")
            self.show_progress(None, None)
            self.wished.emit(wish)

    def _apply(self) -> None:
        if self._plan is not None:
            self.apply_requested.emit(self._plan)

    def _refresh(self) -> None:
        plan, wish = self._plan, self.wish
        waiting = not self._bar.isHidden()
        from_run = wish is not None and wish.run is not None
        self.look.setVisible(from_run and plan is None and not waiting)
        self.stop.setVisible(waiting and from_run)
        ready = plan is not None and plan.labels > 0
        self.check.setEnabled(ready)
        self.apply.setEnabled(ready and not self._blocked)
        self.apply.setText(
            f"Label {plan.faces:,} faces as {plan.rule}" if ready and plan is not None else "Label anew"
        )
        named(self.apply, self.apply.text(), "As one step; one undo takes all of it back")
        nothing = plan is not None and not plan.labels
        why = self._blocked or ("Nothing would change." if nothing else "")
        if not why and wish is None and self._rules is not None:
            one = len(self._rules.names) < 2
            why = "All rows follow one rule." if one else "Choose at least one other rule to leave."
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.done.setVisible(bool(self.done.text()))
        self.says.setVisible(bool(self.says.text()))
        self.faces.parentWidget().updateGeometry()

    def _draw(self) -> None:
        theme, ratio = current(), self.devicePixelRatioF()
        for rule, box in enumerate(self._sources):
            box.setIcon(rule_icon(rule, theme, ratio=ratio))
            self.rule.setItemIcon(rule, rule_icon(rule, theme, ratio=ratio))


def _counts(rules: Rules) -> list[int]:
    """Faces that follow each rule now."""
    of_row = rules.of_row
    counts: list[int] = np.bincount(of_row[of_row >= 0], minlength=len(rules)).tolist()
    return counts
