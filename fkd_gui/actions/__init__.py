"""Every action of the window, declared once."""

from fkd_gui.actions.action import Action, When
from fkd_gui.actions.face import face_actions
from fkd_gui.actions.files import file_actions
from fkd_gui.actions.go import go_actions
from fkd_gui.actions.labels import edit_actions
from fkd_gui.actions.look import help_actions, view_actions
from fkd_gui.actions.menus import build_menus
from fkd_gui.actions.past import past_actions
from fkd_gui.actions.train import train_actions

__all__ = ["Action", "When", "all_actions", "build_menus"]


def all_actions() -> tuple[Action, ...]:
    """Every action, in the order of the menus."""
    return (
        *file_actions(),
        *edit_actions(),
        *go_actions(),
        *past_actions(),
        *face_actions(),
        *train_actions(),
        *view_actions(),
        *help_actions(),
    )
