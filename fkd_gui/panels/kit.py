"""Small widgets that several panels are made of."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fkd_gui.theme import UNIT, current, icon, tabular


def named(widget: QWidget, name: str, tip: str = "") -> Any:
    """Give a control its name for screen readers and its tooltip; returns it."""
    widget.setAccessibleName(name)
    widget.setToolTip(tip or name)
    return widget


def button(text: str, name: str, tip: str = "", *, primary: bool = False, glyph: str = "") -> QPushButton:
    """A push button; the primary one is what a screen asks for."""
    made = _Button(text)
    made.setProperty("primary", primary)
    made.setAutoDefault(False)
    named(made, name, tip)
    if glyph:
        set_glyph(made, glyph, primary=primary)
    return made


class _Button(QPushButton):
    """Its icon follows the theme."""

    glyph: tuple[str, bool] | None = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.glyph is not None:
            set_glyph(self, self.glyph[0], primary=self.glyph[1])


def roomy(made: QAbstractSpinBox) -> Any:
    """Keep a number off the border of its box: style sheets do not reach the frameless field in it."""
    made.lineEdit().setTextMargins(UNIT - 3, 0, 0, 0)
    return made


def set_glyph(made: QPushButton | QToolButton, glyph: str, *, primary: bool = False) -> None:
    """Put an icon on a button, in the colour of its text."""
    theme = current()
    if isinstance(made, _Button):
        made.glyph = glyph, primary
    made.setIcon(icon(glyph, theme, theme.on_accent if primary else None))


class Text(QLabel):
    """A label that wraps, down to narrow panels.

    Args:
        text: what it says.
        role: `muted`, `title`, `danger`, `warning` or `success`; empty for plain text.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if role:
            self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_role(self, role: str) -> None:
        """Change what kind of text it is."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class Elided(QLabel):
    """A label of one line that shortens its text to the room it has; the tooltip has all of it."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)
        self.set_text(text)

    @property
    def whole(self) -> str:
        """The text without shortening."""
        return self._whole

    def set_text(self, text: str) -> None:
        """Change the text."""
        self._whole = text
        self.setAccessibleName(text)
        self._shorten()

    def sizeHint(self) -> QSize:
        """As wide as all of the text."""
        hint = super().sizeHint()
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._whole) + 4, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Wide enough for a few letters."""
        return QSize(QFontMetrics(self.font()).averageCharWidth() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten to the new width."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(0, self.contentsRect().width())
        )
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class Figure(QWidget):
    """A number that is worth a glance, large, over a word that says what it is.

    Args:
        caption: the word.
        widest: the longest value and, after a line break, the longest caption to keep room for, so that
            what stands beside it does not move.
        large: for the one that matters most.
    """

    def __init__(
        self, caption: str, widest: str = "", *, large: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._caption = caption
        self._value = QLabel("–")
        font = tabular(self.font())
        font.setPixelSize(28 if large else 20)
        font.setWeight(font.Weight.DemiBold)
        # a style sheet of the application overrides the font's size otherwise
        self._value.setStyleSheet(f"font-size: {font.pixelSize()}px; font-weight: 600;")
        self._value.setFont(font)
        self._below = QLabel(caption)
        self._below.setProperty("role", "muted")
        value, _, below = widest.partition("\n")
        self._value.setMinimumWidth(QFontMetrics(font).horizontalAdvance(value))
        self._below.setMinimumWidth(QFontMetrics(self._below.font()).horizontalAdvance(below))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._value, 1, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self._below)
        self.set_value("–")

    @property
    def value(self) -> str:
        """The number as shown."""
        return self._value.text()

    def set_value(self, value: str, caption: str | None = None) -> None:
        """Show a number; a caption replaces the word below it."""
        self._value.setText(value)
        self._below.setText(caption or self._caption)
        self.setAccessibleName(f"{self._below.text()}: {value}")
        self.setToolTip(self.accessibleName())


class Section(QWidget):
    """A part of a panel that opens and closes by its heading."""

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QToolButton()
        self.heading.setText(title)
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.setStyleSheet(
            "QToolButton { padding-left: 0; text-align: left; }"
            "QToolButton:checked { background: transparent; color: palette(window-text); }"
        )
        self.body = body
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self.heading)
        layout.addWidget(body)
        self.heading.toggled.connect(self._show)
        self._show(False)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the arrow in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show(self.heading.isChecked())

    def _show(self, opened: bool) -> None:
        self.body.setVisible(opened)
        set_glyph(self.heading, "caret-down" if opened else "caret-right")
        title = self.heading.text()
        named(self.heading, f"{title}, {'open' if opened else 'closed'}", f"Show or hide: {title.lower()}")


class EmptyState(QWidget):
    """What a panel says while it has nothing to show, and the one thing to do about it."""

    acted = Signal()

    def __init__(
        self, title: str, text: str, action: str = "", glyph: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = Text(title, "title")
        self._text = Text(text, "muted")
        self.action = button(action, action, primary=True)
        self.action.clicked.connect(self.acted)
        column = QWidget()
        column.setMaximumWidth(440)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(UNIT)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self._picture)
        inner.addWidget(self._title)
        inner.addWidget(self._text)
        inner.addSpacing(UNIT)
        inner.addWidget(self.action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        layout.addStretch(2)
        layout.addWidget(column)
        layout.setAlignment(column, Qt.AlignmentFlag(0))
        layout.addStretch(3)
        self._column = column
        self.set_text(title, text, action)
        self._draw()

    @property
    def title(self) -> str:
        """The heading."""
        return self._title.text()

    def set_text(self, title: str, text: str, action: str = "") -> None:
        """Change what it says; no action, no button."""
        self._title.setText(title)
        self._text.setText(text)
        self.action.setText(action)
        named(self.action, action)
        self.action.setVisible(bool(action))
        self.setAccessibleName(f"{title}. {text}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text in the middle: a column that ignores its hint is not centred by a layout."""
        super().resizeEvent(event)
        side = max(2 * UNIT, (self.width() - 440) // 2)
        self.layout().setContentsMargins(side, 2 * UNIT, side, 2 * UNIT)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the picture in the theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self._picture.setVisible(bool(self._glyph))
        if self._glyph:
            theme = current()
            self._picture.setPixmap(icon(self._glyph, theme, theme.muted).pixmap(QSize(40, 40)))


class WheelGuard(QObject):
    """Keeps the wheel, turned to scroll a panel, from changing the numbers it passes over."""

    def guard(self, root: QWidget) -> None:
        """Protect all spin boxes and lists below a widget."""
        for kind in (QAbstractSpinBox, QComboBox):
            for control in root.findChildren(kind):
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel on to what scrolls."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class Choice(QComboBox):
    """A list to choose one from that may be narrower than its texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)


class NumberBox(QDoubleSpinBox):
    """A box for a number that may be very small; its lowest value stands for 'not chosen'."""

    def __init__(self, unset: str, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(8)
        self.setRange(0.0, high)
        self._low = low
        self.setSpecialValueText(unset)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        roomy(self)

    @property
    def chosen(self) -> float | None:
        """The number; None if none was chosen."""
        return max(self._low, self.value()) if self.value() > 0 else None

    def textFromValue(self, value: float) -> str:
        """Without trailing zeros."""
        return self.locale().toString(value, "g", 6)

    def stepBy(self, steps: int) -> None:
        """From 'not chosen' up means a usual value, not the smallest."""
        if self.value() == 0 and steps > 0:
            self.setValue(1e-3)
        else:
            super().stepBy(steps)


def scrolling(body: QWidget) -> QScrollArea:
    """A widget that scrolls up and down when there is too little room, never sideways."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(body)
    area.viewport().setAutoFillBackground(False)
    # the bar's track is made for lists; here it lies on the window
    area.setStyleSheet(
        "QScrollBar::add-page, QScrollBar::sub-page { background: palette(window); }"
        "QScrollBar::handle { border-color: palette(window); }"
    )
    body.setAutoFillBackground(False)
    return area


def field(title: str, control: QWidget, *more: QWidget) -> QWidget:
    """A control below its title, whose mnemonic reaches it."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    label = QLabel(title)
    label.setBuddy(control)
    layout.addWidget(label)
    for widget in (control, *more):
        layout.addWidget(widget)
    return made
