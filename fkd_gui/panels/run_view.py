"""What is shown of one run, live or from its history. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from fkd_gui.panels.advice_line import Advice
from fkd_gui.panels.keypoint_values import KeypointErrors, errors_of
from fkd_gui.panels.pace import Pace
from fkd_gui.panels.series import EpochSeries
from fkd_gui.panels.watched_faces import SeenFaces

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
        extends: whether it is over and can be trained for longer than it was to be.
        length: how long it was to be: `epochs` or `minutes`.
        ending: whether it was asked to stop after the epoch that is under way.
        keypoints: errors of each keypoint at its latest validation.
        seen: what it saw in its watched faces last.
        advice: what is to be said of its course.
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
    extends: bool = False
    length: dict[str, Any] = attrs.field(factory=dict)
    ending: bool = False
    keypoints: KeypointErrors | None = None
    seen: SeenFaces | None = None
    advice: Sequence[Advice] = ()

    def add(self, record: Mapping[str, Any]) -> None:
        """One more epoch is over."""
        self.series.add(record)
        if self.keypoints is None:
            self.keypoints = errors_of([record])
        else:
            self.keypoints = self.keypoints.then(record)
        if record.get("epochs"):
            self.planned = int(record["epochs"])
        if self.state == "preparing":
            self.state = "running"

    @property
    def last_epoch(self) -> int:
        """Number of its latest epoch; 0 before the first."""
        return int(self.series.column("epoch")[-1]) if len(self.series) else 0

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
            if self.ending and self.state != "stopping":
                return "Stops after this epoch; the weights are kept", "muted"
            return self.says, "muted"
        text, role = ENDINGS.get(self.state, (self.state.capitalize(), "muted"))
        return (f"{text} · {self.says}" if self.says else text), role
