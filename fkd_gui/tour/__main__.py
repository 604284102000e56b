"""`python -m fkd_gui.tour FOLDER`, also `fkd tour FOLDER`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from fkd_core.errors import BadInputError, FkdError, ProjectError
from fkd_core.files import writing


def main(argv: Sequence[str] | None = None) -> int:
    """Walk through the windows without a display; pictures and the submission land in a folder."""
    parser = argparse.ArgumentParser(prog="fkd tour", description="Walk through the windows offscreen.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("tour"), metavar="FOLDER")
    parser.add_argument("--epochs", type=int, default=6, metavar="N", help="of the training (6)")
    parser.add_argument("--faces", type=int, default=600, metavar="N", help="drawn faces (600)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    chosen = parser.parse_args(sys.argv[1:] if argv is None else list(argv))
    # Set before Qt is imported: the tour never needs a display.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        folder = _fresh(chosen.folder)
        return _play(folder, chosen)
    except FkdError as error:
        print(f"fkd tour: {error}", file=sys.stderr)
        return 1


def _play(folder: Path, chosen: argparse.Namespace) -> int:
    from fkd_gui.app import make_application
    from fkd_gui.main_window import MainWindow
    from fkd_gui.settings import THEME, Settings
    from fkd_gui.theme import apply_theme, theme_for
    from fkd_gui.tour.play import play
    from fkd_gui.tour.walk import Tour

    app = make_application(sys.argv[:1])
    settings = Settings(folder / "window.ini")
    settings.set(THEME, chosen.theme)
    apply_theme(app, theme_for(chosen.theme))
    window = MainWindow(settings, demo=folder / "demo.fkd")
    window.resize(1440, 900)
    window.show()
    tour = Tour(window, folder, epochs=chosen.epochs, faces=chosen.faces, test=chosen.faces // 4)
    try:
        play(app, window, tour.walk())
    except Exception as error:
        raise ProjectError("the tour stopped", found=error, where=folder) from error
    print(f"{len(tour.pictures)} pictures and submission.csv are in {folder.resolve()}")
    return 0


def _fresh(folder: Path) -> Path:
    """The folder, made where it is missing; what an earlier tour left in it is removed."""
    if folder.exists() and not folder.is_dir():
        raise BadInputError("this is no folder", where=folder, todo="Name another place for the pictures")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in [
            *folder.glob("[0-9][0-9]-*.png"),
            *folder.glob("submission.csv"),
            *folder.glob("window.ini"),
        ]:
            path.unlink()
        shutil.rmtree(folder / "tour.fkd", ignore_errors=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
