"""That a file follows several marking rules is the first thing said about it; once for each project."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fkd_core.project import Project
from fkd_gui.rules.desk import Look, RulesDesk
from fkd_gui.settings import RULES_TOLD, Settings

SHOW_RULES = "Show the rules"
_MOST_KEPT = 200


class MixedRules(QObject):
    """Finds out about a project that was opened, and says it if there is something to say."""

    told = Signal(str, str)
    """a title and lines to show; the rest is behind `SHOW_RULES`"""

    def __init__(self, desk: RulesDesk, project: Project, settings: Settings) -> None:
        super().__init__(desk)
        self._desk, self._settings = desk, settings
        # One project, wherever its folder is moved to.
        self._key = f"{project.manifest.created} {project.manifest.fingerprint[:12]}"
        self._waiting = False
        desk.looked.connect(self._tell)
        desk.failed.connect(self._give_up)

    def begin(self, *, imported: bool) -> None:
        """Look, unless that was told before; rules are searched only after an import."""
        if self._key in self._settings.get(RULES_TOLD):
            return
        if self._desk.searched or imported:
            self._waiting = True
            self._desk.read(search=imported)

    def _tell(self, look: Look | None) -> None:
        waiting, self._waiting = self._waiting, False
        if not waiting or look is None:
            return
        # Where there is nothing to tell, that need not be found out at every start either.
        kept = [*self._settings.get(RULES_TOLD), self._key]
        self._settings.set(RULES_TOLD, kept[-_MOST_KEPT:])
        if look.mixed:
            self.told.emit(*in_short(look))

    def _give_up(self, error: object) -> None:  # noqa: ARG002 - whoever looks for rules on purpose is told
        self._waiting = False


def in_short(look: Look) -> tuple[str, str]:
    """What is said of a file with several rules: a title, and the largest difference."""
    rules, picture = look.rules, look.picture
    counts = {name: int((rules.of_row == rule).sum()) for rule, name in enumerate(rules.names)}
    used = [f"{name} {count:,}" for name, count in counts.items() if count]
    title = f"The faces of this file are marked by {len(used)} different rules ({', '.join(used)} rows)."
    reference = rules.index(rules.reference)
    largest, text = 0.0, ""
    for rule, name in enumerate(rules.names):
        shift = picture.shifts[reference][rule]
        if shift is None or not counts[name]:
            continue
        for keypoint in rules.rules[rule].offsets:
            place = look.keypoints.index(keypoint)
            for axis, word in enumerate(("sideways", "in height")):
                value = float(shift.by[place, axis])
                if abs(value) > largest:
                    largest = abs(value)
                    text = (
                        f"The largest difference: the {keypoint.replace('_', ' ')} of {name} lies "
                        f"{largest:.1f} px from that of {rules.reference} {word}, at 36 px between the eyes."
                    )
    return title, text
