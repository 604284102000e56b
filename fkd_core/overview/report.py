"""The whole overview of a project: findings in words, and the charts that they come from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_core.jobs import Job
from fkd_core.overview import counts, likeness, places
from fkd_core.overview.chart import Chart
from fkd_core.overview.drift import label_drift
from fkd_core.overview.keep import keep_arrays, kept_arrays
from fkd_core.overview.light import brightness_bars, face_light
from fkd_core.overview.marking import rule_counts
from fkd_core.project import Project
from fkd_core.rules.store import FILE as RULES

_FILE = "overview.npz"
_VERSION = 2
_TOLD = ("patterns", "rules", "drift", "duplicates", "odd", "outside")
"""charts whose findings are told first"""


@attrs.frozen(eq=False)
class Overview:
    """What is in a project.

    Attributes:
        version: of labels and rules that it was made from; other ones make another overview.
        faces: how many there are.
        charts: in the order in which they are shown.
    """

    version: str
    faces: int
    charts: tuple[Chart, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        """What is worth knowing first, a sentence each."""
        return tuple(
            self.chart(key).finding for key in _TOLD if any(chart.key == key for chart in self.charts)
        )

    def chart(self, key: str) -> Chart:
        """A chart by its key.

        Raises:
            KeyError: if there is none.
        """
        try:
            return next(chart for chart in self.charts if chart.key == key)
        except StopIteration:
            raise KeyError(key) from None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, without pictures."""
        return {
            "version": self.version,
            "faces": self.faces,
            "findings": list(self.findings),
            "charts": [chart.to_dict() for chart in self.charts],
        }


def overview_of(project: Project, job: Job | None = None) -> Overview:
    """The overview of a project as its labels stand now: kept from before, or made and kept.

    Pictures are read a block at a time and once only; labels are counted in blocks.

    Raises:
        ProjectError: if its marking rules are damaged.
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    version = overview_version(project)
    kept = read_overview(project, version)
    if kept is not None:
        return kept
    light = face_light(project, job)
    like = likeness.face_likeness(project, job)
    job.progress(0, None, "counting the labels")
    charts: list[Chart] = []
    if "train" in project.faces:
        charts += [counts.keypoint_counts(project), counts.pattern_counts(project), rule_counts(project)]
        job.check()
        charts.append(label_drift(project))
        job.check()
        charts.append(places.place_density(project, light.mean))
        job.check()
        charts.append(places.mean_face(project, light.mean))
    charts += [
        brightness_bars(project, light),
        likeness.like_faces(project, like),
        likeness.odd_faces(project, light, like),
        places.labels_outside(project),
        counts.split_counts(project),
    ]
    made = Overview(version, len(project), tuple(charts))
    if overview_version(project) == version and not any(f.trouble for f in project.faces.values()):
        # Somebody may have gone on labelling meanwhile: what is kept must be of this version throughout.
        _keep(project, made)
    return made


def overview_version(project: Project) -> str:
    """Changes whenever labels or marking rules do."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{_VERSION} {project.label_fingerprint()}".encode())
    try:
        digest.update((project.folder / RULES).read_bytes())
    except OSError:
        digest.update(b"no rules")
    return digest.hexdigest()


def read_overview(project: Project, version: str) -> Overview | None:
    """The overview that was kept for a version; None where there is none."""
    kept = kept_arrays(project, _FILE, ("told", "names"))
    if kept is None:
        return None
    try:
        told = json.loads(kept["told"].tobytes())
        if told["version"] != version:
            return None
        drawn = kept_arrays(project, _FILE, tuple(kept["names"].tolist())) or {}
        charts = tuple(
            Chart.from_dict(chart, drawn.get(f"picture_{chart['key']}")) for chart in told["charts"]
        )
        return Overview(version, int(told["faces"]), charts)
    except (ValueError, KeyError, TypeError):
        return None


def _keep(project: Project, made: Overview) -> None:
    text = json.dumps(made.to_dict(), allow_nan=False).encode()
    pictures: dict[str, NDArray[np.uint8]] = {
        f"picture_{chart.key}": chart.picture for chart in made.charts if chart.picture is not None
    }
    names = np.array(list(pictures), np.str_)
    keep_arrays(project, _FILE, {"told": np.frombuffer(text, np.uint8), "names": names, **pictures})
