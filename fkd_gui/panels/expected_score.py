"""What a submission may be expected to score, and what that rests on."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fkd_core.submitting.check import SubmissionCheck
from fkd_core.submitting.expected import PatternScore
from fkd_gui.panels.kit import Figure, Text
from fkd_gui.theme import UNIT

_STEPS = 1000


class ExpectedScorePanel(QWidget):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = Figure(
            "px expected score", "00.00\npx expected score, 95 %: 00.00 to 00.00", large=True
        )
        self.text = Text("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName("Progress of the estimate")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        for widget in (self.figure, self.bar, self.text):
            column.addWidget(widget)
        self.clear()

    def clear(self) -> None:
        """There is nothing to say."""
        self.hide()

    def show_working(self, done: float = 0, total: float | None = None, text: str = "") -> None:
        """It is being estimated."""
        self.show()
        self.figure.hide()
        self.bar.show()
        self.bar.setRange(0, _STEPS if total else 0)
        if total:
            self.bar.setValue(round(_STEPS * done / total))
        self.text.setText(
            f"Estimating the score on faces that the run never saw{f': {text}' if text else ''} …"
        )

    def show_score(self, found: SubmissionCheck) -> None:
        """Show the score, or why it is not known."""
        self.show()
        self.bar.hide()
        score = found.expected
        self.figure.setVisible(score is not None)
        if score is None:
            self.text.setText(f"The score to expect is not known. {found.why_unknown}")
            return
        low, high = score.site
        ends = "" if math.isnan(low) else f", 95 %: {low:.2f} to {high:.2f}"
        self.figure.set_value(f"{score.rmse:.2f}", f"px expected score{ends}")
        lines = [
            f"From {score.faces:,} faces that the run never saw, weighted to what the lookup table asks:",
            *(_line(part) for part in score.patterns),
            *found.caveats,
        ]
        self.text.setText("\n".join(lines))


def _line(part: PatternScore) -> str:
    count = len(part.keypoints)
    seen = f"{part.faces:,} such faces" if part.faces else "no such face"
    error = "unknown" if math.isnan(part.rmse) else f"{part.rmse:.2f} px"
    return f"•  {count} keypoints × {part.asked_faces:,} faces: {error}, from {seen}"
