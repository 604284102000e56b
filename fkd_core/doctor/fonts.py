"""Whether there is any font to draw text with."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = {".ttf", ".otf", ".ttc", ".otc", ".pfb", ".pcf", ".woff", ".woff2"}


def font_folders(home: Path) -> tuple[Path, ...]:
    """Where Linux keeps fonts, the usual places only."""
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )


def has_fonts(folders: Iterable[Path]) -> bool:
    """Whether one of the folders holds a font, or fontconfig knows of one elsewhere."""
    if any(path.suffix.lower() in SUFFIXES for folder in folders for path in folder.rglob("*")):
        return True
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    return bool(subprocess.run([fc_list], capture_output=True, check=False).stdout.strip())
