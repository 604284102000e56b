"""The first look at the demo: one thing to do at a time, said over the face, each gone once it is done."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fkd_gui.project_view import ProjectView

STEPS: tuple[tuple[str, str], ...] = (
    ("drag", "This mouth was filled in from another face. Drag the orange circles to where they belong."),
    ("next", "It is saved already. Press N for the next face that needs work, the arrow keys for any other."),
    ("review", "Which labels are wrong elsewhere? Review (Ctrl+2) puts the most suspicious ones first."),
    ("train", "Train (Ctrl+3) teaches a network from these labels. You can go on labelling meanwhile."),
    ("end", "F1 lists all keys, and Ctrl+K finds everything by its name. That is all there is to know."),
)
"""what is to be done, and what is said of it"""


class FirstSteps(QObject):
    """Leads through `STEPS` in a fresh demo."""

    def __init__(self, view: ProjectView) -> None:
        super().__init__(view)
        self._view = view
        self._at = 0
        session = view.session
        session.labels_changed.connect(lambda _: self._did("drag"))
        session.face_changed.connect(self._moved)
        view.place_changed.connect(self._did)
        self._say()

    @property
    def step(self) -> str:
        """What is to be done now; empty at the end."""
        return STEPS[self._at][0] if self._at < len(STEPS) else ""

    def close(self) -> None:
        """Say nothing more."""
        self._at = len(STEPS)
        self._view.label.hint.say("")

    def _moved(self, _face: int) -> None:
        if self.step == "end":
            self.close()
        else:
            self._did("next")

    def _did(self, what: str) -> None:
        if what == self.step:
            self._at += 1
            self._say()

    def _say(self) -> None:
        number, text = self._at + 1, STEPS[self._at][1]
        self._view.label.hint.say(f"{number} of {len(STEPS)}  ·  {text}", everywhere=self._at > 0)
