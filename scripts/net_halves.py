"""Cut a landmark net in two: what makes the heat maps, and what makes coordinates and scores from there.

Heat maps come from plain convolutions, so the first half takes a crop of any height and width that are
multiples of 32. Only the second half needs the square that the net was trained with.
"""

from __future__ import annotations

import onnx
from onnx import TensorProto, helper

MAPS = "heatmap"
POINTS = ("landmarks", "score")


def halves(model: onnx.ModelProto) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """Return the two halves of a converted landmark net.

    Parameters
    ----------
    model : with the outputs `heatmap`, `landmarks` and `score`; others are left out

    Returns
    -------
    maps : `image` (N, H, W, 3) → `heatmap` (N, 39, H / 4, W / 4) and what the second half needs
    points : that → `landmarks` and `score`
    """
    first = _needed(model, [MAPS])
    second = [node for node in _needed(model, POINTS) if node not in first]
    made = {name for node in first for name in node.output}
    passed_on = sorted({name for node in second for name in node.input if name in made})
    outputs = {each.name: each for each in model.graph.output}
    shapes = {each.name: each for each in onnx.shape_inference.infer_shapes(model).graph.value_info}
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    loose = [_any_size(outputs[MAPS], MAPS), *(_any_size(shapes[name], name) for name in passed_on)]
    maps = _cut(model, first, [image], loose)
    points = _cut(model, second, [shapes[name] for name in passed_on], [outputs[name] for name in POINTS])
    return maps, points


def _needed(model: onnx.ModelProto, outputs: list[str] | tuple[str, ...]) -> list[onnx.NodeProto]:
    """Return the nodes that these outputs depend on, in the order of the model."""
    wanted, nodes = set(outputs), []
    for node in reversed(model.graph.node):
        if wanted & set(node.output):
            wanted |= set(node.input)
            nodes.append(node)
    return nodes[::-1]


def _any_size(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    channels = value.type.tensor_type.shape.dim[1].dim_value
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", channels, f"{name}_h", f"{name}_w"])


def _cut(
    model: onnx.ModelProto,
    nodes: list[onnx.NodeProto],
    takes: list[onnx.ValueInfoProto],
    gives: list[onnx.ValueInfoProto],
) -> onnx.ModelProto:
    used = {name for node in nodes for name in node.input}
    weights = [each for each in model.graph.initializer if each.name in used]
    graph = helper.make_graph(nodes, model.graph.name, takes, gives, weights)
    cut = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.checker.check_model(cut)
    return cut
