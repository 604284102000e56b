"""Actions that train and predict."""

from __future__ import annotations

from fkd_gui.actions.action import Action, When


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
            "stop_training", "S&top training", menu, ("Ctrl+.",), When.TRAINING, lambda w: w.stop_training()
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
    )
