"""The report as one file that needs nothing else: no network, no other files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from fkd_core import __version__
from fkd_core.engine.client import Engine
from fkd_core.errors import BadInputError
from fkd_core.files import plain, write_atomic
from fkd_core.inference.onnx_model import Networks
from fkd_core.jobs import Job
from fkd_core.project import Project
from fkd_core.reporting.gather import ReportData, gather
from fkd_core.reporting.markup import Markup, element, joined, text
from fkd_core.reporting.sections import SECTIONS


def write_report(
    engine: Engine, project: Project, run: str, path: Path, job: Job, *, networks: Networks | None = None
) -> dict[str, Any]:
    """Measure a run and write its report.

    Args:
        engine: predicts where the run was not exported, and lists layers.
        run: its name.
        path: the file to write; what is there is replaced once the new one is whole.
        job: is told how far the work is and may stop it.

    Returns:
        What the report says as plain values; see `ReportData.to_dict`.

    Raises:
        RunError: if there is no such run, or it is damaged.
        BadInputError: if there is no such folder.
        ProjectError: if the file cannot be written.
        Cancelled: if the job was stopped; nothing is written then.
    """
    if not path.absolute().parent.is_dir():
        raise BadInputError("there is no such folder", where=path.absolute().parent, todo="Make it first")
    data = gather(engine, project, run, job, networks=networks)
    job.progress(0, text="Writing the report")
    value = data.to_dict()
    write_atomic(path, report_page(data, value).encode("utf-8", errors="replace"))
    return value


def report_page(data: ReportData, value: dict[str, Any]) -> str:
    """The page.

    Args:
        data: what it says.
        value: the same as plain values, which the page carries for programs.
    """
    here = resources.files(__package__)
    sections = joined(
        (element("section", element("h2", part.title), part.make(data), id=part.id) for part in SECTIONS),
        "\n",
    )
    contents = joined((element("a", part.title, href=f"#{part.id}") for part in SECTIONS), "\n")
    # In a script element only `<` could end it or begin a comment.
    carried = json.dumps(plain(value), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return Template((here / "page.html").read_text("utf-8")).substitute(
        title=text(f"{data.run.name} · {data.project.name}"),
        version=text(__version__),
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        style=Markup((here / "style.css").read_text("utf-8").strip()),
        contents=contents,
        sections=sections,
        data=carried,
    )
