"""The same nets on ONNX Runtime and on OpenVINO, in float32 and in bfloat16."""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pytest

from clips import side_runner
from extras import needs_openvino
from formcheck.cli.main import run
from formcheck.errors import MissingLibrary, UsageError
from formcheck.pose import LiveTracker, describe_backend, runtimes, track_runner
from formcheck.pose.blazepose import BlazePose, PersonDetector
from formcheck.pose.runtimes import on_openvino, opened, precision_of
from formcheck.skeleton import SIDES, K
from formcheck.video import FrameReader

FEET = [K[f"{side}_{part}"] for side in SIDES for part in ("heel", "toe")]
CROP_PX = 256
MAPS = "blazepose_lite_maps.onnx"


class Processor:
    """Stands in for OpenVINO's core on a processor with these abilities."""

    def __init__(self, *abilities):
        self._abilities = abilities

    def get_property(self, device, name):
        return list(self._abilities)


@pytest.fixture
def without_openvino(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    runtimes._openvino_core.cache_clear()
    yield
    runtimes._openvino_core.cache_clear()


@pytest.fixture
def on_processor(monkeypatch):
    return lambda *abilities: monkeypatch.setattr(runtimes, "_openvino_core", lambda: Processor(*abilities))


def test_without_the_extra_everything_is_float32(without_openvino):
    assert precision_of("auto") == "fp32"
    assert describe_backend(model="fast", precision="auto")["precision"] == "float32"
    with pytest.raises(MissingLibrary, match=r"formcheck\[openvino\].*--precision fp32"):
        precision_of("bf16")


def test_a_processor_without_bfloat16_computes_in_float32_and_says_so_when_asked(on_processor):
    on_processor("FP32", "INT8")
    assert precision_of("auto") == "fp32"
    with pytest.raises(UsageError, match="processor cannot multiply in bfloat16"):
        precision_of("bf16")


def test_a_processor_with_bfloat16_uses_it_unless_told_not_to(on_processor):
    on_processor("BF16", "FP32")
    assert [precision_of(option) for option in ("auto", "bf16", "fp32")] == ["bf16", "bf16", "fp32"]


def test_the_command_line_refuses_what_the_machine_cannot_do(on_processor, capsys, tmp_path):
    on_processor("FP32")
    assert run(["analyze", str(side_runner()), "--precision", "bf16", "-o", str(tmp_path / "out")]) == 2
    assert "Choose --precision fp32" in capsys.readouterr().err


@pytest.mark.parametrize("backend", ["mediapipe", "onnx:model.onnx"])
def test_other_back_ends_refuse_bfloat16(backend):
    with pytest.raises(UsageError, match="Only the back-end blazepose"):
        track_runner([], backend=backend, precision="bf16")


def test_an_unknown_precision_is_refused_with_the_choices():
    with pytest.raises(UsageError, match="auto, fp32, bf16"):
        track_runner([], precision="fp16")


@pytest.fixture(scope="module")
def crops():
    """Twelve frames of a runner, each with the square around them."""
    frames = list(islice(FrameReader(side_runner()), 0, 60, 5))
    return [(frame.image, PersonDetector().find(frame.image)[0]) for frame in frames]


def feet_apart_px(one, other, crops):
    """Return the distances of two nets' heels and toes, px of the crop."""
    apart = []
    for image, roi in crops:
        points = one.find(image, roi).xy[FEET] - other.find(image, roi).xy[FEET]
        apart.append(np.linalg.norm(points, axis=1) * CROP_PX / roi.size)
    return np.concatenate(apart)


@needs_openvino
@pytest.mark.parametrize("net", ["lite", "full", "heavy"])
def test_in_float32_both_runtimes_give_the_same_points(net, crops, monkeypatch):
    reference, other = BlazePose(net), BlazePose(net)
    monkeypatch.setattr(other._net, "_maps", on_openvino(other.file, "fp32"))
    assert feet_apart_px(reference, other, crops).max() < 0.05


@needs_openvino
@pytest.mark.parametrize("net", ["lite", "full", "heavy"])
def test_in_bfloat16_the_feet_stay_within_six_tenths_of_a_pixel(net, crops):
    if precision_of("auto") != "bf16":
        pytest.skip("this machine's processor has no bfloat16")
    apart = feet_apart_px(BlazePose(net), BlazePose(net, precision="bf16"), crops)
    assert 0 < np.median(apart) < 0.6


@needs_openvino
def test_a_net_that_threads_share_gives_each_its_own_answer():
    net = on_openvino(MAPS, "fp32")
    pictures = [np.full((1, CROP_PX, 192, 3), grey, np.uint8) for grey in range(0, 240, 10)]
    alone = [net.run(["heatmap"], {"image": picture})[0] for picture in pictures]
    with ThreadPoolExecutor(3) as pool:
        shared = list(pool.map(lambda picture: net.run(["heatmap"], {"image": picture})[0], pictures))
    assert all((one == other).all() for one, other in zip(alone, shared))


@needs_openvino
def test_the_record_names_the_precision_that_was_used():
    used = {"fp32": "float32", "bf16": "bfloat16"}[precision_of("auto")]
    assert describe_backend(model="fast", precision="auto")["precision"] == used
    assert LiveTracker("lite", precision="auto").precision == used
    assert describe_backend(model="fast")["precision"] == "float32"


def test_both_runtimes_know_a_net_by_its_inputs():
    assert opened(MAPS, "fp32").inputs == ("image",)
