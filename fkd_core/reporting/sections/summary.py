"""What the run is and how well it does, in a glance."""

from __future__ import annotations

from fkd_core.models.registry import unit_of
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, ends, facts, joined, number, paragraph, share

id, title = "summary", "In short"


def make(data: ReportData) -> Markup:
    """The main figures, large, and what the run is."""
    run, told = data.run, data.evaluation
    tiles: list[tuple[str, str, str]] = []
    if told is not None:
        low = ends(told.intervals.get("rmse"))
        tiles.append((number(told.rmse, ".2f"), "RMSE in pixels", f"95 %: {low}" if low else ""))
        tiles.append((share(told.nme), "NME", "mean distance over that of the eyes"))
        tiles += [(share(told.pck[limit]), f"within {limit} px", "of the keypoints") for limit in ("2",)]
        if told.null_model is not None:
            tiles.append(
                (
                    number(told.null_model.ratio, ".2f"),
                    "of the mean face’s error",
                    "0 is perfect, 1 no better",
                )
            )
    if data.check is not None and data.check.expected is not None:
        score = data.check.expected
        tiles.append((number(score.rmse, ".2f"), "expected score", f"95 %: {ends(score.site)}"))
    boxes = joined(
        element("div", element("b", value), element("span", name), element("small", about), class_="tile")
        for value, name, about in tiles
    )
    seconds = max((record.get("seconds") or 0 for record in run.metrics), default=0)
    about = [
        ("Run", run.name),
        ("Model", run.model),
        ("Status", f"{run.status}{f': {run.message}' if run.message else ''}"),
        ("Begun", run.created.replace("T", " ")[:16] + " UTC"),
        (
            "Trained for",
            f"{seconds / 60:.1f} minutes, {len(run.metrics):,} {unit_of(run.model, len(run.metrics))}",
        ),
        ("Project", data.project.name),
    ]
    why = paragraph("It could not be measured: ", data.why_not, muted=True) if told is None else Markup("")
    return joined([element("div", boxes, class_="tiles"), why, facts(about)])
