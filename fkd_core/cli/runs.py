"""`fkd runs PROJECT`: the table of runs, and keeping them in order."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

from fkd_core.cli import arguments
from fkd_core.cli.output import job_for, print_json, print_table

_MEGA = 1e6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's words."""
    arguments.project(parser)
    parser.add_argument("--run", metavar="RUN", help="the one that is meant; without it, all are listed")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--rename", metavar="NAME", help="give it another name")
    what.add_argument("--note", metavar="TEXT", help="say something of it; an empty text takes it away")
    what.add_argument("--tags", metavar="A,B", help="tags in place of those it has; an empty text for none")
    what.add_argument("--pin", action="store_true", help="list it before the others")
    what.add_argument("--unpin", action="store_true", help="list it where it belongs by its age")
    what.add_argument("--delete", action="store_true", help="take it away; with --yes for good")
    what.add_argument("--undelete", action="store_true", help="bring back the last of that name")
    what.add_argument("--pack", type=Path, metavar="FILE.zip", help="write it into a ZIP file")
    parser.add_argument("--yes", action="store_true", help="with --delete: for good, at once")
    arguments.json_output(parser)


def run(chosen: argparse.Namespace) -> None:
    """List runs, or do something to one."""
    from fkd_core.errors import BadInputError
    from fkd_core.project import Project
    from fkd_core.runs.listing import table_of_runs

    verbs = ("rename", "note", "tags", "pack")
    wished = any(getattr(chosen, verb) is not None for verb in verbs) or any(
        (chosen.pin, chosen.unpin, chosen.delete, chosen.undelete)
    )
    if wished and chosen.run is None:
        raise BadInputError("no run is named", todo="Name one: --run RUN")
    with Project(chosen.project) as project:
        if wished:
            said = _change(project.runs_folder, chosen)
            print_json(said) if chosen.json else print(said["done"])
            return
        folder = project.runs_folder
        lines = table_of_runs(folder, project.manifest.fingerprint)
    if chosen.run is not None:
        lines = [line for line in lines if line["name"] == chosen.run]
        if not lines:
            raise BadInputError("there is no such run", where=chosen.project, found=chosen.run)
        lines = [line | _more(folder / line["name"], line["status"]) for line in lines]
    if chosen.json:
        print_json({"runs": lines})
        return
    if not lines:
        print("no runs yet; train one: fkd train PROJECT")
        return
    for line in lines:
        for advice in line.get("advice", ()):
            print(advice["text"])
    figures = ("RMSE", "95 %", "on faces", "epochs or trees", "time", "MB")
    header = ("run", "model", "status", *figures, "faces", "tags", "note")
    print_table("runs, pinned ones first", header, [_cells(line) for line in lines], right=figures)


def _more(folder: Path, status: str) -> dict[str, Any]:
    """What is said of one run alone: what its curves tell, and the process that trains it."""
    import attrs

    from fkd_core.errors import RunError
    from fkd_core.runs.advice import advise
    from fkd_core.runs.live import live
    from fkd_core.runs.run import Run

    history: list[dict[str, Any]] = []
    # What is damaged the table says.
    with contextlib.suppress(RunError):
        history = Run.open(folder).metrics
    process = live(folder) if status == "running" else None
    return {
        "advice": [attrs.asdict(advice) for advice in advise(history)],
        "process": None if process is None else attrs.asdict(process),
    }


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    rmse, seconds = line["val_rmse"], line["seconds"]
    return (
        ("* " if line["pinned"] else "") + line["name"],
        line["model"] + (f", {line['folds']} folds" if line["folds"] else ""),
        line["status"],
        "" if rmse is None else f"{rmse:.3f}",
        "" if line["interval"] is None else "{:.2f} to {:.2f}".format(*line["interval"]),
        "" if line["val_faces"] is None else f"{line['val_faces']:,}",
        f"{line['epochs']:,}",
        "" if seconds is None else f"{seconds / 60:.1f} min",
        f"{line['size'] / _MEGA:.1f}",
        "these" if line["same_faces"] else "others",
        ", ".join(line["tags"]),
        line["note"].splitlines()[0] if line["note"] else "",
    )


def _change(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    import attrs

    from fkd_core.errors import BadInputError
    from fkd_core.runs import Run, manage
    from fkd_core.runs.remarks import read_remarks, save_remarks

    if chosen.undelete:
        away = manage.last_put_away(folder, chosen.run)
        if away is None:
            raise BadInputError("no run of this name was taken away", where=folder, found=chosen.run)
        return {"run": manage.put_back(away).name, "done": f"{chosen.run} is back"}
    meant = Run.find(folder, chosen.run)
    if chosen.rename is not None:
        made = manage.rename(meant, chosen.rename)
        return {"run": made.name, "done": f"{meant.name} is called {made.name} now"}
    if chosen.delete:
        away = manage.put_away(meant)
        if chosen.yes:
            manage.discard(away)
            return {"run": meant.name, "done": f"{meant.name} is deleted"}
        back = f"fkd runs PROJECT --run {meant.name} --undelete"
        return {"run": meant.name, "done": f"{meant.name} is taken away; it comes back with: {back}"}
    if chosen.pack is not None:
        with job_for("packing") as job:
            count = manage.pack(meant, chosen.pack, job)
        return {"run": meant.name, "files": count, "done": f"{count:,} files written to {chosen.pack}"}
    said = read_remarks(meant.folder)
    if chosen.note is not None:
        said = attrs.evolve(said, note=chosen.note)
    elif chosen.tags is not None:
        said = attrs.evolve(said, tags=tuple(tag for tag in chosen.tags.split(",") if tag.strip()))
    else:
        said = attrs.evolve(said, pinned=chosen.pin)
    save_remarks(meant.folder, said)
    return {"run": meant.name, "done": f"{meant.name} is noted"} | attrs.asdict(said)
