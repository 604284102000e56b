"""Pixels of the cells."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from fkd_core.labels.edits import accept
from fkd_gui.browser.thumbnails import _shrunk, face_images, paint_faces
from fkd_gui.session import Session
from fkd_gui.theme import LIGHT


def test_faces_of_both_splits_come_in_order(session: Session) -> None:
    faces = np.array([13, 2, 15, 0])
    images = face_images(session.project, faces)
    for image, face in zip(images, faces, strict=True):
        assert (image == session.project.image(int(face))).all()


def test_shrinking_takes_means() -> None:
    images = np.zeros((1, 96, 96), np.uint8)
    images[0, ::2, ::2] = 200
    images[0, 1::2, ::2] = 100
    small = _shrunk(images, 48)
    assert small.shape == (1, 48, 48)
    assert (small == 75).all()


def test_other_sizes_are_left_to_the_painter() -> None:
    images = np.zeros((2, 96, 96), np.uint8)
    assert _shrunk(images, 72) is images
    assert _shrunk(images, 192) is images


def painted(session: Session, size: int) -> QImage:
    """The first face as a cell of the grid shows it."""
    image = QImage(size, size, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_faces(painter, session.project, np.array([0]), [(0, 0)], size, LIGHT, 1.0)
    return image


@pytest.mark.parametrize(("size", "shown"), [(48, False), (72, False), (120, True)])
def test_large_cells_show_which_keypoints_were_reviewed(session: Session, size: int, shown: bool) -> None:
    before = painted(session, size)
    table = session.project.labels.table
    one = np.zeros(table.mask.shape, bool)
    one[0, 10] = True
    session.apply(accept(table, "accept", one))
    assert (painted(session, size) != before) == shown
    session.apply(accept(table, "accept", np.ones_like(one)))
    assert painted(session, size) != before, "the face's own tick"
