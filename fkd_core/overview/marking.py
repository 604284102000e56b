"""Which rules the training rows follow."""

from __future__ import annotations

import numpy as np

from fkd_core.overview.chart import Chart, Kind, Part
from fkd_core.project import Project
from fkd_core.query.fields import quoted
from fkd_core.rules.rule import NO_RULE
from fkd_core.rules.store import has_rules, load_rules


def rule_counts(project: Project) -> Chart:
    """Training rows of each marking rule, as the labels stand now.

    Raises:
        ProjectError: if the rules that the project has are damaged.
    """
    title = "Marking rules"
    if not has_rules(project):
        why = "Nobody has looked for marking rules in this file yet."
        return Chart("rules", Kind.BARS, title, why, missing=why)
    rules = load_rules(project)
    counts = {name: int((rules.of_row == rule).sum()) for rule, name in enumerate(rules.names)}
    parts = [
        Part(f"rule {name}", (count,), (f"split:train rule:{quoted(name)}",))
        for name, count in counts.items()
        if count
    ]
    without = int((rules.of_row == NO_RULE).sum())
    used = len(parts)
    if without:
        parts.append(Part("no rule", (without,), ("split:train rule:none",)))
    if used > 1:
        finding = f"The labels follow {used} rules: the same keypoint is marked in different places."
        strays = int(np.count_nonzero(rules.left_strays))
        finding += f" {strays:,} rows stand among those of another rule." if strays else ""
    else:
        finding = "All labels follow one rule."
    return Chart("rules", Kind.BARS, title, finding, "faces", "rule", ("faces",), tuple(parts))
