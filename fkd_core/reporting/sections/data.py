"""The faces and labels that the run was trained on."""

from __future__ import annotations

import numpy as np

from fkd_core.evaluation.null_model import mean_face
from fkd_core.reporting import pictures
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, figure, joined, paragraph, spoken, table
from fkd_core.reporting.plots import Bar, bar_plot
from fkd_core.rules.picture import rules_picture
from fkd_core.rules.store import source_points

id, title = "data", "Data"

_FACES = 2000
"""Faces that make the mean one; more change no grey by one step."""


def make(data: ReportData) -> Markup:
    """Counts, patterns, marking rules and the mean face."""
    info, names = data.info, data.project.schema.keypoints
    if "train" not in info:
        return paragraph("This project has no training faces.")
    train = info["train"]
    count = train["faces"]
    split = data.run.split
    rows = [
        ("training faces in the project", count),
        ("faces this run learnt from", len(split["train"]) or sum(map(len, data.run.folds.values()))),
        ("faces set aside for validation", len(split["validation"])),
        *([("folds", len(data.run.folds))] if data.run.folds else []),
        ("test faces", info.get("test", {}).get("faces", 0)),
        ("rows of the lookup table", info["lookup_rows"]),
        *((f"faces with {name} keypoints", faces) for name, faces in train["patterns"].items()),
        ("groups of the same picture", info["duplicates"]["exact"]["groups"]),
        ("groups of nearly the same picture", info["duplicates"]["near"]["groups"]),
        ("faces with empty pixels", train["faces_with_empty_pixels"]),
    ]
    counted = table("What there is", ["what", "number"], [[name, f"{n:,}"] for name, n in rows],
                    right=("number",))  # fmt: skip
    known = bar_plot(
        [Bar(spoken(name), train["known"][name] / max(count, 1)) for name in names],
        "share of the training faces",
        percent=True,
        span=(0, 1),
    )
    kinds = {kind: sum(part.values()) for kind, part in train["origins"].items()}
    origins = table(
        "Where the labels came from, as they stand now",
        ["origin", "keypoints"],
        [[kind, f"{n:,}"] for kind, n in kinds.items()],
        right=("keypoints",),
    )
    pair = element(
        "div",
        element("div", counted, origins),
        figure(known, "How many of the training faces have each keypoint"),
        class_="pair",
    )
    return joined([pair, _mean(data), _rules(data)])


def _mean(data: ReportData) -> Markup:
    images = data.project.faces["train"].images
    rows = np.unique(np.linspace(0, len(images) - 1, min(len(images), _FACES)).astype(int))
    mean = np.asarray(images[rows], np.float32).mean(axis=0).round().astype(np.uint8)
    points = mean_face(data.truth)
    shown = pictures.face(mean, "The mean of the training faces and of their keypoints", truth=points)
    parts = [figure(shown, "Mean face and mean labels")]
    if data.rules is not None and len(data.rules) > 1:
        drawn = rules_picture(source_points(data.project), images, data.rules, data.project.schema)
        parts += [
            figure(
                pictures.face(image, f"Mean face of rule {name}", truth=places, mark=2.6),
                f"Rule {name}, eyes brought to one place",
            )
            for name, image, places in zip(drawn.names, drawn.images, drawn.points, strict=True)
        ]
    return joined([element("h3", "Mean face"), element("div", *parts, class_="faces")])


def _rules(data: ReportData) -> Markup:
    if data.rules is None:
        return paragraph("Its marking rules were not looked for: fkd rules PROJECT finds them.", muted=True)
    rows = [
        [rule.name, f"{rule.faces:,}", len(rule.keypoints),
         f"{rule.rows[0].start:,}" if rule.rows else "", f"{rule.rows[-1].stop - 1:,}" if rule.rows else ""]
        for rule in data.rules.rules
    ]  # fmt: skip
    header = ["rule", "faces", "keypoints", "first row", "last row"]
    return joined(
        [
            element("h3", "Marking rules"),
            table("By which rules the faces are marked", header, rows, right=header[1:]),
        ]
    )
