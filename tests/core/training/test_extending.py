"""Adding epochs or minutes to a training that has ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fkd_core.cli.main import main
from fkd_core.errors import BadInputError, Cancelled, RunError
from fkd_core.inference.predict import load_model
from fkd_core.jobs import Job
from fkd_core.proof.retrain import settings_of
from fkd_core.reporting.commands import commands_of
from fkd_core.runs import Run, RunWriter
from fkd_core.runs.manage import size_of
from fkd_core.training import loop
from fkd_core.training.extending import as_one, check_extension, take_extended
from fkd_core.training.start import train_run
from fkd_core.training.stretch import Stretch
from tests.helpers.projects import make_project

SWIFT = {"model": "swift", "options": {"width": 8}, "epochs": 3, "batch_size": 4, "seed": 3}
RESTLESS = {"model": "seed", "options": {"filters": 4, "blocks": 1}, "epochs": 60, "patience": 1}


@pytest.fixture(autouse=True)
def a_checkpoint_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.fkd")


def start(project: Path, config: dict[str, Any], name: str) -> Run:
    train_run(Job(), str(project), config, name=name)
    return Run.open(project / "runs" / name)


def extend(project: Path, name: str, job: Job | None = None, **more: Any) -> Run:
    train_run(job or Job(), str(project), name=name, resume=True, extend=more)
    return Run.open(project / "runs" / name)


def curve(run: Run) -> list[tuple[int, int, float, float, float]]:
    names = ("epoch", "step", "loss", "learning_rate", "val_rmse")
    return [tuple(record[name] for name in names) for record in run.metrics]  # type: ignore[misc]


def weights(run: Run) -> list[np.ndarray]:
    return load_model(run.weights_paths()[0]).get_weights()


@pytest.mark.trains
def test_a_finished_run_goes_on_with_a_schedule_of_its_own(project: Path) -> None:
    run = start(project, SWIFT, "it")
    before, old = curve(run), weights(run)
    per_epoch = before[0][1]
    assert size_of(run) > (run.folder / "checkpoint.npz").stat().st_size > 10_000
    faces = np.zeros((12, 15, 2), np.float32)
    run.save_predictions("train", faces)

    run = extend(project, "it", epochs=2)
    assert run.status == "finished"
    assert run.message == "Finished after 5 epochs"
    assert run.config["extended"] == [{"epoch": 3, "epochs": 2}]
    assert curve(run)[:3] == before
    assert [(epoch, step) for epoch, step, *_ in curve(run)] == [(e, e * per_epoch) for e in range(1, 6)]
    rates = [rate for _, _, _, rate, _ in curve(run)]
    assert rates[2] < rates[1]
    assert rates[3] > rates[2]
    assert rates[4] < rates[3]
    assert any((mine != other).any() for mine, other in zip(weights(run), old, strict=True))
    # They were another network's.
    assert run.predicted_splits() == ()
    assert [path.name for path in run.exported_paths()] == ["last.onnx"]

    run = extend(project, "it", epochs=1)
    assert run.config["extended"] == [{"epoch": 3, "epochs": 2}, {"epoch": 5, "epochs": 1}]
    assert [epoch for epoch, *_ in curve(run)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.trains
def test_what_is_added_goes_on_after_a_break_as_if_nothing_had_happened(project: Path) -> None:
    start(project, SWIFT, "whole")
    whole = extend(project, "whole", epochs=3)
    start(project, SWIFT, "broken")
    step = whole.metrics[4]["step"] - 1

    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress" and data["text"].startswith("Epoch") and data["done"] == step:
            raise Cancelled

    broken = extend(project, "broken", Job(hear, interval=0), epochs=3)
    assert (broken.status, len(broken.metrics)) == ("stopped", 4)
    train_run(Job(), str(project), name="broken", resume=True)
    assert curve(broken) == curve(whole)
    for mine, other in zip(weights(broken), weights(whole), strict=True):
        np.testing.assert_array_equal(mine, other)
    assert Run.open(broken.folder).config == whole.config


@pytest.mark.trains
def test_a_stopped_run_gets_what_is_added_after_what_it_has(project: Path) -> None:
    def hear(event: str, data: dict[str, Any]) -> None:
        if event == "progress" and data["text"].startswith("Epoch") and data["done"] == stop_at:
            raise Cancelled

    per_epoch = start(project, SWIFT | {"epochs": 1}, "one").metrics[0]["step"]
    stop_at = per_epoch + 1
    train_run(Job(hear, interval=0), str(project), SWIFT | {"epochs": 50}, name="it")
    run = extend(project, "it", epochs=2)
    # The epoch under way is the first of the two.
    assert [(record["epoch"], record["step"]) for record in run.metrics] == [
        (epoch, epoch * per_epoch) for epoch in (1, 2, 3)
    ]
    assert run.config["extended"] == [{"epoch": 1, "epochs": 2}]
    assert run.status == "finished"


@pytest.mark.trains
def test_what_was_asked_for_and_never_begun_is_forgotten(project: Path) -> None:
    run = start(project, SWIFT | {"epochs": 1}, "it")

    def hear(event: str, _: dict[str, Any]) -> None:
        if event == "started":
            raise Cancelled

    with pytest.raises(Cancelled):
        extend(project, "it", Job(hear), epochs=7)
    assert Run.open(run.folder).config["extended"] == [{"epoch": 1, "epochs": 7}]
    run = extend(project, "it", epochs=1)
    assert run.config["extended"] == [{"epoch": 1, "epochs": 1}]
    assert len(run.metrics) == 2


@pytest.mark.trains
def test_minutes_are_added_and_a_run_that_ended_early_goes_on(project: Path) -> None:
    # At so high a rate some epoch is worse than the one before.
    run = start(project, RESTLESS | {"learning_rate": 0.02}, "it")
    assert "had stopped improving" in run.message
    before = len(run.metrics)
    run = extend(project, "it", minutes=0.1)
    assert len(run.metrics) > before
    assert run.config["extended"] == [{"epoch": before, "minutes": 0.1}]


@pytest.mark.trains
def test_a_run_by_time_gets_more_time(project: Path) -> None:
    run = start(project, {**SWIFT, "epochs": None, "minutes": 0.15}, "it")
    before = run.metrics
    run = extend(project, "it", minutes=0.15)
    assert len(run.metrics) > len(before)
    assert run.metrics[: len(before)] == before
    assert run.status == "finished"


@pytest.mark.trains
def test_what_cannot_be_extended_is_refused_and_stays_as_it_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = start(project, SWIFT | {"epochs": 1}, "old")
    (run.folder / "checkpoint.npz").unlink()
    header = (run.folder / "run.json").read_bytes()
    with pytest.raises(RunError, match=r"checkpoint\.npz: run 'old' cannot be extended; .*earlier versions"):
        extend(project, "old", epochs=2)
    assert main(["train", str(project), "--resume", "old", "--epochs", "2", "--minutes", "2"]) == 2
    assert main(["train", str(project), "--resume", "old", "--epochs", "2", "--seed", "2"]) == 1
    assert "a run goes on as it was begun" in capsys.readouterr().err
    assert (run.folder / "run.json").read_bytes() == header

    folds = start(project, SWIFT | {"epochs": 1, "folds": 2}, "folds")
    with pytest.raises(RunError, match=r"run 'folds' cannot be extended; .* found 2 folds"):
        extend(project, "folds", epochs=2)
    assert Run.open(folds.folder).status == "finished"
    with RunWriter.reopen(run.folder, extended=[]), pytest.raises(RunError, match="it is being trained"):
        extend(project, "old", epochs=2)


@pytest.mark.parametrize(
    "wrong", [{}, {"epochs": 0}, {"epochs": 1.5}, {"minutes": 0}, {"epochs": 1, "minutes": 1}, {"folds": 2}]
)
def test_only_epochs_or_minutes_can_be_added(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        check_extension(wrong)


def test_a_configuration_is_told_from_what_was_added_to_it() -> None:
    config = {"model": "swift", "epochs": 10, "minutes": None, "extended": [{"epoch": 10, "epochs": 5}]}
    assert as_one(config) == {"model": "swift", "epochs": 15, "minutes": None}
    assert as_one({**config, "epochs": None})["epochs"] == 45
    assert as_one({**config, "minutes": 3.0, "epochs": None})["minutes"] == 3.0
    assert as_one({"model": "swift", "epochs": 10}) == {"model": "swift", "epochs": 10}
    assert take_extended(config) == [{"epoch": 10, "epochs": 5}]
    assert "extended" not in config
    assert take_extended({"extended": "x"}) == []


def test_the_commands_of_an_extended_run_extend_it() -> None:
    config = {"epochs": 10, "extended": [{"epoch": 10, "epochs": 5}, {"epoch": 15, "minutes": 0.5}]}
    words, left = commands_of(config, source="a.zip", project="p.fkd", run="it", lookup=False)
    assert words[1:4] == [
        "fkd train p.fkd --epochs 10 --name it",
        "fkd train p.fkd --resume it --epochs 5",
        "fkd train p.fkd --resume it --minutes 0.5",
    ]
    assert left == []


def test_training_again_as_before_takes_as_long_as_with_what_was_added(tmp_path: Path) -> None:
    writer = RunWriter.create(
        tmp_path,
        model="swift",
        config={"model": "swift", "epochs": 10, "hold_out": None},
        seed=0,
        data={"fingerprint": "f"},
        split={"train": [], "validation": []},
    )
    writer.finish("finished")
    RunWriter.reopen(writer.folder, extended=[{"epoch": 10, "epochs": 5}]).finish("finished")
    header = json.loads((writer.folder / "run.json").read_text())
    assert header["config"]["extended"] == [{"epoch": 10, "epochs": 5}]
    assert settings_of(Run.open(writer.folder)) == ({"model": "swift", "epochs": 15}, None)


def test_a_short_part_begins_gently_and_a_long_one_with_the_full_rate() -> None:
    assert Stretch(epochs=10).peak(5) == 1
    peaks = [Stretch(epochs=added, number=1, first_step=100).peak(5) for added in (1, 5, 20, 80)]
    assert peaks == sorted(peaks)
    assert 0.05 < peaks[0] < 0.15
    assert peaks[2:] == pytest.approx([1, 1])
    assert Stretch(minutes=1, number=1, trained=60.0).peak(5) == pytest.approx(1)


def test_a_part_is_planned_from_where_it_begins() -> None:
    plan = Stretch(epochs=2, number=1, first_step=12, taken=3).plan(5, 0.0)
    assert [plan.progress(step, 0.0) for step in (12, 19)] == [0, 1]
    assert plan.total(13, 0.0) == 19
    timed = Stretch(minutes=1, number=1, first_step=12, begun=100.0).plan(5, 1000.0, 110.0)
    assert timed.progress(12, 1110.0) == 0
    assert timed.progress(22, 1110.0 + 22.5) == pytest.approx(22.5 / 45)
    assert timed.progress(22, 1160.0 - 5) == 1
    assert timed.total(22, 1110.0 + 22.5) == 12 + 20
