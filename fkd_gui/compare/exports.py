"""The plots of a comparison as values that can be saved."""

from __future__ import annotations

import numpy as np

from fkd_gui.compare.desk import Compared
from fkd_gui.panels.series import smoothed, window_of
from fkd_gui.plotting.plot import DOTS, Drawn, Plot, by_first

TITLES = (
    ("curves", "Learning curves"),
    ("cumulative", "Cumulative errors"),
    ("keypoints", "Errors by keypoint"),
    ("faces", "Face by face"),
)
"""key and title of each, in the order of the window"""


def plot_of(compared: Compared, key: str, which: int = 1) -> Plot:
    """One of `TITLES`.

    Args:
        which: the run that is looked at face by face, against the first.

    Raises:
        KeyError: if there is no such plot.
    """
    made = {"curves": _curves, "cumulative": _cumulative, "keypoints": _keypoints}
    return _faces(compared, which) if key == "faces" else made[key](compared)


def _title(key: str) -> str:
    return dict(TITLES)[key]


def _curves(compared: Compared) -> Plot:
    names = compared.found.runs
    known = [series.known("val_rmse") for series in compared.epochs]
    widest = max((window_of(series) for series in compared.epochs), default=1)
    lines = [smoothed(*pair, window_of(series)) for pair, series in zip(known, compared.epochs, strict=True)]
    ys = [y for _, y in lines if len(y)]
    low = min((float(y.min()) for y in ys), default=0.0)
    high = max((float(np.quantile(y, 0.8)) for y in ys), default=1.0)
    return Plot(
        "curves",
        _title("curves"),
        "Error on the validation faces of each training by epoch"
        + (f", as means of {widest} epochs." if widest > 1 else "."),
        "epoch",
        "validation RMSE, pixels",
        tuple(Drawn(name, *line, colour=i) for i, (name, line) in enumerate(zip(names, lines, strict=True))),
        ("epoch", *names),
        by_first(names, known),
        y_span=(0.95 * low, 1.05 * max(high, 1.2 * low)),
    )


def _cumulative(compared: Compared) -> Plot:
    found = compared.found
    lines = [(np.array(curve.limits), np.array(curve.shares)) for curve in found.curves]
    drawn = zip(found.runs, lines, strict=True)
    return Plot(
        "cumulative",
        _title("cumulative"),
        f"Which share of {found.about} has at most which error.",
        "mean error of a face over its inter-ocular distance",
        "share of faces",
        tuple(Drawn(name, *line, colour=i) for i, (name, line) in enumerate(drawn)),
        ("error over inter-ocular distance", *found.runs),
        by_first(found.runs, lines),
        y_span=(0.0, 1.0),
    )


def _keypoints(compared: Compared) -> Plot:
    found = compared.found
    known = np.flatnonzero(np.isfinite(found.per_keypoint).all(axis=0))
    heights = np.arange(len(known), dtype=np.float64)[::-1]
    names = [found.keypoints[k] for k in known]
    most = 1.08 * float(found.per_keypoint[:, known].max()) if len(known) else 1.0
    return Plot(
        "keypoints",
        _title("keypoints"),
        f"Measured on {found.about}.",
        "RMSE, pixels",
        "",
        tuple(
            Drawn(name, found.per_keypoint[i, known], heights, colour=i, kind=DOTS, symbol=i)
            for i, name in enumerate(found.runs)
        ),
        ("keypoint", *found.runs),
        [[name, *found.per_keypoint[:, k].tolist()] for name, k in zip(names, known, strict=True)],
        x_span=(0.0, most),
        y_span=(-0.6, max(len(known) - 0.4, 0.6)),
        y_names=tuple(name.replace("_", " ") for name in reversed(names)),
    )


def _faces(compared: Compared, which: int) -> Plot:
    found, difference = compared.found, compared.found.differences[which - 1]
    first, other = found.face_errors[0], found.face_errors[which]
    end = float(np.nanquantile(np.concatenate([first, other]), 0.99)) * 1.15
    even = np.array([0.0, end])
    return Plot(
        "faces",
        _title("faces"),
        f"{difference.run} errs less on {difference.better:,} faces and more on {difference.worse:,}; "
        "faces beyond an axis lie at its end.",
        f"error of a face by {found.runs[0]}, pixels",
        f"by {found.runs[which]}",
        (
            Drawn("", even, even, colour="muted"),
            Drawn("", np.minimum(first, end), np.minimum(other, end), colour=which, kind=DOTS),
        ),
        ("row", found.runs[0], found.runs[which]),
        [
            [int(row), float(before), float(after)]
            for row, before, after in zip(found.rows, first, other, strict=True)
        ],
        x_span=(0.0, end),
        y_span=(0.0, end),
    )
