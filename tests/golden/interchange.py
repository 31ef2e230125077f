#!/usr/bin/env python3
"""Writes the folder interchange: networks that PyTorch has made, as safetensors and ONNX files, and interchange.json with the same layers in our words, some rows, and what PyTorch
makes of them, in double precision with the same weights.

PyTorch writes no safetensors itself: the format is a header of JSON and the numbers, as https://github.com/huggingface/safetensors says. The file of Keras is put together as
tf2onnx writes such a model (channels last between transposes, MatMul and Add for dense layers). Run it again after a change (PyTorch from 1.13 on, onnx):
python3 tests/golden/interchange.py
"""
import copy
import json
import os
import struct

import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

torch.manual_seed(17)
torch.set_num_threads(1)
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "interchange")
ROWS = 4
TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64", torch.int64: "I64"}


def safetensors(path, state):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in sorted(state.items(), key=lambda item: -item[1].element_size()):
        tensor = tensor.contiguous()
        raw = bytes(tensor.reshape(-1).view(torch.uint8).tolist()) if tensor.dim() else struct.pack("<q", int(tensor))
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def pair(value):
    height, width = (value, value) if isinstance(value, int) else value
    return {"height": height, "width": width}


def dense(inputs, units, activation="identity", bias=True):
    return {"kind": "dense", "units": units, "activation": {"kind": activation}, "useBias": bias}, [nn.Linear(inputs, units, bias), *acts(activation)]


def conv(channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True, activation="identity"):
    settings = {
        "kind": "convolution-2d", "filters": filters, "kernel": pair(kernel), "stride": pair(stride), "padding": pair(padding), "dilation": pair(dilation),
        "groups": groups, "useBias": bias, "activation": {"kind": activation}}
    return settings, [nn.Conv2d(channels, filters, kernel, stride, padding, dilation, groups, bias), *acts(activation)]


def acts(kind):
    made = {"identity": None, "relu": nn.ReLU(), "tanh": nn.Tanh(), "sigmoid": nn.Sigmoid(), "leaky-relu": nn.LeakyReLU(), "elu": nn.ELU(), "selu": nn.SELU(),
            "softplus": nn.Softplus(), "gelu": nn.GELU(), "silu": nn.SiLU()}[kind]
    return [] if made is None else [made]


def activation(kind):
    return {"kind": "activation", "activation": {"kind": kind}}, acts(kind)


FLATTEN = {"kind": "flatten"}, [nn.Flatten()]
NORM = {"kind": "batch-normalization"}
GLOBAL = {"kind": "global-average-pooling-2d"}, [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
MAX = {"kind": "max-pooling-2d", "kernel": pair(2), "stride": pair(2), "padding": pair(0)}, [nn.MaxPool2d(2)]
AVERAGE = {"kind": "average-pooling-2d", "kernel": pair(3), "stride": pair(2), "padding": pair(1)}, [nn.AvgPool2d(3, 2, 1)]
SOFTMAX = {"kind": "softmax"}, [nn.Softmax(dim=1)]

NETWORKS = [
    # (name, operator set, input, layers)
    ("mlp", 17, (5,), [dense(5, 8, "relu"), ({"kind": "dropout", "rate": 0.1}, [nn.Dropout(0.1)]), dense(8, 6, bias=False), (NORM, [nn.BatchNorm1d(6)]), activation("tanh"),
                       ({"kind": "layer-normalization"}, [nn.LayerNorm(6)]), dense(6, 4, "gelu"), dense(4, 3)]),
    ("cnn", 13, (2, 10, 9), [conv(2, 4, 3, padding=1, bias=False), (NORM, [nn.BatchNorm2d(4)]), activation("relu"), MAX, conv(4, 6, (3, 2), groups=2, padding=(1, 0), activation="leaky-relu"),
                             AVERAGE, FLATTEN, dense(6 * 3 * 2, 4), SOFTMAX]),
    ("global", 11, (1, 8, 8), [conv(1, 3, 3, 2, 1, activation="silu"), (NORM, [nn.BatchNorm2d(3)]), conv(3, 3, 3, dilation=2, padding=2, groups=3, activation="elu"), GLOBAL,
                               dense(3, 4, "softplus"), dense(4, 2, "sigmoid")]),
]


def numbers(tensor):
    return tensor.reshape(-1).tolist()


def export(model, x, name, opset, mode):
    torch.onnx.export(model, x, os.path.join(FOLDER, f"{name}.onnx"), opset_version=opset, training=mode, input_names=["input"], output_names=["output"],
                      dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})


def keras(x):
    """conv 3x3x2 relu, max pooling, flatten, dense 3, softmax; images and the flattened ones are channels last."""
    height, width, channels = 6, 5, 2
    weight, bias = torch.randn(3, channels, 3, 3) / 4, torch.randn(3)
    rows = 2 * 1 * 3
    matrix, offset = torch.randn(rows, 3) / 2, torch.randn(3)
    constants = {"conv/W": weight, "conv/b": bias, "dense/MatMul/W": matrix, "dense/BiasAdd/b": offset}
    nodes = [
        helper.make_node("Transpose", ["input"], ["t0"], "conv/Transpose", perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["t0", "conv/W", "conv/b"], ["c"], "conv/Conv2D", kernel_shape=[3, 3], strides=[1, 1], auto_pad="VALID"),
        helper.make_node("Relu", ["c"], ["r"], "conv/Relu"),
        helper.make_node("MaxPool", ["r"], ["p"], "pool/MaxPool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="VALID"),
        helper.make_node("Transpose", ["p"], ["t1"], "pool/Transpose", perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["t1", "shape"], ["f"], "flatten/Reshape"),
        helper.make_node("MatMul", ["f", "dense/MatMul/W"], ["m"], "dense/MatMul"),
        helper.make_node("Add", ["m", "dense/BiasAdd/b"], ["d"], "dense/BiasAdd"),
        helper.make_node("Softmax", ["d"], ["output"], "softmax", axis=-1),
    ]
    initializers = [numpy_helper.from_array(value.numpy(), name) for name, value in constants.items()]
    initializers.append(numpy_helper.from_array(torch.tensor([-1, rows]).numpy(), "shape"))
    graph = helper.make_graph(
        nodes, "keras", [helper.make_tensor_value_info("input", 1, ["unk__6", height, width, channels])], [helper.make_tensor_value_info("output", 1, ["unk__7", 3])], initializers)
    model = helper.make_model(graph, producer_name="tf2onnx layout", opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(FOLDER, "keras.onnx"))
    x = x.double().reshape(ROWS, height, width, channels).permute(0, 3, 1, 2)
    y = torch.max_pool2d(torch.relu(torch.conv2d(x, weight.double(), bias.double())), 2).permute(0, 2, 3, 1).reshape(ROWS, rows)
    return torch.softmax(y @ matrix.double() + offset.double(), 1)


class Residual(nn.Module):
    """A block as ResNet has it, with the names that docs/interchange.md states."""

    def __init__(self, layers, projection=(), last=None):
        super().__init__()
        self.layers, self.projection, self.last = nn.Sequential(*layers), nn.Sequential(*projection), last

    def forward(self, x):
        y = self.layers(x)
        y += self.projection(x)
        return y if self.last is None else self.last(y)


def residual(layers, projection=(), last="identity"):
    def part(of):
        return [settings for settings, _ in of], [module for _, modules in of for module in modules]

    (ours, theirs), (skip, their_skip) = part(layers), part(projection)
    return {"kind": "residual", "layers": ours, "projection": skip, "activation": {"kind": last}}, [Residual(theirs, their_skip, *acts(last))]


def block(channels, filters, stride=1):
    """torchvision's BasicBlock: two convolutions, and a projection where the shape changes."""
    layers = [conv(channels, filters, 3, stride, 1, bias=False), (NORM, [nn.BatchNorm2d(filters)]), activation("relu"), conv(filters, filters, 3, 1, 1, bias=False), (NORM, [nn.BatchNorm2d(filters)])]
    return residual(layers, [conv(channels, filters, 1, stride, bias=False), (NORM, [nn.BatchNorm2d(filters)])] if stride > 1 else [], "relu")


def write(name, opset, shape, layers):
    model = nn.Sequential(*(module for _, modules in layers for module in modules))
    model.train()
    for _ in range(3):  # running statistics other than 0 and 1
        model(torch.randn(8, *shape) * 2 + 0.5)
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)):
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
    model.eval()
    x = (torch.randn(ROWS, *shape) * 100).round() / 100
    state = model.state_dict()
    safetensors(os.path.join(FOLDER, f"{name}.safetensors"), state)
    export(model, x, name, opset, torch.onnx.TrainingMode.EVAL)
    if name in ("cnn", "residual"):  # where the export for scoring folds batch normalization into the convolution before it
        export(model, x, f"{name}-unfolded", opset, torch.onnx.TrainingMode.PRESERVE)
    if name == "mlp":  # where there is no operator for layer normalization and GELU yet
        export(model, x, f"{name}-13", 13, torch.onnx.TrainingMode.EVAL)
    y = copy.deepcopy(model).double()(x.double())
    return {"name": name, "input": list(shape), "layers": [settings for settings, _ in layers], "tensors": list(state), "x": numbers(x), "y": numbers(y)}


os.makedirs(FOLDER, exist_ok=True)
cases = [write(*network) for network in NETWORKS]
x = (torch.randn(ROWS, 6 * 5 * 2) * 100).round() / 100
kept = {"name": "keras", "x": numbers(x), "y": numbers(keras(x))}
cases.append(write("residual", 13, (2, 8, 8), [
    conv(2, 3, 3, 1, 1, bias=False), (NORM, [nn.BatchNorm2d(3)]), activation("relu"), MAX, block(3, 3), block(3, 4, 2),
    residual([activation("silu"), residual([conv(4, 4, 1, activation="gelu")], [conv(4, 4, 1)])]), GLOBAL, dense(4, 3)]))
small = {"F32": torch.tensor([[1.5, -2, 3]]), "F16": torch.tensor([[1.5, -2, 3]]).half(), "BF16": torch.tensor([[1.5, -2, 3]]).bfloat16(), "F64": torch.tensor([[1.5, -2, 3]]).double()}
for kind, weight in small.items():
    safetensors(os.path.join(FOLDER, f"{kind}.safetensors"), {"0.weight": weight, "0.bias": torch.tensor([0.25]).to(weight.dtype)})
with open(os.path.join(FOLDER, "interchange.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases, "keras": kept}, file, indent=1)
