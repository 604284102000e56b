"""Faces drawn by program: a first look at the product without photos of people, and exact test data."""

from fkd_core.demo.dataset import DemoFaces, make_demo
from fkd_core.demo.render import draw_face

__all__ = ["DemoFaces", "draw_face", "make_demo"]
