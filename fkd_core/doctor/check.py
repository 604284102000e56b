"""The check before a window is opened: what is missing, and how to get it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from fkd_core.doctor.fonts import font_folders, has_fonts
from fkd_core.doctor.libraries import missing_libraries, qt_files, qt_folder
from fkd_core.doctor.packages import FONTS, Remedy, can_install, install, package_manager, remedy
from fkd_core.errors import FkdError

OFFSCREEN = "offscreen"


def missing(plugins: Iterable[str]) -> tuple[str, ...]:
    """Libraries that Qt lacks, `FONTS` among them; nothing on macOS and Windows, where Qt brings all.

    Args:
        plugins: Qt's platform plug-ins, the best first; one that has all it needs is enough.

    Raises:
        FkdError: if PySide6 is not installed.
    """
    folder = qt_folder()
    if folder is None:
        raise FkdError("PySide6 is not installed", todo="Start with `python run.py`, which installs it")
    if not sys.platform.startswith("linux"):
        return ()
    lacking = [missing_libraries(qt_files(folder, [name])) for name in plugins]
    fewest = min(lacking, key=len, default=())
    return fewest if has_fonts(font_folders(Path.home())) else (*fewest, FONTS)


def ensure(plugins: Iterable[str], say: Callable[[str], None]) -> Remedy | None:
    """Make sure that Qt finds its libraries; as root on Debian or Ubuntu install what is missing.

    Returns what the user has to install, None where nothing is missing any more.

    Args:
        plugins: as for `missing`.
        say: told in one line what is being installed.

    Raises:
        FkdError: if PySide6 is not installed, or if apt-get fails.
    """
    plugins = tuple(plugins)
    plan = _plan(missing(plugins))
    if plan is not None and can_install(plan):
        say(f"{plan.sentence(root=True)} (running it now)")
        install(plan)
        plan = _plan(missing(plugins))
    return plan


def _plan(lacking: tuple[str, ...]) -> Remedy | None:
    if not lacking:
        return None
    os_release = Path("/etc/os-release")
    text = os_release.read_text(encoding="utf-8") if os_release.exists() else ""
    return remedy(lacking, package_manager(text))
