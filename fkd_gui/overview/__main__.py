"""`python -m fkd_gui.overview PROJECT FOLDER`: the pictures of `fkd overview --pictures`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from fkd_core.errors import FkdError


def main(argv: Sequence[str] | None = None) -> int:
    """Draw every chart of a project as PNG and SVG."""
    parser = argparse.ArgumentParser(prog="fkd overview", description="Draw the overview of a project.")
    parser.add_argument("project", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    chosen = parser.parse_args(sys.argv[1:] if argv is None else list(argv))
    # Set before Qt is imported: this never needs a display.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        count = _draw(chosen.project, chosen.folder, chosen.theme)
    except FkdError as error:
        print(f"fkd overview: {error}", file=sys.stderr)
        return 1
    print(f"{count} pictures are in {chosen.folder.resolve()}", file=sys.stderr)
    return 0


def _draw(folder: Path, pictures: Path, look: str) -> int:
    from fkd_core.overview import overview_of
    from fkd_core.project import Project
    from fkd_gui.app import make_application
    from fkd_gui.overview.export import save_chart
    from fkd_gui.theme import apply_theme, theme_for

    app = make_application(sys.argv[:1])
    theme = theme_for(look)
    apply_theme(app, theme)
    with Project(folder) as project:
        overview = overview_of(project)
    charts = [chart for chart in overview.charts if not chart.missing]
    for chart in charts:
        for ending in ("png", "svg"):
            save_chart(chart, pictures / f"{chart.key}.{ending}", theme, app.font())
    return 2 * len(charts)


if __name__ == "__main__":
    sys.exit(main())
