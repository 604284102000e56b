"""A window that closes while a thread still imports what its curves need ends quietly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, threading
from importlib.abc import MetaPathFinder
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from fkd_gui.main_window import MainWindow
from fkd_gui.settings import Settings

asked = threading.Event()

class Slow(MetaPathFinder):
    "Imports the curves only after the window is gone."
    def find_spec(self, name, path, target=None):
        if name == "pyqtgraph":
            asked.set()
            gone.wait(20)

gone = threading.Event()
sys.meta_path.insert(0, Slow())
app = QApplication([])
window = MainWindow(Settings(Path(sys.argv[2])))
window.show()

def close():
    if asked.is_set():
        look.stop()
        window.close()

look = QTimer(interval=20)
look.timeout.connect(close)
look.start()
window.open_path(Path(sys.argv[1]))
status = app.exec()
del window, app
gone.set()
print("ended", status)
"""


def test_a_window_may_close_at_once(project_folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project_folder), str(tmp_path / "window.ini")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "ended 0\n"
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "deleted" not in done.stderr
