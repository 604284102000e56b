"""The light of every picture, read once and kept: pictures do not change."""

from __future__ import annotations

import mmap

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from fkd_core.jobs import Job
from fkd_core.overview.chart import Chart, Kind, Part
from fkd_core.overview.keep import keep_arrays, kept_arrays
from fkd_core.project import Project

_FILE = "light.npz"
_BLOCK = 512
_HELD = 64 * _BLOCK
"""faces whose pages may stay in memory, 300 MB of 96 x 96 pixels"""
_BARS = 26
_DARK, _BRIGHT, _FLAT = 35.0, 220.0, 12.0
"""grey levels: means of pictures that are dark or bright, and the deviation of flat ones"""


@attrs.frozen(eq=False)
class FaceLight:
    """Light of all faces.

    Attributes:
        brightness: float32 `(N,)`, the mean grey; NaN where the picture cannot be read.
        contrast: float32 `(N,)`, the standard deviation of the greys.
        mean: uint8 `(H, W)`, the mean of the training pictures, or of all where there are none.
    """

    brightness: NDArray[np.float32]
    contrast: NDArray[np.float32]
    mean: NDArray[np.uint8]

    def odd(self) -> list[tuple[int, str]]:
        """Faces in an odd light with the reason, the oddest kind first."""
        found = []
        for wanted, why in (
            (self.contrast < _FLAT, "flat"),
            (self.brightness < _DARK, "dark"),
            (self.brightness > _BRIGHT, "bright"),
        ):
            found += [(face, why) for face in np.flatnonzero(wanted).tolist()]
        return list({face: (face, why) for face, why in reversed(found)}.values())[::-1]


def face_light(project: Project, job: Job | None = None) -> FaceLight:
    """Measure every picture, a block at a time, or take what was measured before.

    Raises:
        Cancelled: if the job was stopped.
    """
    job = job or Job()
    kept = kept_arrays(project, _FILE, ("brightness", "contrast", "mean"))
    if kept is not None and len(kept["brightness"]) == len(project):
        return FaceLight(kept["brightness"], kept["contrast"], kept["mean"])
    measured = np.full((2, len(project)), np.nan, np.float32)
    shown = "train" if "train" in project.faces else next(iter(project.faces), "")
    total, count = np.zeros(project.schema.size), 0
    for split, faces in project.faces.items():
        first = project.span(split).start
        readable = len(faces) if faces.whole is None else faces.whole
        for start in range(0, readable, _BLOCK):
            block = np.asarray(faces.images[start : min(start + _BLOCK, readable)])
            for row, face in enumerate(block):
                mean, deviation = cv2.meanStdDev(face)
                measured[:, first + start + row] = mean[0, 0], deviation[0, 0]
            if split == shown:
                total += block.sum(axis=0, dtype=np.uint32)
                count += len(block)
            if start % _HELD == 0:
                let_go(faces.images)
            job.progress(first + start + len(block), len(project), "measuring the light")
    mean_face = np.round(total / max(1, count)).astype(np.uint8)
    light = FaceLight(measured[0], measured[1], mean_face)
    if all(faces.whole is None for faces in project.faces.values()):
        keep_arrays(project, _FILE, attrs.asdict(light))
    return light


def brightness_bars(project: Project, light: FaceLight) -> Chart:
    """How bright the pictures are."""
    known = light.brightness[np.isfinite(light.brightness)]
    edges = np.linspace(0, 260, _BARS + 1)
    spans = project.manifest.splits
    columns = [np.histogram(light.brightness[project.span(split)], edges)[0].tolist() for split in spans]
    parts = []
    for bar in range(_BARS):
        low, high = int(edges[bar]), int(edges[bar + 1])
        filters = tuple(f"split:{split} brightness>={low} brightness<{high}" for split in spans)
        values = tuple(column[bar] for column in columns)
        parts.append(Part(f"{low} to {min(high, 255)}", values, filters))
    used = [i for i, part in enumerate(parts) if any(part.values)]
    parts = parts[used[0] : used[-1] + 1] if used else []
    if not len(known):
        why = "No picture can be read."
        return Chart("brightness", Kind.HISTOGRAM, "Brightness", why, missing=why)
    low, middle, high = np.percentile(known, (5, 50, 95))
    finding = f"Half of the pictures are darker than grey {middle:.0f} of 255; nine in ten lie between"
    finding += f" {low:.0f} and {high:.0f}."
    return Chart(
        "brightness",
        Kind.HISTOGRAM,
        "Brightness",
        finding,
        "faces",
        "mean grey",
        tuple(spans),
        tuple(parts),
    )


def let_go(images: NDArray[np.uint8]) -> None:
    """Tell the system that mapped pictures are not needed now; whoever needs one has it read again."""
    mapped = getattr(images, "_mmap", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
