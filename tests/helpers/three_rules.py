"""A project whose faces are marked by three rules, for tests of what is done about that."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fkd_core.importing import new_project
from fkd_core.project import Project, ProjectParts, write_parts
from fkd_core.rules import NO_RULE, Rules, save_rules
from fkd_core.rules.describe import describe
from fkd_core.rules.store import source_points
from fkd_core.schema import FKD_15
from tests.helpers.marking import in_picture, lower_nose_and_lip, marked_faces, plain_images
from tests.helpers.projects import FOUR

A, B, FOURS = slice(0, 120), slice(120, 200), slice(200, 240)
ROWS = 240


def make_three_rules(folder: Path, *, found: bool = True) -> Path:
    """Rows of rule A, of B (nose and lip lower, eye corners further out), and of C: like B, four labels.

    Args:
        found: whether these rules are kept as found already.
    """
    framed = lower_nose_and_lip(marked_faces(ROWS), slice(120, ROWS))
    framed[FOURS, [[k] for k in range(15) if k not in FOUR]] = np.nan
    with new_project(folder) as partial:
        np.save(partial / "faces" / "train_images.npy", plain_images(ROWS, side=96))
        write_parts(
            partial,
            ProjectParts(
                schema=FKD_15,
                points={"train": in_picture(framed)},
                ids={"train": np.arange(ROWS)},
                digests={"train": np.arange(ROWS, dtype=np.uint64)},
                source="made by program",
            ),
        )
    if found:
        with Project(folder, write=True) as opened:
            save_rules(opened, three_rules(opened))
    return folder


def three_rules(project: Project) -> Rules:
    """The rules that its faces are marked by."""
    found = np.repeat(np.arange(3, dtype=np.int16), [120, 80, 40])
    none = np.full(ROWS, NO_RULE, np.int16)
    names = ("A", "B", "C")
    rules, reference = describe(names, found, source_points(project), project.schema)
    return Rules(names, found, none, none, rules, reference, changes=(120,))
