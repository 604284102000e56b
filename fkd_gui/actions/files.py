"""Actions on projects."""

from __future__ import annotations

from fkd_gui.actions.action import Action, When


def file_actions() -> tuple[Action, ...]:
    """Projects: open, import, demo, export, quit."""
    return (
        Action("open", "&Open project …", "&File", ("Ctrl+O",), When.ALWAYS, lambda w: w.doors.ask_open()),
        Action(
            "import",
            "&Import the competition’s download …",
            "&File",
            ("Ctrl+I",),
            When.ALWAYS,
            lambda w: w.doors.ask_import(),
            tip="Make a project from the zip, a folder or a CSV file",
        ),
        Action(
            "import_folder",
            "Import a &folder …",
            "&File",
            (),
            When.ALWAYS,
            lambda w: w.doors.ask_import_folder(),
            tip="Make a project from a folder with training.csv and test.csv",
        ),
        Action(
            "import_kaggle",
            "Download from &Kaggle and import …",
            "&File",
            (),
            When.ALWAYS,
            lambda w: w.kaggle.ask(),
            tip="Download the competition's data by your own kaggle program and make a project of it",
        ),
        Action("demo", "Open the &demo", "&File", (), When.ALWAYS, lambda w: w.open_demo()),
        Action(
            "export",
            "&Export labels …",
            "&File",
            ("Ctrl+E",),
            When.PROJECT,
            lambda w: w.ask_export(),
            tip="Write the labels as they stand now, with the origin of each, as a CSV file",
            group=1,
        ),
        Action(
            "close",
            "&Close project",
            "&File",
            ("Ctrl+W",),
            When.PROJECT,
            lambda w: w.leave_project(),
            group=1,
        ),
        Action("quit", "&Quit", "&File", ("Ctrl+Q",), When.ALWAYS, lambda w: w.quit(), group=2),
    )
