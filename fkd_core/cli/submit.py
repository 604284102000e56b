"""`fkd submit PROJECT --run RUN -o submission.csv`: checked, written, kept in mind, handed in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table

if TYPE_CHECKING:
    from fkd_core.jobs import Job
    from fkd_core.project import Project
    from fkd_core.submitting.check import SubmissionCheck
    from fkd_core.submitting.past import PastSubmission

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--run", metavar="RUN", help="name of the run")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the submission, RowId,Location")
    parser.add_argument(
        "--rule", metavar="NAME", help="marking rule to follow; predicts the test faces anew (auto)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="tell what would be written: checks, expected score, differences from the last one",
    )
    parser.add_argument(
        "--history", action="store_true", help="the submissions that were written, with notes and scores"
    )
    parser.add_argument("--note", metavar="TEXT", help="a note on the submission")
    parser.add_argument("--score", type=float, metavar="PX", help="the score that the site gave it")
    parser.add_argument(
        "--number",
        type=arguments.positive,
        metavar="N",
        help="which submission of the history --note, --score and --upload mean (the last)",
    )
    parser.add_argument("--upload", action="store_true", help="hand it in by the user's own kaggle program")
    arguments.json_output(parser)
    parser.set_defaults(refuse=parser.error)


def run(chosen: argparse.Namespace) -> None:
    """Check, write, upload or describe a submission."""
    from fkd_core.project import Project

    writes = chosen.output is not None
    if (writes or chosen.check) != (chosen.run is not None):
        chosen.refuse("--run RUN goes with -o FILE or with --check")
    if not (writes or chosen.check or _describes(chosen) or chosen.history):
        chosen.refuse("one of -o FILE, --check, --history, --note, --score, --upload is needed")
    if writes:
        arguments.check_output(chosen.output)
    value: dict[str, Any] = {}
    with Project(chosen.project) as project:
        if chosen.run is not None:
            value |= _check_and_write(project, chosen)
        elif _describes(chosen):
            value |= {"submission": _describe(project, chosen, chosen.number).to_dict()}
        if chosen.history:
            value |= _history(project, quiet=chosen.json)
    if chosen.json:
        print_json(value)


def _describes(chosen: argparse.Namespace) -> bool:
    return chosen.note is not None or chosen.score is not None or chosen.upload


def _check_and_write(project: Project, chosen: argparse.Namespace) -> dict[str, Any]:
    from fkd_core.engine.client import Engine
    from fkd_core.pipeline import predict_split
    from fkd_core.runs import Run
    from fkd_core.submitting.check import check_submission, with_expected, write_submission

    run = Run.find(project.runs_folder, chosen.run)
    with Engine() as engine, job_for("predicting") as job:
        there = "test" in run.predicted_splits()
        other = chosen.rule is not None and there and run.how_predicted("test")["rule"] != chosen.rule
        if project.lookup is not None and (not there or other):
            predict_split(engine, project, chosen.run, "test", job, rule=chosen.rule)
        found = with_expected(check_submission(project, chosen.run), engine, project, job)
    value = found.to_dict()
    if chosen.check and not chosen.json:
        _print_check(found)
    if chosen.output is not None:
        entry = write_submission(project, found, chosen.output)
        if not chosen.json:
            print(f"wrote {entry.rows:,} rows to {chosen.output}; {entry.clipped} clipped to the frame")
        if _describes(chosen):
            entry = _describe(project, chosen, entry.number)
        value["submission"] = entry.to_dict()
    return value


def _describe(project: Project, chosen: argparse.Namespace, number: int | None) -> PastSubmission:
    from fkd_core.errors import BadInputError
    from fkd_core.submitting.past import PastSubmissions

    past = PastSubmissions(project.folder)
    last = past.latest()
    if number is None and last is None:
        raise BadInputError(
            "no submission was written from this project yet",
            where=project.folder,
            todo="Write one: fkd submit PROJECT --run RUN -o submission.csv",
        )
    wanted = number if number is not None else last.number if last is not None else 0
    entry = past.describe(wanted, note=chosen.note, score=chosen.score)
    if chosen.upload:
        with job_for("handing in") as job:
            entry = _upload(past, entry, job, quiet=chosen.json)
    if not chosen.json:
        score = "" if entry.score is None else f", score {entry.score:g}"
        print(f"submission {entry.number} of {entry.run}{score}{f': {entry.note}' if entry.note else ''}")
    return entry


def _upload(past: Any, entry: PastSubmission, job: Job, *, quiet: bool) -> PastSubmission:
    from fkd_core.submitting.hand_in import hand_in

    said, entry = hand_in(past, entry, job)
    if not quiet:
        print(said)
    return entry


def _history(project: Project, *, quiet: bool) -> dict[str, Any]:
    from fkd_core.submitting.past import PastSubmissions

    entries = PastSubmissions(project.folder).all()
    if not quiet and not entries:
        print("no submission was written from this project yet")
    elif not quiet:
        rows = [
            [str(e.number), e.when[:16].replace("T", " "), e.run, e.rule, _px(e.expected, e.interval),
             "" if e.score is None else f"{e.score:.4f}", e.note, e.sha256[:12], e.file]
            for e in entries
        ]  # fmt: skip
        header = ["no", "when (UTC)", "run", "rule", "expected px", "score", "note", "sha256", "file"]
        print_table("Submissions", header, rows, right=("no", "score"))
    return {"history": [entry.to_dict() for entry in entries]}


def _px(value: float | None, ends: tuple[float, float] | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:.3f}" + ("" if ends is None else f" ({ends[0]:.2f} to {ends[1]:.2f})")


def _print_check(found: SubmissionCheck) -> None:
    rows = [["ok" if check.ok else "WRONG", check.text, check.detail] for check in found.checks]
    print_table(f"Submission of {found.run}, rule {found.how['rule']}", ["", "what", "found"], rows)
    print()
    score = found.expected
    if score is None:
        print(f"expected score: unknown. {found.why_unknown}")
    else:
        print(f"expected score: {_px(score.rmse, score.site)} px, from {score.faces:,} faces never seen")
        parts = [
            [len(p.keypoints), p.asked_faces, p.coordinates, p.faces, _px(p.rmse, p.interval),
             f"{p.stand_in:.0%}"]
            for p in score.patterns
        ]  # fmt: skip
        header = ["keypoints asked", "test faces", "rows", "held-out faces", "RMSE px (95 %)", "stand-in"]
        print_table("By what is asked of a face", header, parts, right=("RMSE px (95 %)", "stand-in"))
        for line in found.caveats:
            print(line)
    print()
    before = found.before
    if before is None:
        print("there is no earlier submission to compare with")
        return
    title = (
        f"Furthest from submission {before.number} ({before.run}): {before.changed:,} rows differ,"
        f" {before.rms:.3f} px root mean square"
    )
    moved = [
        [str(c.image_id), f"{c.keypoint}_{c.axis}", f"{c.before:.2f}", f"{c.now:.2f}", f"{c.by:+.2f}"]
        for c in before.largest[:_SHOWN]
    ]
    print_table(title, ["face", "coordinate", "before", "now", "px"], moved, right=("before", "now", "px"))
