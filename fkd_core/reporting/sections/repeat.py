"""What is needed to make the run again."""

from __future__ import annotations

from typing import Any

from fkd_core.errors import FkdError
from fkd_core.reporting.gather import ReportData
from fkd_core.reporting.markup import Markup, element, facts, joined, paragraph

id, title = "repeat", "Replication"

_GIB = 2**30


def make(data: ReportData) -> Markup:
    """Machine, versions, seeds, fingerprints and commands."""
    run = data.run
    try:
        machine = run.environment
    except FkdError as error:
        machine = {}
        lost = paragraph(str(error), muted=True)
    else:
        lost = Markup("")
    now = data.project.label_fingerprint()
    then = str(run.data.get("labels", "unknown"))
    labels = then if then == now else f"{then} (the labels have changed since: {now})"
    data_now = data.project.manifest.fingerprint
    same = run.data.get("fingerprint") == data_now
    facts_of_data = [
        ("Seed", run.seed),
        ("Data fingerprint", str(run.data.get("fingerprint")) + ("" if same else " (not this project’s)")),
        ("Labels fingerprint", labels),
        ("Source", data.project.manifest.source),
    ]
    parts = [
        element("h3", "Where it was trained"),
        lost,
        facts(_machine(machine)),
        element("h3", "Seeds and data"),
        facts(facts_of_data),
        element("h3", "Commands"),
        element("pre", element("code", "\n".join(data.commands)), tabindex="0"),
    ]
    if data.unsaid:
        parts.append(paragraph("Besides, to be written to a file or set in Python:", muted=True))
        parts += [element("pre", element("code", line), tabindex="0") for line in data.unsaid]
    validation = run.split["validation"]
    if validation:
        rows = ", ".join(map(str, validation))
        parts.append(
            element(
                "details",
                element("summary", f"The {len(validation):,} validation rows"),
                element("p", rows, class_="rows"),
            )
        )
    parts += [element("h3", "Where this report was made"), facts(_machine(data.here))]
    return joined(parts)


def _machine(machine: dict[str, Any]) -> list[tuple[str, object]]:
    memory = machine.get("memory")
    versions = machine.get("versions") or {}
    return [
        ("Platform", machine.get("platform") or "unknown"),
        ("Processor", f"{machine.get('processor') or 'unknown'}, {machine.get('cpu_count') or '?'} cores"),
        ("Memory", f"{memory / _GIB:.1f} GiB" if memory else "unknown"),
        ("Python", machine.get("python") or "unknown"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items() if version)),
        ("Devices", ", ".join(machine.get("devices") or []) or "not asked"),
    ]
