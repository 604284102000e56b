"""What is shown of one run, live or from its history. No widgets."""

from __future__ import annotations

import attrs

from fkd_gui.panels.pace import Pace
from fkd_gui.panels.series import EpochSeries

ENDINGS = {
    "finished": ("Finished", "success"),
    "done": ("Finished", "success"),
    "early": ("Finished early: it no longer improved", "success"),
    "stopped": ("Stopped; what it learnt is kept", "warning"),
    "failed": ("Failed", "danger"),
    "interrupted": ("Interrupted; what was saved is kept", "warning"),
    "damaged": ("Damaged", "danger"),
}
"""state of a run that is over to what is said about it and the role of that text"""


@attrs.define(eq=False)
class RunView:
    """One run as the training place shows it.

    Attributes:
        name: of the run.
        state: `preparing`, `running`, `stopping`, or how it ended.
        series: its epochs.
        planned: how many epochs it is going to have, if that is known.
        pace: its time; None once it is over.
        part: how much of it is done, 0 to 1; None if unknown.
        says: what it does now, or a sentence about its end.
        error: what ended it.
        resumes: whether it ended before its end and can go on.
    """

    name: str
    state: str
    series: EpochSeries = attrs.field(factory=EpochSeries)
    planned: int | None = None
    pace: Pace | None = None
    part: float | None = None
    says: str = ""
    error: BaseException | None = None
    resumes: bool = False

    @property
    def live(self) -> bool:
        """Whether it still trains."""
        return self.pace is not None

    @property
    def predicts(self) -> bool:
        """Whether it is over and has learnt something."""
        return not self.live and len(self.series) > 0 and self.state not in ("failed", "damaged")

    @property
    def elapsed(self) -> float | None:
        """Seconds it has trained for."""
        if self.pace is not None:
            return self.pace.elapsed
        seconds = self.series.known("seconds")[1]
        return float(seconds[-1]) if len(seconds) else None

    @property
    def status(self) -> tuple[str, str]:
        """What is said about it now, and the role of that text."""
        if self.live:
            return self.says, "muted"
        text, role = ENDINGS.get(self.state, (self.state.capitalize(), "muted"))
        return (f"{text} · {self.says}" if self.says else text), role
