"""Pixels of the cells."""

from __future__ import annotations

import numpy as np

from fkd_gui.browser.thumbnails import _shrunk, face_images
from fkd_gui.session import Session


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
