"""Made-up training histories."""

from __future__ import annotations

import math
from typing import Any


def history(epochs: int, *, validate_every: int = 1) -> list[dict[str, Any]]:
    """Records as the training emits them; the validation error is lowest three quarters through."""
    made = []
    for epoch in range(1, epochs + 1):
        train = 1.2 + 10 * math.exp(-8 * epoch / epochs)
        validation = 1.3 + 10 * math.exp(-8 * epoch / epochs) + abs(epoch / epochs - 0.75)
        seen = epoch % validate_every == 0
        made.append(
            {
                "epoch": epoch,
                "loss": train**2,
                "val_loss": validation**2 if seen else None,
                "rmse": train,
                "val_rmse": validation if seen else None,
                "learning_rate": 1e-3,
                "images_per_second": 1000.0 + epoch,
                "seconds": 2.0 * epoch,
            }
        )
    return made
