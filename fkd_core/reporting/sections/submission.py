"""The check of its submission."""

from __future__ import annotations

from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, ends, joined, number, paragraph, table

id, title = "submission", "Submission check"


def make(data: ReportData) -> Markup:
    """Checks, the expected score, and what differs from the last submission."""
    found = data.check
    if found is None:
        return paragraph("There is no submission to check: ", data.no_check)
    rows = [["passed" if check.ok else "failed", check.text, check.detail] for check in found.checks]
    parts = [table(f"Marking rule: {found.how['rule']}", ["", "what was looked at", "found"], rows)]
    score = found.expected
    parts.append(element("h3", "Expected score"))
    if score is None:
        parts.append(paragraph("It is not known: ", found.why_unknown))
    else:
        parts.append(
            paragraph(
                f"{number(score.rmse)} px, 95 %: {ends(score.site, '.3f')}, estimated on {score.faces:,}"
                " faces that the run never saw, weighted to what the lookup table asks."
            )
        )
        header = ["keypoints asked", "test faces", "rows", "held-out faces", "RMSE px", "95 % interval"]
        parts.append(
            table(
                "By what is asked of a face",
                header,
                [
                    [
                        len(part.keypoints),
                        f"{part.asked_faces:,}",
                        f"{part.coordinates:,}",
                        f"{part.faces:,}",
                        number(part.rmse),
                        ends(part.interval),
                    ]
                    for part in score.patterns
                ],
                right=header[1:],
            )
        )
        parts += [paragraph(line, muted=True) for line in found.caveats]
    if found.before is not None:
        before = found.before
        parts.append(
            paragraph(
                f"{before.changed:,} rows differ from submission {before.number} of {before.run}, by"
                f" {before.rms:.3f} px root mean square."
            )
        )
    return joined(parts)
