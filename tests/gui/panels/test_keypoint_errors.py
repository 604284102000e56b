from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fkd_gui.panels.keypoint_errors import KeypointErrorList, describe
from fkd_gui.panels.keypoint_values import errors_of

RECORDS = [
    {"epoch": 1, "val_keypoints": [3.0, 1.0, None]},
    {"epoch": 2, "val_keypoints": None},
    {"epoch": 3, "val_keypoints": [2.0, 4.0, None]},
    {"epoch": 4},
]


@pytest.fixture
def errors(qtbot: QtBot) -> KeypointErrorList:
    made = KeypointErrorList()
    qtbot.addWidget(made)
    made.set_names(["Left eye", "Nose tip", "Chin"])
    made.resize(300, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def listed(errors: KeypointErrorList) -> list[str]:
    return [errors.model.index(i).data() for i in range(errors.model.rowCount())]


def test_the_latest_validation_is_told_beside_the_one_before() -> None:
    found = errors_of(RECORDS)
    assert found is not None
    assert (found.epoch, found.values) == (3, (2.0, 4.0, None))
    assert (found.epoch_before, found.before) == (1, (3.0, 1.0, None))
    assert found.worst == 1
    assert errors_of([{"epoch": 1}]) is None


def test_epochs_that_come_one_by_one_tell_the_same_as_the_history() -> None:
    found = errors_of(RECORDS[:1])
    assert found is not None
    for record in RECORDS[1:]:
        found = found.then(record)
    assert found == errors_of(RECORDS)


def test_a_run_that_goes_on_from_an_earlier_epoch_compares_with_nothing() -> None:
    found = errors_of(RECORDS)
    assert found is not None
    assert found.then({"epoch": 2, "val_keypoints": [1.0, 1.0, 1.0]}).before == ()


def test_keypoints_are_told_in_words() -> None:
    found = errors_of(RECORDS)
    assert found is not None
    assert describe("Left eye", found, 0) == (
        "Left eye: 2.00 px in epoch 3, 3.00 px in epoch 1 (\N{MINUS SIGN}1.00)"
    )
    assert describe("Nose tip", found, 1).endswith("(+3.00); the largest of all")
    assert describe("Chin", found, 2) == "Chin: no validation face has this keypoint"


def test_the_list_is_in_the_order_of_the_schema_or_largest_first(
    errors: KeypointErrorList, qtbot: QtBot
) -> None:
    errors.show_errors(errors_of(RECORDS))
    assert errors.head.whole == "Error, px · epoch 3"
    assert listed(errors) == ["Left eye", "Nose tip", "Chin"]
    qtbot.mouseClick(errors.by_size, Qt.MouseButton.LeftButton)
    assert listed(errors) == ["Nose tip", "Left eye", "Chin"]
    with qtbot.waitSignal(errors.keypoint_chosen) as chosen:
        place = errors.view.visualRect(errors.model.index(0)).center()
        qtbot.mouseClick(errors.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [1]


def test_bars_are_as_long_as_errors_are_large_and_the_worst_looks_different(
    errors: KeypointErrorList,
) -> None:
    errors.show_errors(errors_of(RECORDS[:1]))
    shot = errors.view.viewport().grab().toImage()

    def bar(place: int) -> tuple[int, str]:
        box = errors.view.visualRect(errors.model.index(place))
        y = box.center().y()
        colours = [shot.pixelColor(x, y).name() for x in range(80, box.right() - 54)]
        paper = shot.pixelColor(2, box.top() + 1).name()
        drawn = [colour for colour in colours if colour != paper]
        return len(drawn), max(drawn, key=drawn.count, default="")

    worst, other, unknown = bar(0), bar(1), bar(2)
    assert worst[0] > 2 * other[0] > 0
    assert worst[1] != other[1]
    assert unknown[0] == 0
