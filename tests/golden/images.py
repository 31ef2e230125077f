#!/usr/bin/env python3
"""Writes images.json: what PyTorch's layers for images compute, forward and backward, in double precision.

Images are [channels, height, width], as at our border; weights are turned into our layout. Run it again after adding a case
(any PyTorch from 1.13 on):  python3 tests/golden/images.py
"""
import json
import os

import torch
from torch import nn

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def rounded(*shape):
    """Numbers that JSON holds exactly enough and that are short to read."""
    return (torch.randn(*shape) * 1000).round() / 1000


def pair(value):
    height, width = (value, value) if isinstance(value, int) else value
    return {"height": height, "width": width}


def conv(channels, filters, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    settings = {
        "kind": "convolution-2d", "filters": filters, "kernel": pair(kernel), "stride": pair(stride), "padding": pair(padding), "dilation": pair(dilation),
        "groups": groups, "useBias": bias}
    return settings, nn.Conv2d(channels, filters, kernel, stride, padding, dilation, groups, bias)


class Skip(nn.Module):
    """A block with a skip connection; its parameters are registered in our order."""

    def __init__(self, layers, projection, activation):
        super().__init__()
        self.layers, self.projection, self.activation = layers, projection, activation

    def forward(self, x):
        return self.activation(self.layers(x) + self.projection(x))


def residual(layers, projection, activation, module):
    settings = {"kind": "residual", "layers": [layer for layer, _ in layers], "projection": [layer for layer, _ in projection], "activation": {"kind": activation}}
    return settings, Skip(nn.Sequential(*(m for _, m in layers)), nn.Sequential(*(m for _, m in projection)), module)


TANH = {"kind": "activation", "activation": {"kind": "tanh"}}, nn.Tanh()

CASES = [
    # (our layer, PyTorch's, input shape, training)
    (*conv(1, 2, 3), (1, 4, 5), True),
    (*conv(3, 4, (2, 3), (2, 1), (1, 2)), (3, 5, 4), True),
    (*conv(2, 3, 3, 2, 4, 2, bias=False), (2, 5, 6), True),
    (*conv(4, 6, 3, 1, 1, 1, 2), (4, 4, 3), True),
    (*conv(3, 3, 3, 2, 1, 1, 3), (3, 5, 5), True),
    (*conv(3, 5, 1, 2), (3, 5, 4), True),  # a skip connection's projection
    (*conv(2, 3, (3, 2), 1, (4, 3)), (2, 2, 3), True),  # windows wholly in the padding
    (*conv(2, 3, 1, (3, 2)), (2, 7, 5), True),  # a stride above the kernel: pixels that nothing sees
    (*conv(3, 4, 3, 1, 1), (3, 1, 1), True),
    (*conv(2, 6, (2, 3), (2, 1), (1, 2), (1, 2), 2), (2, 5, 7), True),  # depthwise with three filters a channel
    (*conv(5, 5, (3, 1), (1, 2), (2, 0), (2, 1), 5, bias=False), (5, 6, 5), True),
    ({"kind": "max-pooling-2d", "kernel": pair(2)}, nn.MaxPool2d(2), (2, 5, 4), True),
    ({"kind": "max-pooling-2d", "kernel": pair(3), "stride": pair(2), "padding": pair(1)}, nn.MaxPool2d(3, 2, 1), (2, 6, 5), True),
    ({"kind": "max-pooling-2d", "kernel": pair((1, 2)), "stride": pair((3, 1)), "padding": pair((0, 1))}, nn.MaxPool2d((1, 2), (3, 1), (0, 1)), (2, 5, 3), True),
    ({"kind": "average-pooling-2d", "kernel": pair((2, 3)), "stride": pair((3, 2)), "padding": pair((1, 0))}, nn.AvgPool2d((2, 3), (3, 2), (1, 0)), (2, 6, 6), True),
    ({"kind": "average-pooling-2d", "kernel": pair(3), "stride": pair(2), "padding": pair(1)}, nn.AvgPool2d(3, 2, 1), (2, 6, 5), True),
    ({"kind": "average-pooling-2d", "kernel": pair(3), "stride": pair(1), "padding": pair(1), "countPadding": False},
     nn.AvgPool2d(3, 1, 1, count_include_pad=False), (2, 4, 5), True),
    ({"kind": "global-average-pooling-2d"}, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), (3, 2, 4), True),
    ({"kind": "flatten"}, nn.Flatten(), (3, 2, 4), True),
    ({"kind": "batch-normalization"}, nn.BatchNorm2d(3), (3, 2, 3), True),
    ({"kind": "batch-normalization", "momentum": 0.3, "epsilon": 0.01}, nn.BatchNorm1d(4, eps=0.01, momentum=0.3), (4,), True),
    ({"kind": "batch-normalization"}, nn.BatchNorm2d(2), (2, 3, 2), False),
    ({"kind": "batch-normalization"}, nn.BatchNorm1d(3), (3,), False),
    (*residual([conv(2, 2, 3, padding=1), TANH, conv(2, 2, 3, padding=1)], [], "relu", nn.ReLU()), (2, 4, 3), True),
    (*residual([conv(2, 3, 3, 2, 1), TANH, conv(3, 3, (1, 3), padding=(0, 1), bias=False)], [conv(2, 3, 1, 2)], "tanh", nn.Tanh()), (2, 5, 4), True),
    ({"kind": "layer-normalization"}, nn.LayerNorm([2, 3, 2]), (2, 3, 2), True),
    ({"kind": "layer-normalization", "epsilon": 0.1}, nn.LayerNorm(5, eps=0.1), (5,), True),
]


def ours(value):
    """A parameter of PyTorch in our layout."""
    if value.dim() == 4:  # [filters, channels, height, width] -> [height, width, channels, filters]
        value = value.permute(2, 3, 1, 0)
    elif value.dim() == 3:  # [channels, height, width] -> [height, width, channels]
        value = value.permute(1, 2, 0)
    return value.reshape(-1).tolist()


def run(settings, module, shape, training):
    rows = 3
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(rounded(*parameter.shape))
        statistics = [b for b in module.buffers() if b.dim() == 1]
        for buffer in statistics:
            buffer.copy_(rounded(*buffer.shape).abs() + 0.5)
    start = [ours(p) for p in module.parameters()] + [ours(b) for b in statistics]
    module.train(training)
    x = rounded(rows, *shape).requires_grad_()
    y = module(x)
    dy = rounded(*y.shape)
    y.backward(dy)
    return {
        "layer": settings, "shape": list(shape), "rows": rows, "training": training, "parameters": start, "input": x.reshape(-1).tolist(), "output": y.reshape(-1).tolist(),
        "outputGradient": dy.reshape(-1).tolist(), "inputGradient": x.grad.reshape(-1).tolist(), "parameterGradients": [ours(p.grad) for p in module.parameters()],
        "statistics": [ours(b) for b in statistics]}


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(run(*case)) for case in CASES) + "\n]\n")
