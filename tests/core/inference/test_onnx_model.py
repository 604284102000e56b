"""Reading exported networks: whole ones, damaged ones, and files by somebody else."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fkd_core.errors import RunError
from fkd_core.inference.export import export_onnx
from fkd_core.inference.onnx_file import ABOUT, About, read_sealed, seal
from fkd_core.inference.onnx_model import Networks, OnnxNetwork
from fkd_core.schema import FKD_15
from tests.core.training.blobs import TINY, blobs
from tests.helpers.runs import random_network


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("network") / "best.onnx"
    return export_onnx(random_network(schema=TINY, width=8), path, TINY).path.read_bytes()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "best.onnx"
    path.write_bytes(content)
    return path


def plain_model(
    metadata: dict[str, str], *, size: tuple[int, int] = TINY.size, keypoints: int = len(TINY)
) -> onnx.ModelProto:
    """A graph that says (0, 0) of every keypoint."""
    graph = helper.make_graph(
        [
            helper.make_node("Shape", ["faces"], ["count"], start=0, end=1),
            helper.make_node("Concat", ["count", "rest"], ["shape"], axis=0),
            helper.make_node("ConstantOfShape", ["shape"], ["found"]),
        ],
        "plain",
        [helper.make_tensor_value_info("faces", TensorProto.UINT8, ["N", *size])],
        [helper.make_tensor_value_info("found", TensorProto.FLOAT, ["N", keypoints, 2])],
        [helper.make_tensor("rest", TensorProto.INT64, [2], [keypoints, 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, metadata)
    return model


ABOUT_TINY = {ABOUT: About(TINY, ("all",)).to_json()}


def test_any_program_that_reads_onnx_reads_the_file(whole: bytes) -> None:
    model = onnx.load_from_string(whole)
    onnx.checker.check_model(model, full_check=True)
    about = json.loads({entry.key: entry.value for entry in model.metadata_props}[ABOUT])
    assert about["schema"]["keypoints"] == list(TINY.keypoints)
    assert about["schema"]["size"] == list(TINY.size)
    assert about["rules"] == ["inner", "outer"]
    assert about["channels"] == ["x", "y", "log_std", "log_rule", "log_known", "turn_x", "turn_y"]


def test_several_threads_may_ask_at_once(whole: bytes, tmp_path: Path) -> None:
    network = OnnxNetwork.read(written(tmp_path, whole), threads=2)
    faces = blobs(8)[0]
    expected, found = network.table(faces), [np.zeros(())] * 4

    def ask(number: int) -> None:
        for _ in range(10):
            found[number] = network.table(faces)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for table in found:
        np.testing.assert_array_equal(table, expected)


def test_faces_in_another_order_of_memory_are_read_as_they_are(whole: bytes, tmp_path: Path) -> None:
    network = OnnxNetwork.read(written(tmp_path, whole))
    faces = blobs(4)[0]
    turned = np.ascontiguousarray(faces[:, :, ::-1])[:, :, ::-1]
    assert not turned.flags.c_contiguous
    np.testing.assert_array_equal(network.table(turned), network.table(faces))


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.98, -1])
def test_a_cut_off_file_is_refused_by_name(whole: bytes, keep: float, tmp_path: Path) -> None:
    cut = whole[:keep] if isinstance(keep, int) else whole[: int(keep * len(whole))]
    with pytest.raises(
        RunError, match=r"best\.onnx: .*a whole \.onnx file written by FKD, found [\d,]+ bytes"
    ):
        OnnxNetwork.read(written(tmp_path, cut))


@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 0.9])
def test_a_flipped_bit_is_refused_by_name(whole: bytes, place: float, tmp_path: Path) -> None:
    content = bytearray(whole)
    content[int(place * len(content))] ^= 1
    with pytest.raises(RunError, match=r"best\.onnx: .*found a wrong checksum\. Train again, or delete"):
        OnnxNetwork.read(written(tmp_path, bytes(content)))


def test_a_foreign_file_is_refused_by_name(tmp_path: Path) -> None:
    foreign = plain_model(ABOUT_TINY).SerializeToString()
    with pytest.raises(RunError, match=r"best\.onnx: .*without its checksum"):
        OnnxNetwork.read(written(tmp_path, foreign))
    assert OnnxNetwork.read(written(tmp_path, seal(foreign))).keypoints == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no graph", "found .*INVALID_PROTOBUF"),
        (plain_model({}).SerializeToString(), "found metadata that do not say what it is for: KeyError"),
        (
            plain_model({ABOUT: "{"}).SerializeToString(),
            "found metadata that do not say what it is for: JSON",
        ),
        (plain_model(ABOUT_TINY, keypoints=4).SerializeToString(), "found a graph from .* to .*'found'.* 4"),
        (plain_model(ABOUT_TINY, size=(8, 8)).SerializeToString(), "found a graph from .*8, 8"),
        (
            plain_model({ABOUT: ABOUT_TINY[ABOUT].replace('"format": 1', '"format": 2')}).SerializeToString(),
            "another version of FKD; expected format 1 with x, .*, found format 2 with x, ",
        ),
        (
            plain_model({ABOUT: ABOUT_TINY[ABOUT].replace('"turn_x"', '"twist"')}).SerializeToString(),
            "another version of FKD; expected .*turn_x, turn_y, found .*twist, turn_y",
        ),
    ],
    ids=["no model", "no metadata", "broken metadata", "keypoints", "size", "format", "channels"],
)
def test_what_does_not_say_what_it_is_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=rf"best\.onnx: .*{words}"):
        OnnxNetwork.read(written(tmp_path, seal(content)))


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    for read in (read_sealed, Networks().get):
        with pytest.raises(RunError, match=r"gone\.onnx: there is no such file"):
            read(tmp_path / "gone.onnx")
        with pytest.raises(RunError, match="the file cannot be read"):
            read(tmp_path)


def test_a_network_is_read_once_until_its_file_changes(whole: bytes, tmp_path: Path) -> None:
    path, networks = written(tmp_path, whole), Networks()
    first = networks.get(path)
    assert networks.get(path) is first
    assert Networks().get(path) is not first
    os.utime(path, ns=(0, 0))
    second = networks.get(path)
    assert second is not first
    assert networks.get(path) is second
    path.write_bytes(seal(plain_model({ABOUT: About(FKD_15, ("all",)).to_json()}).SerializeToString()))
    with pytest.raises(RunError, match="found a graph"):
        networks.get(path)


def test_only_so_many_networks_are_kept(whole: bytes, tmp_path: Path) -> None:
    networks, paths = Networks(threads=1), [tmp_path / f"{number}.onnx" for number in range(17)]
    for path in paths:
        path.write_bytes(whole)
    first, second = (networks.get(path) for path in paths[:2])
    assert networks.get(paths[0]) is first
    for path in paths[2:]:
        networks.get(path)
    assert networks.get(paths[0]) is first
    assert networks.get(paths[1]) is not second
