"""The faces that the run gets most wrong and most right."""

from __future__ import annotations

from collections.abc import Sequence

from fkd_core.evaluation.worst import WorstFace
from fkd_core.reporting import pictures
from fkd_core.reporting.gather import SHOWN, ReportData
from fkd_core.reporting.markup import Markup, element, figure, joined, paragraph, spoken

id, title = "faces", "Best and worst faces"


def make(data: ReportData) -> Markup:
    """Pictures with truth and prediction."""
    if data.evaluation is None:
        return paragraph("It could not be measured: ", data.why_not)
    legend = element(
        "p",
        element("span", "ring", class_="key ring"),
        " where people placed the keypoint, ",
        element("span", "cross", class_="key cross"),
        " where the run sees it. Rows are those of the training file.",
        class_="muted",
    )
    worst = _faces(data, data.evaluation.worst[:SHOWN])
    return joined([legend, element("h3", "Worst"), worst, element("h3", "Best"), _faces(data, data.best)])


def _faces(data: ReportData, found: Sequence[WorstFace]) -> Markup:
    images, truth = data.project.faces["train"].images, data.truth
    shown = []
    for face in found:
        furthest = "" if face.keypoint is None else f", {spoken(face.keypoint)} off {face.distance:.1f} px"
        rule = "" if face.rule is None else f", rule {face.rule}"
        words = f"Row {face.row}: {face.rmse:.2f} px{furthest}{rule}"
        picture = pictures.face(images[face.row], words, truth=truth[face.row], predicted=data.seen[face.row])
        shown.append(figure(picture, words))
    return element("div", *shown, class_="faces")
