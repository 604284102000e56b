"""What the command palette offers: actions that can be used now, rows, runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fkd_gui.command_palette import Entry
from fkd_gui.enabling import allowed

if TYPE_CHECKING:
    from fkd_gui.main_window import MainWindow


def entries(window: MainWindow, query: str) -> list[Entry]:
    """Actions, and where a number was typed the rows that it may mean; where a word was, runs."""
    can = allowed(window.view)
    found = [
        Entry(action.plain, action.shown_keys, lambda action=action: action.run(window))
        for action in window.declared
        if can[action.when] and action.id != "search"
    ]
    view = window.view
    if view is None:
        return found
    number = query.strip()
    if number.isdecimal():
        for split, count in view.project.manifest.splits.items():
            if int(number) < count:
                face = view.project.span(split).start + int(number)
                found.append(
                    Entry(f"{number} · {split} row", "go to", lambda face=face: window.go_to_face(face))
                )
    for run in view.run_names:
        found.append(Entry(f"Show run {run}", "run", lambda run=run: view.show_run(run)))
    return found
