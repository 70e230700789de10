"""Small ONNX pose models made on the spot: dots of known grey for each decoder, and a real one without feet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from formcheck.pose.landmark_net import BLAZEPOSE_INDEX
from formcheck.pose.onnx_generic import COCO17
from formcheck.weights import models_folder

WIDTH, HEIGHT = 192, 256  # px
DOT = 9  # px, side of a dot
OPSET = [helper.make_opsetid("", 17)]


def greys(count: int) -> np.ndarray:
    """Return the grey of each joint's dot, (count,)."""
    return np.linspace(60, 250, count).round()


def dotted(places: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a black picture with one grey square around each place, (H, W, 3)."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    half = DOT // 2
    for (x, y), grey in zip(places.round().astype(int), greys(len(places))):
        image[y - half : y + half + 1, x - half : x + half + 1] = grey
    return image


def dot_finder(path: Path, decoder: str, keypoints: str, count: int, **sidecar: object) -> Path:
    """Write a model that finds those dots, and its description."""
    nodes = [
        helper.make_node("Slice", ["image", "zero", "one", "one"], ["grey"]),
        helper.make_node("Sub", ["grey", "greys"], ["off"]),
        helper.make_node("Abs", ["off"], ["far"]),
        helper.make_node("Mul", ["far", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "unit"], ["near"]),
        helper.make_node(
            "AveragePool", ["near"], ["maps"], kernel_shape=[DOT, DOT], pads=[DOT // 2] * 4, strides=[1, 1]
        ),
    ]
    constants = {
        "zero": np.array([0]),
        "one": np.array([1]),
        "greys": greys(count).reshape(1, -1, 1, 1).astype(np.float32),
        "scale": np.float32(-1 / 255),
        "unit": np.float32(1),
        "width": np.array(WIDTH),
        "flat": np.array([1, count, -1]),
    }
    more, outputs = {"heatmap": _heatmap, "simcc": _simcc, "coords": _coords}[decoder](count)
    _save(path, nodes + more, constants, outputs)
    about = {
        "format": "formcheck-pose-model", "version": 1, "name": "dots", "licence": "CC0",
        "decoder": decoder, "size": [WIDTH, HEIGHT], "keypoints": keypoints,
        "mean": [0, 0, 0], "std": [1, 1, 1], **sidecar,
    }  # fmt: skip
    path.with_name(path.name + ".json").write_text(json.dumps(about))
    return path


def _heatmap(count: int) -> tuple[list, list]:
    node = helper.make_node("MaxPool", ["maps"], ["heat"], kernel_shape=[2, 2], strides=[2, 2])
    return [node], [
        helper.make_tensor_value_info("heat", TensorProto.FLOAT, [1, count, HEIGHT // 2, WIDTH // 2])
    ]


def _simcc(count: int) -> tuple[list, list]:
    nodes = [
        helper.make_node("ReduceMax", ["maps"], ["x"], axes=[2], keepdims=0),
        helper.make_node("ReduceMax", ["maps"], ["y"], axes=[3], keepdims=0),
    ]
    return nodes, [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, count, WIDTH]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, count, HEIGHT]),
    ]


def _coords(count: int) -> tuple[list, list]:
    nodes = [
        helper.make_node("Reshape", ["maps", "flat"], ["list"]),
        helper.make_node("ArgMax", ["list"], ["best"], axis=2),
        helper.make_node("Mod", ["best", "width"], ["column"]),
        helper.make_node("Div", ["best", "width"], ["row"]),
        helper.make_node("Concat", ["column", "row"], ["whole"], axis=2),
        helper.make_node("Cast", ["whole"], ["places"], to=TensorProto.FLOAT),
    ]
    return nodes, [helper.make_tensor_value_info("places", TensorProto.FLOAT, [1, count, 2])]


def _save(path: Path, nodes: list, constants: dict[str, np.ndarray], outputs: list) -> None:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "dots", [image], outputs, weights)
    onnx.save(helper.make_model(graph, opset_imports=OPSET, ir_version=8), path)


def _whole_light_net() -> onnx.ModelProto:
    """Return the light net with its two halves joined, for one square crop."""
    maps, points = (onnx.load(models_folder() / f"blazepose_lite_{half}.onnx") for half in ("maps", "points"))
    del maps.graph.value_info[:], points.graph.value_info[:]
    passed_on = [(each.name, f"points_{each.name}") for each in points.graph.input]
    points = onnx.compose.add_prefix(points, "points_")
    net = onnx.compose.merge_models(maps, points, io_map=passed_on, outputs=["points_landmarks"])
    net.graph.node.append(helper.make_node("Identity", ["points_landmarks"], ["landmarks"]))
    return net


def footless(path: Path) -> Path:
    """Write BlazePose's light net dressed up as somebody's COCO model: BGR, float, 17 points, no feet."""
    net = _whole_light_net()
    rows = np.array([BLAZEPOSE_INDEX[name] for name in COCO17])
    before = [
        helper.make_node("Transpose", ["picture"], ["hwc"], perm=[0, 2, 3, 1]),
        helper.make_node("Gather", ["hwc", "rgb"], ["ordered"], axis=3),
        helper.make_node("Cast", ["ordered"], ["image"], to=TensorProto.UINT8),
    ]
    after = [
        helper.make_node("Reshape", ["landmarks", "by_point"], ["points"]),
        helper.make_node("Gather", ["points", "rows"], ["coco"], axis=1),
        helper.make_node("Slice", ["coco", "from", "to", "last"], ["xy"]),
    ]
    constants = {
        "rgb": np.array([2, 1, 0]), "by_point": np.array([1, -1, 5]), "rows": rows,
        "from": np.array([0]), "to": np.array([2]), "last": np.array([2]),
    }  # fmt: skip
    graph = helper.make_graph(
        [*before, *net.graph.node, *after],
        "footless",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, 256, 256])],
        [helper.make_tensor_value_info("xy", TensorProto.FLOAT, [1, 17, 2])],
        [*net.graph.initializer, *(numpy_helper.from_array(v, k) for k, v in constants.items())],
    )
    onnx.save(helper.make_model(graph, opset_imports=OPSET, ir_version=8), path)
    about = {
        "format": "formcheck-pose-model", "version": 1, "name": "footless", "licence": "Apache-2.0",
        "decoder": "coords", "size": [256, 256], "keypoints": "coco17", "channels": "bgr",
        "mean": [0, 0, 0], "std": [1, 1, 1], "padding": 4 / 3,
    }  # fmt: skip
    path.with_name(path.name + ".json").write_text(json.dumps(about))
    return path
