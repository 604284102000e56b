"""What to train and how: the part of a run that its owner chose."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from fkd_core.augment.random import AugmentConfig, preset
from fkd_core.errors import BadInputError
from fkd_core.models import registry

REVIEWED = "reviewed"
LABEL_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"human": 1.0, "corrected": 1.0, REVIEWED: 1.0, "imputed": 0.0, "predicted": 0.0}
)
"""What a keypoint counts by its origin; `reviewed` is one that a person accepted, whatever it was before."""
OF_NETWORKS = ("epochs", "minutes", "batch_size", "learning_rate", "augment", "patience")
"""Settings that only a network has."""


@attrs.frozen
class TrainingConfig:
    """A training as it was asked for; what is None is taken from the network's recipe.

    Args:
        model: name of a model. `OF_NETWORKS`, a device and a precision can be chosen for networks alone.
        epochs: passes over the faces.
        minutes: time for everything from `started` on; not together with `epochs`.
        seed: of the weights, the order of faces and the random changes.
        batch_size: faces in a step.
        learning_rate: the highest one of the schedule.
        augment: name of a preset, or settings of one's own.
        limit: use this many of the training faces, drawn with the seed.
        device: `auto`, `cpu`, `gpu`, or a name from the list of devices.
        precision: `auto`, `float32` or `bfloat16`.
        label_weights: what a keypoint counts by its origin, 0 to 1, where it is not as in `LABEL_WEIGHTS`.
        folds: train that many networks, each without one part of the faces, to predict together; None for one
            network. Epochs and minutes are those of each.
        validation_share: share of the faces set aside where no validation rows are named.
        patience: epochs without improvement after which training stops.
        options: of the network.
        tensorboard: leave files for TensorBoard in the run's folder.

    Raises:
        BadInputError: if a value cannot be used.
    """

    model: str = registry.DEFAULT
    epochs: int | None = None
    minutes: float | None = None
    seed: int = 0
    batch_size: int | None = None
    learning_rate: float | None = None
    augment: str | AugmentConfig | None = None
    limit: int | None = None
    device: str = "auto"
    precision: str = "auto"
    label_weights: Mapping[str, float] = attrs.field(factory=dict)
    folds: int | None = None
    validation_share: float | None = None
    patience: int | None = None
    options: Mapping[str, Any] = attrs.field(factory=dict)
    tensorboard: bool = False

    def __attrs_post_init__(self) -> None:
        registry.get(self.model).check_options(self.options)
        self._check_kind()
        if self.epochs is not None and self.minutes is not None:
            raise BadInputError(
                "a training ends after epochs or after minutes",
                expected="one of the two",
                found=f"{self.epochs} epochs and {self.minutes:g} minutes",
            )
        self._at_least("epochs", 1)
        self._at_least("batch_size", 1)
        self._at_least("limit", 1)
        self._at_least("seed", 0)
        self._at_least("patience", 1)
        self._within("minutes", 0, 60 * 24 * 365, above=True)
        self._within("learning_rate", 0, 10, above=True)
        self._check_label_weights()
        self._at_least("folds", 2)
        self._within("validation_share", 0, 0.9)
        if not isinstance(self.tensorboard, bool):
            raise BadInputError(
                "this setting cannot be used",
                where="tensorboard",
                expected="true or false",
                found=self.tensorboard,
            )
        choices = ("auto", *registry.PRECISIONS)
        if self.precision not in choices:
            raise BadInputError(
                "this setting cannot be used",
                where="precision",
                expected=", ".join(choices),
                found=self.precision,
            )
        if isinstance(self.augment, str):
            preset(self.augment)
        elif self.augment is not None and not isinstance(self.augment, AugmentConfig):
            raise ValueError(f"augment must be a name or an AugmentConfig, received {self.augment!r}")

    def counts(self) -> dict[str, float]:
        """What a keypoint counts, by each origin."""
        return {**LABEL_WEIGHTS, **self.label_weights}

    def _check_kind(self) -> None:
        spec = registry.get(self.model)
        if spec.is_network:
            return
        given = [name for name in OF_NETWORKS if getattr(self, name) is not None]
        given += [name for name in ("precision",) if getattr(self, name) not in ("auto", "float32")]
        given += ["device"] if self.device.split(":")[0] not in ("auto", "cpu") else []
        if given:
            options = [f"--{name}" for name in spec.options]
            raise BadInputError(
                f"the model {self.model!r} is no network and has no such setting",
                where=given[0],
                expected=", ".join([*options, "--seed", "--limit", "--folds", "--hold-out"]),
                found=getattr(self, given[0]),
                todo="Leave it out",
            )

    def _check_label_weights(self) -> None:
        for name, value in self.label_weights.items():
            if name not in LABEL_WEIGHTS:
                raise BadInputError(
                    "there is no such origin of labels", expected=", ".join(LABEL_WEIGHTS), found=name
                )
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
                raise BadInputError(
                    "this setting cannot be used",
                    where=f"label_weights, {name}",
                    expected="a number from 0 to 1",
                    found=value,
                )

    def _at_least(self, name: str, lowest: int) -> None:
        value = getattr(self, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < lowest):
            raise BadInputError(
                "this setting cannot be used",
                where=name,
                expected=f"a whole number, at least {lowest}",
                found=value,
            )

    def _within(self, name: str, low: float, high: float, *, above: bool = False) -> None:
        value = getattr(self, name)
        if value is None:
            return
        fits = isinstance(value, (int, float)) and (low < value <= high if above else low <= value <= high)
        if not fits:
            expected = f"a number above {low:g}" if above else f"a number from {low:g} to {high:g}"
            raise BadInputError("this setting cannot be used", where=name, expected=expected, found=value)

    def recipe(self) -> registry.Recipe:
        """The network's recipe with this training's own choices in it."""
        recipe = registry.get(self.model).recipe
        chosen = {
            name: value
            for name in ("batch_size", "learning_rate", "epochs", "validation_share", "patience")
            if (value := getattr(self, name)) is not None
        }
        return attrs.evolve(recipe, **chosen)

    def augmentation(self) -> AugmentConfig:
        """The random changes of this training.

        For a network that needs every keypoint, a face whose keypoints would leave the frame stays
        as it is.
        """
        recipe = registry.get(self.model).recipe
        chosen = recipe.augment if self.augment is None else self.augment
        config = preset(chosen) if isinstance(chosen, str) else chosen
        return attrs.evolve(config, whole=True) if recipe.complete else config

    def to_dict(self) -> dict[str, Any]:
        """A plain value for JSON."""
        value = attrs.asdict(self)
        value["options"] = dict(self.options)
        value["label_weights"] = dict(self.label_weights)
        return value

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> TrainingConfig:
        """The inverse of `to_dict`, also after a round trip through JSON.

        Raises:
            BadInputError: if a key is unknown or a value cannot be used.
        """
        names = [field.name for field in attrs.fields(cls)]
        unknown = sorted(set(value) - set(names))
        if unknown:
            raise BadInputError(
                "there is no such setting", where=unknown[0], expected=", ".join(names), found=unknown[0]
            )
        chosen = dict(value)
        if isinstance(chosen.get("augment"), Mapping):
            chosen["augment"] = AugmentConfig.from_dict(chosen["augment"])
        return cls(**chosen)
