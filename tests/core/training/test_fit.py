"""The training loop on faces that are learned in seconds."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import attrs
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from fkd_core.errors import BadInputError
from fkd_core.inference.predict import load_model, predict, predict_full
from fkd_core.jobs import Job
from fkd_core.models import registry
from fkd_core.training.config import TrainingConfig
from fkd_core.training.fit import DivergedError, FitResult, fit
from fkd_core.training.loop import STEPS_TO_MEASURE
from fkd_core.training.sink import FolderSink
from tests.core.training.blobs import TINY, blobs

# Compiling the default network takes longer than all else here, so most tests use a smaller one.
SMALL = {"model": "seed", "options": {"filters": 4, "blocks": 1}, "batch_size": 16, "learning_rate": 5e-3}
MASKED = {"model": "swift", "options": {"width": 8}, "batch_size": 16, "learning_rate": 5e-3}
RECORD = {
    *("epoch", "step", "seconds", "loss", "rmse", "val_loss", "val_rmse", "val_mae", "val_argmax_match"),
    *("val_rmse_low", "val_rmse_high", "learning_rate", "images_per_second"),
    *("val_keypoints", "memory_mb", "gpu_memory_mb"),
}


class Heard:
    """A listener that keeps what it hears, and may stop the job when it hears it."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.stop_at = stop_at
        self.job = Job(self, interval=0)
        self.stopped_at = 0.0

    def __call__(self, event: str, data: dict[str, Any]) -> None:
        self.events.append((event, data))
        if event == "progress" and self.stop_at is not None and data["done"] >= self.stop_at:
            self.stopped_at = self.stopped_at or time.monotonic()
            self.job.cancel()

    def named(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self.events if name == event]


def train(
    folder: Path, heard: Heard | None = None, held_out: int = 16, faces: int = 80, **values: Any
) -> FitResult:
    config = TrainingConfig.from_dict({**SMALL, **values})
    images, points = blobs(faces)
    return run(config, folder, images, points, heard, held_out)


def run(
    config: TrainingConfig,
    folder: Path,
    images: NDArray[np.uint8],
    points: NDArray[np.float32],
    heard: Heard | None = None,
    held_out: int = 0,
) -> FitResult:
    weights = np.isfinite(points).all(axis=-1).astype(np.float32)
    rows = np.arange(len(images))
    job = (heard or Heard()).job
    split = len(rows) - held_out
    return fit(config, TINY, images, points, weights, rows[:split], rows[split:], job, FolderSink(folder))


def sound(path: Path, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    found = predict(load_model(path), faces, TINY)
    assert np.isfinite(found).all()
    return found


def test_learns_and_leaves_weights_and_figures(tmp_path: Path) -> None:
    heard = Heard()
    result = train(tmp_path, heard, epochs=12, augment="none", **MASKED)
    lines = [json.loads(line) for line in (tmp_path / "epochs.jsonl").read_text().splitlines()]
    assert lines == heard.named("epoch")
    assert [line["epoch"] for line in lines] == list(range(1, 13))
    assert all(set(line) == RECORD for line in lines)
    assert (result.status, result.steps) == ("done", 48)
    assert result.best == lines[-1]
    assert result.best["val_rmse"] < 1.3

    images, points = blobs(80)
    error = sound(tmp_path / "last.keras", images[64:]) - points[64:]
    assert np.sqrt(np.mean(error**2)) == pytest.approx(result.best["val_rmse"], abs=0.3)
    # The last weights are the ones to use: none were chosen by the validation rows.
    assert not (tmp_path / "best.keras").exists()
    progress = heard.named("progress")
    assert progress[-1]["done"] == progress[-1]["total"] == 48


@pytest.mark.trains
def test_each_marking_rule_is_learned_and_kept_by_name(tmp_path: Path) -> None:
    images, points = blobs(96)
    rules = np.arange(96) % 2
    points[rules == 1, 2, 1] -= 5
    known = np.ones((96, 3), np.float32)
    # Only faces of the second rule have a left eye.
    known[rules == 0, 0] = 0
    config = TrainingConfig.from_dict({**MASKED, "epochs": 50, "augment": "none"})
    rows, names = np.arange(96), ("below", "above")
    fit(
        config,
        TINY,
        images,
        points,
        known,
        rows,
        rows[:0],
        Heard().job,
        FolderSink(tmp_path),
        rules=rules,
        rule_names=names,
    )
    model = load_model(tmp_path / "last.keras")
    below, above, auto = (predict_full(model, images, TINY, rule=rule) for rule in ("below", "above", "auto"))
    assert auto.rules == names
    lift = below.points - above.points
    assert np.median(lift[:, 2, 1]) > 1
    assert np.abs(np.median(lift[:, 1], axis=0)).max() < 1
    # The image says nothing of the rule, so the answer lies between the two.
    assert (above.points[:, 2, 1] < auto.points[:, 2, 1]).all()
    assert (auto.points[:, 2, 1] < below.points[:, 2, 1]).all()
    assert np.median(auto.std[:, 2]) > np.median(above.std[:, 2])
    apart = np.abs(auto.points[:, 0] - above.points[:, 0])
    assert np.median(apart) < 0.1
    assert apart.max() < 1


def test_the_same_seed_trains_the_same_network(tmp_path: Path) -> None:
    images, _ = blobs(10)
    found = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        train(tmp_path / name, epochs=2, seed=seed, augment="default")
        found.append(sound(tmp_path / name / "last.keras", images))
    np.testing.assert_allclose(found[0], found[1], atol=1e-3)
    assert np.abs(found[0] - found[2]).max() > 0.01


def test_stopping_keeps_the_weights_at_once(tmp_path: Path) -> None:
    heard = Heard(stop_at=10)
    result = train(tmp_path, heard, epochs=1000)
    ended = time.monotonic()
    assert result.status == "stopped"
    assert result.steps == 10
    assert ended - heard.stopped_at < 3  # a tenth of that where nothing else runs
    images, _ = blobs(4)
    sound(tmp_path / "last.keras", images)
    sound(tmp_path / "best.keras", images)


def test_weights_are_written_after_the_first_epoch_the_best_ones_first(tmp_path: Path) -> None:
    written: list[list[str]] = []

    class Look(Heard):
        def __call__(self, event: str, data: dict[str, Any]) -> None:
            if event == "progress" and data["text"] == "Epoch 2":
                files = sorted(tmp_path.glob("*.keras"), key=lambda path: path.stat().st_mtime_ns)
                written.append([path.name for path in files])

    train(tmp_path, Look(), epochs=2)
    assert written[0] == ["best.keras", "last.keras"]


def test_minutes_are_kept_and_the_rate_falls_to_nothing(tmp_path: Path) -> None:
    heard = Heard()
    began = time.monotonic()
    train(tmp_path, heard, minutes=0.15, **MASKED)
    assert time.monotonic() - began < 9 + 20  # room for a busy machine; without a budget it would not end
    last = heard.named("epoch")[-1]
    assert last["learning_rate"] < 5e-3 * 0.05
    assert last["val_rmse"] is not None
    told = [data["text"] for data in heard.named("log") if "faces a second" in data["text"]]
    # Told once, when the step after those that are measured is done; a very busy machine may not come to it.
    assert len(told) == (last["step"] > STEPS_TO_MEASURE + 1)
    for text in told:
        assert re.fullmatch(r"At \d+ faces a second, 0.15 minutes are about \d+ epochs; .*", text)


def test_the_seed_network_stops_when_it_no_longer_improves(tmp_path: Path) -> None:
    heard = Heard()
    result = train(
        tmp_path,
        heard,
        learning_rate=1e-9,
        epochs=30,
        patience=2,
        augment="none",
    )
    assert result.status == "early"
    assert result.epochs < 30
    assert all(record["val_loss"] is not None for record in heard.named("epoch"))


def test_a_diverging_loss_stops_with_its_epoch_and_advice(tmp_path: Path) -> None:
    with pytest.raises(DivergedError, match=r"diverged in epoch \d+.*lower learning rate"):
        train(
            tmp_path,
            model="seed",
            options={"filters": 4, "blocks": 1},
            learning_rate=10.0,
            epochs=200,
            augment="none",
        )


def one_face() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    return blobs(1)


def blank_faces() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    images, points = blobs(24)
    return np.full_like(images, 77), points


def one_label_each() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    images, points = blobs(24)
    points[:, 1] = np.nan
    points[::2, 0] = np.nan
    points[1::2, 2] = np.nan
    return images, points


@pytest.mark.parametrize(
    ("values", "make"),
    [(SMALL, one_face), (MASKED, one_face), (SMALL, blank_faces), (MASKED, one_label_each)],
)
def test_odd_faces_never_make_weights_nan(values: dict[str, Any], make: Any, tmp_path: Path) -> None:
    images, points = make()
    result = run(TrainingConfig.from_dict({**values, "epochs": 3}), tmp_path, images, points)
    assert result.status == "done"
    assert result.best == {}
    for path in tmp_path.glob("*.keras"):
        sound(path, images)
    assert (tmp_path / "last.keras").is_file()


def test_blank_faces_are_given_the_mean_place(tmp_path: Path) -> None:
    images, points = blank_faces()
    config = TrainingConfig.from_dict({**MASKED, "epochs": 60, "learning_rate": 0.1, "augment": "none"})
    run(config, tmp_path, images, points)
    found = sound(tmp_path / "last.keras", images)
    assert np.ptp(found, axis=0).max() < 1e-3
    np.testing.assert_allclose(found[0], points.mean(axis=0), atol=2.5)


def test_missing_keypoints_are_refused_by_the_seed_network(tmp_path: Path) -> None:
    images, points = one_label_each()
    with pytest.raises(BadInputError, match="fkd impute"):
        run(TrainingConfig(model="seed"), tmp_path, images, points)


def test_small_faces_come_first_and_full_ones_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = keras.Model.train_on_batch

    def look(self: keras.Model, faces: NDArray[np.float32], *rest: Any, **named: Any) -> Any:
        seen.append(faces.shape[1])
        return real(self, faces, *rest, **named)

    spec, share = registry.get("swift"), 0.5
    half = attrs.evolve(spec, recipe=attrs.evolve(spec.recipe, coarse_share=share))
    monkeypatch.setattr(registry, "_SPECS", (half,))
    monkeypatch.setattr(keras.Model, "train_on_batch", look)
    result = train(tmp_path, epochs=4, **MASKED)
    assert len(seen) == result.steps == 16
    assert seen == sorted(seen)
    assert set(seen) == {16, 32}
    assert seen.count(16) == pytest.approx(share * 16, abs=1)
    images, _ = blobs(4)
    sound(tmp_path / "last.keras", images)
