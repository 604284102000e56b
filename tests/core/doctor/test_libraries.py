"""Missing libraries are those that the dynamic loader itself cannot find."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fkd_core.doctor.libraries import missing_in, missing_libraries, qt_files, qt_folder

LDD = """\
/x/PySide6/Qt/lib/libQt6Gui.so.6:
\tlinux-vdso.so.1 (0x00007ffd8a3f2000)
\tlibEGL.so.1 => not found
\tlibxkbcommon.so.0 => not found
\tlibQt6Core.so.6 => /x/PySide6/Qt/lib/libQt6Core.so.6 (0x00007f2d0a000000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2d09c00000)
/x/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
"""


def test_each_missing_library_once_in_order() -> None:
    assert missing_in(LDD) == ("libEGL.so.1", "libxkbcommon.so.0", "libxcb-cursor.so.0")


def test_nothing_missing() -> None:
    assert missing_in("\tlibc.so.6 => /lib/libc.so.6 (0x00007f2d09c00000)\n") == ()


def test_qt_files_are_the_installed_ones() -> None:
    folder = qt_folder()
    assert folder is not None
    if sys.platform == "linux":
        names = [path.name for path in qt_files(folder, ["offscreen", "no-such-plugin"])]
        assert names == ["libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6", "libqoffscreen.so"]


@pytest.mark.skipif(
    sys.platform != "linux" or None in (shutil.which("ldd"), shutil.which("cc")),
    reason="needs ldd and a C compiler",
)
def test_a_library_that_is_taken_away_is_found_missing(tmp_path: Path) -> None:
    (tmp_path / "part.c").write_text("int part(void) { return 1; }\n", encoding="utf-8")
    (tmp_path / "whole.c").write_text(
        "int part(void);\nint whole(void) { return part(); }\n", encoding="utf-8"
    )
    for command in (
        ["cc", "-shared", "-fPIC", "-o", "libfkdpart.so.1", "-Wl,-soname,libfkdpart.so.1", "part.c"],
        ["cc", "-shared", "-fPIC", "-o", "whole.so", "whole.c", "libfkdpart.so.1", f"-Wl,-rpath,{tmp_path}"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    assert missing_libraries([tmp_path / "whole.so"]) == ()
    (tmp_path / "libfkdpart.so.1").unlink()
    assert missing_libraries([tmp_path / "whole.so"]) == ("libfkdpart.so.1",)


def test_no_files_miss_nothing() -> None:
    assert missing_libraries([]) == ()
