"""All that is known of a submission before it is written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from fkd_core.engine.client import Engine
from fkd_core.errors import FkdError, ProjectError
from fkd_core.evaluation.metrics import differences as gaps
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.pipeline import submission
from fkd_core.project import Project
from fkd_core.runs import Run
from fkd_core.submission import Check, Submission
from fkd_core.submitting.difference import SHOWN, Differences, differences
from fkd_core.submitting.expected import ExpectedScore, expected_score
from fkd_core.submitting.held_out import held_out
from fkd_core.submitting.past import PastSubmission, PastSubmissions, checksum, now


@attrs.frozen(eq=False)
class SubmissionCheck:
    """A submission, what was found out about it, and how it was predicted.

    Attributes:
        run: that predicted it.
        how: the `rule` it follows and whether it is `fast`.
        submission: rows and checks.
        before: how it differs from the last one written; None if there is none to compare with.
        expected: its expected score; None if it was not asked for or cannot be known.
        why_unknown: why the expected score is not known, in words.
        folds: networks that shared the held-out faces; 0 for the run's own validation faces.
    """

    run: str
    how: dict[str, Any]
    submission: Submission
    before: Differences | None
    expected: ExpectedScore | None = None
    why_unknown: str = ""
    folds: int = 0

    @property
    def checks(self) -> tuple[Check, ...]:
        """Those of the submission, and what was clipped."""
        clipped = self.submission.clipped
        text = f"{clipped:,} moved to the frame's edge" if clipped else "none had to be moved"
        return (*self.submission.checks, Check("predictions outside the frame", True, text))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to bear in mind about the expected score, in sentences."""
        score, told = self.expected, []
        if score is None:
            return ()
        if score.stand_in:
            told.append(
                f"{score.stand_in:.0%} of the rows are judged by faces of which the file marks other"
                " keypoints: too few of those that this run never saw mark the same."
            )
        if score.unknown:
            told.append(f"{score.unknown:.0%} of the rows ask for keypoints that no such face has.")
        if self.folds:
            told.append(
                f"Each of these faces was seen by one of {self.folds} networks; the test faces are seen by"
                " all together, which is a little better."
            )
        return tuple(told)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; keys that never change their meaning."""
        return {
            "run": self.run,
            **self.how,
            "rows": len(self.submission.row_ids),
            "clipped": self.submission.clipped,
            "valid": self.submission.valid,
            "checks": [check.to_dict() for check in self.checks],
            "previous": None if self.before is None else self.before.to_dict(),
            "expected": None
            if self.expected is None
            else self.expected.to_dict() | {"folds": self.folds, "caveats": list(self.caveats)},
            "why_unknown": self.why_unknown or None,
        }


def check_submission(project: Project, name: str, *, shown: int = SHOWN) -> SubmissionCheck:
    """Look at a run's submission without predicting anything.

    Args:
        shown: how many of the coordinates that moved furthest to list.

    Raises:
        ProjectError: if the project has no lookup table.
        RunError: if the run has not predicted the test faces.
    """
    made = submission(project, name)
    run = Run.find(project.runs_folder, name)
    return SubmissionCheck(name, run.how_predicted("test"), made, _before(project, made, shown))


def with_expected(
    found: SubmissionCheck,
    engine: Engine,
    project: Project,
    job: Job,
    *,
    networks: Networks | None = None,
) -> SubmissionCheck:
    """The same with its expected score; see `expected.expected_score`. Where it cannot be known, why not.

    Raises:
        Cancelled: if the job was stopped.
    """
    lookup = project.lookup
    if lookup is None:
        return found
    try:
        seen = held_out(engine, project, Run.find(project.runs_folder, found.run), job, networks=networks)
    except FkdError as error:
        return attrs.evolve(found, why_unknown=str(error))
    schema = project.schema
    score = expected_score(
        gaps(seen.predicted, seen.truth),
        seen.source,
        lookup.counts(project.faces["test"].ids, len(schema)),
        schema.keypoints,
    )
    if np.isnan(score.rmse):
        why = "None of the faces that the run never saw has a label that a person made."
        return attrs.evolve(found, why_unknown=why)
    return attrs.evolve(found, expected=score, folds=seen.folds)


def write_submission(project: Project, found: SubmissionCheck, path: Path) -> PastSubmission:
    """Write a submission and enter it in the project's history.

    Raises:
        BadInputError: if a check failed or there is no such folder; then nothing is written.
        ProjectError: if the file or the history cannot be written. The file is there in the latter case.
    """
    found.submission.write(path)
    entry = PastSubmission(
        number=0,
        file=str(path.absolute()),
        when=now(),
        run=found.run,
        rule=str(found.how["rule"]),
        fast=bool(found.how["fast"]),
        sha256=checksum(path),
        rows=len(found.submission.row_ids),
        clipped=found.submission.clipped,
        expected=None if found.expected is None else found.expected.rmse,
        interval=None if found.expected is None else found.expected.site,
    )
    try:
        return PastSubmissions(project.folder).add(entry, found.submission.locations)
    except ProjectError as error:
        raise ProjectError(
            "the submission was written, but not entered in the project's history",
            where=path,
            found=str(error),
        ) from error


def keep_expected(project: Project, found: SubmissionCheck) -> bool:
    """Note an expected score with submissions that were written before it was known; whether there are any.

    Raises:
        ProjectError: if the history is damaged or cannot be written.
    """
    past, score = PastSubmissions(project.folder), found.expected
    if score is None:
        return False
    waiting = [each for each in past.all() if each.run == found.run and each.expected is None]
    same = hashlib.sha256(found.submission.to_bytes()).hexdigest() if waiting else ""
    numbers = [each.number for each in waiting if each.sha256 == same]
    for number in numbers:
        past.describe(number, expected=(score.rmse, score.site))
    return bool(numbers)


def _before(project: Project, made: Submission, shown: int) -> Differences | None:
    past = PastSubmissions(project.folder)
    last = past.latest()
    locations = None if last is None else past.locations(last.number)
    if last is None or locations is None or project.lookup is None or len(locations) != len(project.lookup):
        return None
    return differences(
        project.lookup,
        locations,
        made.locations,
        project.faces["test"].ids,
        project.schema,
        number=last.number,
        run=last.run,
        count=shown,
    )
