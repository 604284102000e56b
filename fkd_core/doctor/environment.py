"""The folder `.venv` that FKD runs in: made, completed and recognised. Needs the standard library alone."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from fkd_core.doctor.pip import Progress, SetupError, normal, run_pip

VENV_BYTES = 2_900_000_000
DOWNLOAD_BYTES = 1_300_000_000
"""What `.venv` takes on Linux, and what pip's temporary folder holds while it installs."""


@dataclass(frozen=True)
class Environment:
    """The virtual environment of the project in `root`."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def lock(self) -> Path:
        """The list of every package in it, with versions and hashes."""
        return self.root / "resources" / "locks" / "requirements.txt"

    @property
    def stamp(self) -> Path:
        """Written last: the fingerprint of what was set up."""
        return self.folder / "fkd-ready"

    def fingerprint(self) -> str:
        """What a finished set-up depends on: lock, pyproject.toml, the Python under it and the place.

        Raises:
            OSError: if any of them is not there.
        """
        parts = (
            self.lock.read_bytes(),
            project_head((self.root / "pyproject.toml").read_text(encoding="utf-8")).encode(),
            (self.folder / "pyvenv.cfg").read_bytes(),
            str(self.python.resolve(strict=True)).encode(),
            str(self.root).encode(),
        )
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def ready(self) -> bool:
        """Whether it was set up to the end, for what lies here now."""
        try:
            return self.stamp.read_text(encoding="ascii") == self.fingerprint()
        except OSError:  # something is not there, which is the answer
            return False

    def mark_ready(self) -> None:
        """Write the stamp, whole or not at all."""
        unfinished = self.stamp.with_suffix(".new")
        unfinished.write_text(self.fingerprint(), encoding="ascii")
        unfinished.replace(self.stamp)

    def reusable(self, supported: Sequence[tuple[int, int]]) -> bool:
        """Whether it can be completed in place: not if it was moved, or its Python is gone or too old."""
        script = f"import pip, sys; sys.exit(sys.version_info[:2] not in {list(supported)})"
        try:
            if str(self.folder) not in (self.folder / "pyvenv.cfg").read_text(encoding="utf-8"):
                return False
            command = [str(self.python), "-I", "-c", script]
            return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
        except OSError:  # no environment, or one without an interpreter
            return False

    def packages(self) -> list[Path]:
        """The folders that describe the packages in it, whole or half installed."""
        places = ("lib/python*/site-packages", "Lib/site-packages")
        return sorted({info for place in places for info in self.folder.glob(f"{place}/*.dist-info")})

    def remove_half_installed(self) -> None:
        """Make pip install again what it was installing when someone stopped it."""
        for info in self.packages():
            if not is_whole(info):
                shutil.rmtree(info)

    def installed(self) -> list[str]:
        """The names of the folders that describe whole packages."""
        return [info.name for info in self.packages() if is_whole(info)]


def is_whole(info: Path) -> bool:
    """Whether a package is installed to its end, from the folder that describes it."""
    return (info / "INSTALLER").exists()  # pip writes it after the package's last file


def project_head(pyproject: str) -> str:
    """The part of a pyproject.toml that an environment depends on: all before the tools' settings."""
    return re.split(r"^\[tool\.", pyproject, maxsplit=1, flags=re.MULTILINE)[0]


def lock_names(lock: str) -> set[str]:
    """The packages in a lock file, each once however many systems it tells apart."""
    return {normal(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def complete(
    environment: Environment,
    supported: Sequence[tuple[int, int]],
    say: Callable[[str], None],
    stream: TextIO,
) -> None:
    """Make or complete the environment.

    Args:
        environment: which one.
        supported: the Python versions it may have.
        say: told each step in one line.
        stream: where the progress line goes.

    Raises:
        SetupError: if it cannot be done.
    """
    with only_one(environment.lock, say) as keep:
        if environment.ready():
            return
        names = lock_names(environment.lock.read_text(encoding="utf-8"))
        say(f"Setting up FKD in {environment.folder}: {len(names)} packages, once.")
        if not environment.reusable(supported):
            check_disk(environment.root)
            make(environment.folder, say)
        environment.stamp.unlink(missing_ok=True)
        environment.remove_half_installed()
        progress = Progress(stream, names, environment.installed)
        locked = ["--require-hashes", "--only-binary=:all:", "-r", str(environment.lock)]
        run_pip(environment.python, locked, progress, keep)
        own = ["--no-deps", "--no-build-isolation", "-e", str(environment.root)]
        run_pip(environment.python, own, progress, keep)
        environment.mark_ready()
        say("FKD is set up.")


def check_disk(root: Path, temporary: Path | None = None) -> None:
    """See whether a set-up fits.

    Raises:
        SetupError: if it does not.
    """
    temporary = Path(tempfile.gettempdir()) if temporary is None else temporary
    needs = {root: VENV_BYTES, temporary: DOWNLOAD_BYTES}
    if root.stat().st_dev == temporary.stat().st_dev:
        needs = {root: VENV_BYTES + DOWNLOAD_BYTES}
    for place, need in needs.items():
        free = shutil.disk_usage(place).free
        if free < need:
            raise SetupError(
                f"The set-up needs {need / 1e9:.1f} GB in {place}, {free / 1e9:.1f} GB are free. "
                "Free some space and start again."
            )


def make(folder: Path, say: Callable[[str], None]) -> None:
    """Make an empty virtual environment in place of whatever is there.

    Raises:
        SetupError: if this Python cannot make one.
    """
    if importlib.util.find_spec("ensurepip") is None:
        _install_venv_module(say)
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        say("The folder .venv is unfinished or from another place; making it anew.")
        shutil.rmtree(folder)
    # The interpreter under a virtual environment, not the environment: it may be the one just removed.
    python = getattr(sys, "_base_executable", sys.executable)
    _run([python, "-I", "-m", "venv", str(folder)], f"Delete the folder {folder} and start again.")


def _install_venv_module(say: Callable[[str], None]) -> None:
    # Debian and Ubuntu ship Python's own venv module as a package of its own.
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    command = ["apt-get", "install", "-y", package]
    text = " ".join(command)
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        raise SetupError(f"This Python lacks its venv module. On Debian or Ubuntu get it with: sudo {text}")
    say(f"This Python lacks its venv module; running: {text}")
    _run(["apt-get", "update"], f"Install {package} by hand and start again.")
    _run(command, f"Install {package} by hand and start again.")


def _run(command: list[str], todo: str) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        lines = done.stdout.decode(errors="replace").splitlines()[-8:]
        raise SetupError(
            "\n".join([*(f"  {line}" for line in lines), f"`{' '.join(command)}` failed. {todo}"])
        )


@contextlib.contextmanager
def only_one(path: Path, say: Callable[[str], None]) -> Iterator[IO[bytes]]:
    """Wait while another process sets up the same folder; the lock is on `path`, which is not changed."""
    with path.open("rb") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # Windows' locks keep others from reading, so lock where nothing is
            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds, we do not
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another start is setting FKD up; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield file
