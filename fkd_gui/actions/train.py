"""Actions that train and predict."""

from __future__ import annotations

from collections.abc import Callable

from fkd_gui.actions.action import Action, When
from fkd_gui.actions.window import Window


def train_actions() -> tuple[Action, ...]:
    """Training and prediction."""
    menu = "&Train"
    return (
        Action(
            "start_training",
            "&Start training",
            menu,
            ("Ctrl+Return",),
            When.IDLE,
            lambda w: w.start_training(),
            tip="Train with the settings of the Train place",
        ),
        Action(
            "stop_training",
            "S&top training",
            menu,
            ("Ctrl+.",),
            When.TRAINING,
            lambda w: w.train_do("stop"),
            tip="Stop now; the run keeps what it has learnt",
        ),
        Action(
            "stop_after_epoch",
            "Stop a&fter this epoch",
            menu,
            ("Ctrl+Alt+.",),
            When.TRAINING,
            lambda w: w.train_do("stop_after_epoch"),
            tip="Finish the epoch under way, then stop",
        ),
        Action(
            "resume_training",
            "&Continue training",
            menu,
            ("Ctrl+Alt+Return",),
            When.GOES_ON,
            lambda w: w.train_do("resume"),
            tip="Train on from where the run that is shown was left",
        ),
        Action(
            "extend_training",
            "&Extend the run …",
            menu,
            ("Ctrl+Shift+E",),
            When.EXTENDS,
            lambda w: w.train_do("extend"),
            tip="Train the run that is shown for longer than it was to be",
        ),
        Action(
            "retrain",
            "&Retrain and compare",
            menu,
            ("Ctrl+Shift+Return",),
            When.IDLE,
            lambda w: w.retrain(),
            tip="Train as before on the labels as they are now, and see whether corrections helped",
        ),
        Action(
            "predict",
            "&Predict with the latest run",
            menu,
            ("Ctrl+P",),
            When.PROJECT,
            lambda w: w.predict_latest(),
            tip="Find the keypoints of all test and training faces",
            group=1,
        ),
        Action(
            "hide_predictions",
            "&Hide predictions",
            menu,
            ("Ctrl+Shift+P",),
            When.PREDICTIONS,
            lambda w: w.hide_predictions(),
            group=1,
        ),
        Action(
            "save_report",
            "Save rep&ort of the run …",
            menu,
            (),
            When.PROJECT,
            lambda w: w.save_report(),
            tip="Write all that is known of the chosen run as one page (HTML)",
            group=2,
        ),
        Action(
            "save_submission",
            "Save s&ubmission …",
            menu,
            (),
            When.PROJECT,
            lambda w: w.show_place("submit"),
            group=2,
        ),
        *(
            Action(
                f"on_closing_{choice}",
                text,
                menu,
                (),
                When.ALWAYS,
                lambda w, choice=choice: w.set_on_closing(choice),
                tip=tip,
                group=3,
                checked=_on_closing(choice),
            )
            for choice, text, tip in (
                ("ask", "&Ask when closing while it trains", "Ask what is to become of the training"),
                ("keep", "&Keep training when closing", "A training goes on when its window is closed"),
                (
                    "stop",
                    "Stop &when closing",
                    "A training stops when its window is closed; its weights are kept",
                ),
            )
        ),
    )


def _on_closing(choice: str) -> Callable[[Window], bool]:
    return lambda window: window.on_closing == choice
