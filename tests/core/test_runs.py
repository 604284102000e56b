from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fkd_core.errors import BadInputError, Cancelled, ProjectError, RunError
from fkd_core.jobs import Job
from fkd_core.runs import Run, RunWriter, environment, layout, list_runs
from fkd_core.runs import writer as writer_module
from tests.helpers.arrays import random_points


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "p.fkd" / "runs"


def create(runs, name=None, **changes):
    values = {
        "model": "seed",
        "config": {"epochs": 3, "learning_rate": np.float32(0.5)},
        "seed": 7,
        "data": {"fingerprint": "abc", "faces": 10},
        "split": {"train": np.arange(8), "validation": [8, 9]},
    }
    return RunWriter.create(runs, name=name, **values | changes)


def test_a_finished_run_explains_itself(runs):
    with create(runs, "first", devices=["CPU:0"]) as writer:
        writer.weights_path("best").write_bytes(b"weights")
        writer.epoch({"loss": np.float32(2), "val_loss": 3.0})
        writer.epoch({"loss": 1.0, "val_loss": float("nan")})
        writer.epoch({"loss": 0.5, "val_loss": 2.5})
        writer.finish("finished", "Early stopping after 3 epochs")
    run = Run.open(runs / "first")
    assert (run.name, run.model, run.seed, run.status) == ("first", "seed", 7, "finished")
    assert run.message == "Early stopping after 3 epochs"
    assert run.config == {"epochs": 3, "learning_rate": 0.5}
    assert run.data == {"fingerprint": "abc", "faces": 10}
    assert run.split == {"train": list(range(8)), "validation": [8, 9]}
    assert run.environment["devices"] == ["CPU:0"]
    assert run.metrics[:2] == [
        {"epoch": 1, "loss": 2.0, "val_loss": 3.0},
        {"epoch": 2, "loss": 1.0, "val_loss": None},
    ]
    assert run.best_epoch == 3
    assert run.created <= run.ended
    assert run.created.endswith("+00:00")
    assert run.weights_paths()[0].read_bytes() == b"weights"


def test_an_export_counts_where_it_stands_beside_the_weights(runs):
    writer = create(runs)
    run = Run.open(writer.folder)
    with pytest.raises(RunError, match="has no weights"):
        run.exported_paths()
    writer.weights_path("last").write_bytes(b"weights")
    (writer.folder / "best.onnx").write_bytes(b"of weights that are gone")
    assert run.weights_paths() == (writer.folder / "last.keras",)
    assert run.exported_paths() == ()
    writer.weights_path("best").write_bytes(b"weights")
    assert run.weights_paths() == (writer.folder / "best.keras",)
    assert run.exported_paths() == (writer.folder / "best.onnx",)
    writer.finish("finished")


def test_best_epoch_falls_back_on_the_loss_and_is_none_before_an_epoch(runs):
    writer = create(runs)
    assert Run.open(writer.folder).best_epoch is None
    for loss in (3, 1, 2):
        writer.epoch({"loss": loss})
    assert Run.open(writer.folder).best_epoch == 2
    writer.finish("finished")


def test_names_are_given_in_turn_and_never_twice(runs):
    for expected in ("run-1", "run-2"):
        assert create(runs).name == expected
    create(runs, "Run-7")
    create(runs, "run-x")
    assert create(runs).name == "run-8"


@pytest.mark.parametrize("name", ["mine", "MINE"])
def test_an_existing_name_is_refused_with_what_to_do(runs, name):
    create(runs, "mine").finish("finished")
    with pytest.raises(RunError, match=r"already a run of this name\. Choose another name"):
        create(runs, name)
    assert [run.name for run in list_runs(runs)] == ["mine"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "NUL", "x."])
def test_names_that_are_no_folder_names_are_refused(runs, name):
    with pytest.raises(BadInputError, match="this run name"):
        create(runs, name)
    assert not runs.exists()


def test_data_and_split_must_be_complete(runs):
    with pytest.raises(ValueError, match="must have a fingerprint, received"):
        create(runs, data={})
    with pytest.raises(ValueError, match=r"must have train and validation, received \['train'\]"):
        create(runs, split={"train": []})
    assert not runs.exists()


def test_a_run_that_cannot_be_written_leaves_nothing(runs, monkeypatch):
    def full(path, *_args, **_kwargs):
        raise ProjectError("there is no space left to write this file", where=path)

    monkeypatch.setattr(writer_module, "write_json", full)
    with pytest.raises(ProjectError, match="no space"):
        create(runs, "doomed")
    assert os.listdir(runs) == []


def test_status_while_training_and_after(runs):
    writer = create(runs)
    run = Run.open(writer.folder)
    assert run.status == "running"
    assert run.ended is None
    writer.finish("stopped", "Stopped by the user")
    assert run.status == "stopped"
    assert run.message == "Stopped by the user"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (Cancelled(), "stopped", "Stopped by the user"),
        (KeyboardInterrupt(), "stopped", "Stopped by the user"),
        (RunError("the loss diverged", where="epoch 4"), "failed", "epoch 4: the loss diverged."),
        (MemoryError(), "failed", "MemoryError"),
    ],
)
def test_an_exception_ends_the_run_and_goes_on(runs, error, status, message):
    def train():
        with create(runs, "r") as writer:
            writer.epoch({"loss": 1})
            raise error

    with pytest.raises(type(error)):
        train()
    run = Run.open(runs / "r")
    assert (run.status, run.message) == (status, message)
    assert len(run.metrics) == 1


def test_leaving_the_block_finishes(runs):
    with create(runs, "r"):
        pass
    assert Run.open(runs / "r").status == "finished"


def test_an_ended_run_can_no_longer_be_written(runs):
    writer = create(runs, "r")
    with pytest.raises(ValueError, match="received 'done'"):
        writer.finish("done")
    writer.finish("finished")
    with pytest.raises(RuntimeError, match="has ended"):
        writer.epoch({"loss": 1})
    with pytest.raises(RuntimeError, match="has ended"):
        writer.finish("failed")


CHILD = """
import sys
from pathlib import Path
from fkd_core.runs import RunWriter
writer = RunWriter.create(Path(sys.argv[1]), name="child", model="seed", config={}, seed=0,
                          data={"fingerprint": ""}, split={"train": [], "validation": []})
writer.epoch({"loss": 1})
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_killed_trainer_leaves_an_interrupted_run(runs):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(runs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout.readline().strip() == b"ready"
        run = Run.open(runs / "child")
        assert run.status == "running"
        assert [other.status for other in list_runs(runs)] == ["running"]
    finally:
        child.kill()
        child.communicate(timeout=30)
    assert run.status == "interrupted"
    assert run.metrics == [{"epoch": 1, "loss": 1}]
    assert run.status == "interrupted"


def test_where_locks_cannot_be_asked_the_run_is_what_it_says(runs, monkeypatch):
    writer = create(runs)
    writer._lock.release(force=True)

    def refused(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "denied")

    run = Run.open(writer.folder)
    assert run.status == "interrupted"
    monkeypatch.setattr(layout.FileLock, "acquire", refused)
    assert run.status == "running"


def test_the_job_hears_of_the_run_and_of_each_epoch(runs):
    heard = []
    writer = create(runs, "r", job=Job(lambda event, data: heard.append((event, data))))
    writer.epoch({"loss": np.float64(1)})
    writer.finish("finished")
    assert heard == [("log", {"text": "Run r started"}), ("epoch", {"epoch": 1, "loss": 1.0})]


def test_an_epoch_may_carry_its_own_number(runs):
    writer = create(runs)
    writer.epoch({"epoch": 5, "loss": 1})
    assert Run.open(writer.folder).metrics[0]["epoch"] == 5


def test_a_disk_that_fills_up_leaves_no_half_line(runs, monkeypatch):
    writer = create(runs)
    writer.epoch({"loss": 1})
    real = Path.open

    class Filling:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_args):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, content):
            self.file.write(content[:5])
            raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda self, *args, **more: Filling(real(self, *args, **more)))
        with pytest.raises(ProjectError, match="no space left"):
            writer.epoch({"loss": 2})
    writer.epoch({"epoch": 2, "loss": 3})
    assert [record["loss"] for record in Run.open(writer.folder).metrics] == [1, 3]


def test_a_torn_last_line_is_left_out(runs):
    writer = create(runs)
    writer.epoch({"loss": 1})
    path = writer.folder / layout.METRICS
    whole = path.read_bytes()
    for torn in (b'{"epoch": 2, "lo', b"{", b"\0\0\0\0", b"\xff\xfe", b"12"):
        path.write_bytes(whole + torn)
        assert Run.open(writer.folder).metrics == [{"epoch": 1, "loss": 1}]
    path.write_bytes(whole + b'{"epoch": 2}')
    assert len(Run.open(writer.folder).metrics) == 2


@pytest.mark.parametrize("damage", [b"{oops}", b"[1]", b"", b"\xff\xff\xff\xff", b'{"epoch": 2}, {}'])
def test_a_damaged_line_is_named(runs, damage):
    writer = create(runs)
    path = writer.folder / layout.METRICS
    path.write_bytes(b'{"epoch": 1}\n' + damage + b'\n{"epoch": 3}\n')
    with pytest.raises(RunError, match=r"metrics\.jsonl, line 2: this line of the metrics is damaged"):
        _ = Run.open(writer.folder).metrics


def test_ten_thousand_epochs_are_read_fast(runs):
    writer = create(runs)
    record = {f"value_{index}": index / 7 for index in range(8)}
    lines = [json.dumps({"epoch": epoch, **record}) for epoch in range(1, 10_001)]
    (writer.folder / layout.METRICS).write_text("\n".join(lines) + "\n")
    run = Run.open(writer.folder)
    start = time.perf_counter()
    history = run.metrics
    assert time.perf_counter() - start < 2  # 0.06 s measured; the limit leaves room for a busy machine
    assert len(history) == 10_000


def test_a_missing_run_is_answered_with_those_that_there_are(runs):
    with pytest.raises(RunError, match="There are no runs here yet"):
        Run.open(runs / "mine")
    for name in ("b", "a"):
        create(runs, name).finish("finished")
    with pytest.raises(RunError, match=r"there is no run 'mine'\. The runs here are: a, b"):
        Run.open(runs / "mine")


def test_runs_are_listed_oldest_first_and_other_folders_are_not(runs):
    for name, when in (("b", "2024-01-01T00:00:00+00:00"), ("a", "2025-01-01T00:00:00+00:00")):
        create(runs, name).finish("finished")
        path = runs / name / layout.HEADER
        path.write_text(json.dumps(json.loads(path.read_text()) | {"created": when}))
    (runs / "half made").mkdir()
    (runs / "note.txt").touch()
    assert [run.name for run in list_runs(runs)] == ["b", "a"]
    assert list_runs(runs / "nowhere") == []


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("{", "description is damaged"),
        ("[]", "expected a JSON object, found list"),
        ('{"format": 2}', "made by a newer version of FKD"),
        ('{"format": 1, "name": "r"}', "found no model, status"),
    ],
)
def test_a_damaged_description_hides_no_other_run(runs, header, complaint):
    create(runs, "good").finish("finished")
    create(runs, "r").finish("finished")
    (runs / "r" / layout.HEADER).write_text(header)
    with pytest.raises(RunError, match=complaint):
        Run.open(runs / "r")
    damaged, good = sorted(list_runs(runs), key=lambda run: run.created)
    assert (damaged.status, damaged.model) == ("damaged", "")
    assert str(runs / "r") in damaged.message
    assert good.status == "finished"


def test_an_unknown_status_is_damage(runs):
    create(runs, "r").finish("finished")
    path = runs / "r" / layout.HEADER
    path.write_text(path.read_text().replace('"finished"', '"fine"'))
    with pytest.raises(RunError, match="status 'fine'"):
        Run.open(runs / "r")


def test_predictions_come_back_as_they_were(runs):
    create(runs, "r").finish("finished")
    run = Run.open(runs / "r")
    points = random_points(5, missing=0.2)
    run.save_predictions("test", points)
    run.save_predictions("validation", points[:2], rows=np.array([8, 9]))
    np.testing.assert_array_equal(run.predictions("test"), points)
    assert run.predictions("test").dtype == np.float32
    assert run.predicted_splits() == ("test", "validation")
    assert run.prediction_rows("test") is None
    assert run.prediction_rows("validation") == [8, 9]
    run.save_predictions("test", points + 1)
    np.testing.assert_array_equal(run.predictions("test"), points + 1)


def test_predictions_that_are_not_there_or_not_whole(runs):
    create(runs, "r").finish("finished")
    run = Run.open(runs / "r")
    with pytest.raises(RunError, match="no predictions of 'test'; expected one of: none"):
        run.predictions("test")
    run.save_predictions("test", random_points(5))
    with pytest.raises(RunError, match="expected one of: test"):
        run.predictions("train")
    path = run.folder / "predictions" / "test.npy"
    whole = path.read_bytes()
    for damage in (whole[:-10], whole[:20], b"", b"junk"):
        path.write_bytes(damage)
        with pytest.raises(RunError, match=r"cannot be read.*Predict the split again"):
            run.predictions("test")
    np.save(path, np.zeros(4))
    with pytest.raises(RunError, match=r"expected float32 \(N, K, 2\), found float64 \(4,\)"):
        run.predictions("test")
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(RunError, match="cannot be read"):
        run.predictions("test")


def test_predictions_must_fit_their_rows_and_name(runs):
    create(runs, "r").finish("finished")
    run = Run.open(runs / "r")
    with pytest.raises(ValueError, match="received 3 and 2"):
        run.save_predictions("test", random_points(2), rows=[1, 2, 3])
    with pytest.raises(BadInputError, match="name of a split"):
        run.save_predictions("../test", random_points(2))


def test_a_run_is_found_by_its_name_alone(runs):
    create(runs, "r").finish("finished")
    assert Run.find(runs, "r").name == "r"
    for name in ("", ".", "..", "../runs/r", "r/", str(runs / "r"), "s"):
        with pytest.raises(RunError, match=r"there is no run .*The runs here are: r"):
            Run.find(runs, name)


def test_the_last_weights_stand_for_the_best_where_only_they_are_kept(runs):
    with create(runs, "r") as writer:
        writer.weights_path("last").write_bytes(b"last")
        run = Run.open(runs / "r")
        assert run.weights_paths()[0].read_bytes() == b"last"
        writer.weights_path("best").write_bytes(b"best")
        assert run.weights_paths()[0].read_bytes() == b"best"


def test_settling_a_run_removes_weights_that_were_still_being_written(runs):
    writer = create(runs, "r")
    writer.weights_path("last").write_bytes(b"last")
    (writer.folder / ".best.new.keras").write_bytes(b"be")
    writer._lock.release(force=True)
    run = Run.open(runs / "r")
    run.settle("stopped", "Stopped by the user")
    assert run.status == "stopped"
    assert not list(run.folder.glob(".*"))
    assert run.weights_paths()[0].read_bytes() == b"last"


def test_missing_parts_are_said_in_words(runs):
    create(runs, "r").finish("finished")
    run = Run.open(runs / "r")
    with pytest.raises(RunError, match="has no weights"):
        run.weights_paths()
    (run.folder / layout.SPLIT).unlink()
    with pytest.raises(RunError, match="split is missing"):
        _ = run.split


def test_environment_names_machine_and_versions_without_importing_them():
    code = (
        "import sys; from fkd_core.runs import RunWriter; "
        "from fkd_core.runs.environment import describe_environment; describe_environment(); "
        "print([name for name in ('tensorflow', 'keras', 'cv2') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
    found = environment.describe_environment(["GPU:0"])
    assert found["versions"]["numpy"] == np.__version__
    assert set(found["versions"]) == {
        *("fkd", "numpy", "tensorflow", "keras", "onnxruntime", "scikit-learn", "opencv")
    }
    assert found["cpu_count"] >= 1
    assert found["processor"]
    assert found["memory"] > 2**28
    assert found["devices"] == ["GPU:0"]
