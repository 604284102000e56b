"""Cells by arithmetic."""

from __future__ import annotations

from fkd_gui.browser.layout import Layout

TEN = Layout(count=10, width=350, cell=(100, 80), margin=4)


def test_cells_stand_in_rows() -> None:
    assert (TEN.columns, TEN.rows, TEN.height) == (3, 4, 4 * 80 + 8)
    assert TEN.place(0) == (25, 4)
    assert TEN.place(4) == (125, 84)


def test_every_cell_is_found_at_its_place() -> None:
    for index in range(10):
        left, top = TEN.place(index)
        assert TEN.at(left, top) == index
        assert TEN.at(left + 99, top + 79) == index


def test_there_is_nothing_beside_the_cells() -> None:
    assert TEN.at(5, 10) is None
    assert TEN.at(330, 10) is None
    assert TEN.at(130, 3 * 80 + 10) is None
    assert TEN.at(30, 2) is None


def test_a_strip_shows_only_its_rows() -> None:
    assert TEN.between(0, 50) == range(3)
    assert TEN.between(84, 164) == range(3, 6)
    assert TEN.between(100, 170) == range(3, 9)
    assert TEN.between(244, 2000) == range(9, 10)
    assert TEN.between(5000, 6000) == range(10, 10)


def test_a_narrow_place_has_one_column() -> None:
    assert Layout(5, 20, (100, 80)).columns == 1
    assert Layout(0, 300, (100, 80)).rows == 0
