"""Sets FKD up in `.venv` beside this file and starts it; needs Python alone.

    python run.py              open the app on the demo project
    python run.py ARGS...      `fkd ARGS...` in that environment
    python run.py test ARGS... the whole test suite; ARGS go to pytest

Pythons that are too old parse this file too, so that they can say so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SUPPORTED = ((3, 11), (3, 12), (3, 13))
NO_DISPLAY = 3
INTERRUPTED = 130
CONTROL_C_EXIT = 0xC000013A
"""Windows' status of a process that Ctrl-C ended."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def version_problem(version: tuple[int, int, int]) -> str | None:
    """What is wrong with this Python, None if nothing is."""
    if version[:2] in SUPPORTED:
        return None
    return f"FKD needs Python 3.11, 3.12 or 3.13, this is {'.'.join(map(str, version))}"


def other_python() -> str | None:
    """A suitable Python elsewhere on this computer; each is tried, because a name alone promises nothing."""
    commands = []
    for major, minor in reversed(SUPPORTED):
        commands += [[f"python{major}.{minor}"], ["py", f"-{major}.{minor}"]]
    commands.append([str(PYTHON)])
    script = f"import sys; print(sys.executable); sys.exit(sys.version_info[:2] not in {SUPPORTED})"
    for command in commands:
        if shutil.which(command[0]) is not None:
            done = subprocess.run([*command, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if done.returncode == 0:
                return done.stdout.decode(errors="replace").strip()
    return None


def set_up() -> bool:
    """Make `.venv` or complete it; whether that went well."""
    sys.path.insert(0, str(ROOT))
    # Imported here because only the Pythons that FKD supports need to understand these files.
    from fkd_core.doctor.environment import Environment, complete
    from fkd_core.doctor.pip import SetupError

    place = Environment(ROOT)
    if place.ready():
        return True
    try:
        complete(place, SUPPORTED, say, sys.stderr)
    except SetupError as error:
        say(str(error))
        return False
    return True


def wait_for(command: list[str], cwd: Path | None = None) -> int:
    """Run a command to its end; Ctrl-C reaches it too and is its to handle."""
    process = subprocess.Popen(command, cwd=cwd)
    interrupted = False
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            continue
        return INTERRUPTED if interrupted or status in (CONTROL_C_EXIT, -signal.SIGINT) else status


def become(command: list[str]) -> int:
    """Put the command in this process's place; where that cannot be done, run it and return its status."""
    if os.name != "nt":
        os.execv(command[0], command)
    return wait_for(command)


def fkd(*arguments: str) -> list[str]:
    # -P: a file in the folder that the user happens to be in must not hide a module.
    return [str(PYTHON), "-P", "-m", "fkd_core.cli.main", *arguments]


def doctor(*arguments: str) -> int:
    """Check libraries, fonts and display: 0, NO_DISPLAY, or what else the check ended with."""
    return wait_for([str(PYTHON), "-P", "-m", "fkd_core.doctor", *arguments])


def checked(arguments: list[str]) -> int:
    """Check what a command that draws needs; 0 for any other command."""
    if arguments[0] == "tour":
        return doctor("--offscreen")
    if arguments[0] != "gui":
        return 0
    status = doctor()
    if status == NO_DISPLAY:
        # Whoever sets the variable wants a window that nobody sees.
        return 0 if os.environ.get("QT_QPA_PLATFORM") else 1
    return status


def first_look() -> int:
    """Open the app on the demo project, or run the tour where there is no display."""
    tour = "tour" if Path.cwd() == ROOT else str(ROOT / "tour")
    status = doctor()
    if status == NO_DISPLAY:
        say("Running the tour instead: the same windows, drawn into pictures.")
        return become(fkd("tour", tour))
    return status or become(fkd("gui", "--demo"))


def suite(arguments: list[str]) -> int:
    """Run every check, then the tests, whose summary is the last line; not 0 if any of them failed."""
    status = doctor("--offscreen")
    if status:
        return status
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    python = str(PYTHON)
    checks = {
        "lint-imports": [str(PYTHON.with_name("lint-imports")), "--no-logo"],
        "mypy": [python, "-m", "mypy"],
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format --check": [python, "-m", "ruff", "format", "--check", "."],
    }
    failed = []
    for name, command in checks.items():
        print(f"\n> {name}", flush=True)
        status = wait_for(command, ROOT)
        if status == INTERRUPTED:
            return status
        if status:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}. Now the tests:" if failed else "\n> pytest", flush=True)
    status = wait_for([python, "-m", "pytest", *arguments], ROOT)
    return status or (1 if failed else 0)


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for and return its exit status."""
    problem = version_problem(sys.version_info[:3])
    if problem:
        python = other_python()
        if python is None:
            say(f"{problem} ({sys.executable}). Install one of them and start again with it.")
            return 1
        say(f"{problem}; going on with {python}.")
        return become([python, str(Path(__file__).resolve()), *arguments])
    try:
        if not set_up():
            return 1
        if arguments[:1] == ["test"]:
            return suite(arguments[1:])
        if not arguments:
            return first_look()
        return checked(arguments) or become(fkd(*arguments))
    except KeyboardInterrupt:
        say("\nStopped. Start again to go on from here.")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
