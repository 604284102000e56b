"""Which shared libraries Qt needs and Linux lacks, found without loading Qt."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_MISSING = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_BASE = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6")


def qt_folder() -> Path | None:
    """PySide6's folder; None where it is not installed."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def qt_files(folder: Path, plugins: Iterable[str]) -> list[Path]:
    """The binaries that a window loads: Qt's three libraries and the named platform plug-ins."""
    qt = folder / "Qt"
    paths = [qt / "lib" / name for name in _BASE]
    paths += [qt / "plugins" / "platforms" / f"libq{name}.so" for name in plugins]
    return [path for path in paths if path.exists()]


def missing_in(ldd_output: str) -> tuple[str, ...]:
    """The libraries that `ldd` could not find, each once, in its order."""
    return tuple(dict.fromkeys(_MISSING.findall(ldd_output)))


def missing_libraries(files: Iterable[Path]) -> tuple[str, ...]:
    """The shared libraries that the dynamic loader cannot find for these binaries.

    Without `ldd` (no Linux, or one without glibc's tools) nothing is known and nothing is reported:
    Qt's own message is then the first one to be seen.
    """
    paths = [str(path) for path in files]
    ldd = shutil.which("ldd")
    if ldd is None or not paths:
        return ()
    # ldd's status says only that some file is not dynamic; what counts is its list.
    done = subprocess.run([ldd, *paths], capture_output=True, text=True, errors="replace", check=False)
    return missing_in(done.stdout)
