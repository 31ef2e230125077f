#!/usr/bin/env python3
"""Writes training.json: what PyTorch makes of a small convolutional network in three epochs, in double precision: the loss of every batch, the weights and running
statistics at the end, and the outputs then.

Seven images in batches of three, so that the last batch holds one; cross-entropy, SGD with momentum and weight decay of kernels and matrices (biases, scales and shifts do not
decay). Run it again after a change
(any PyTorch from 1.13 on):  python3 tests/golden/training.py
"""
import json
import os

import torch
from torch import nn

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
ROWS, BATCH, EPOCHS, CLASSES, SHAPE = 7, 3, 3, 3, (2, 8, 7)


def pair(value):
    return {"height": value, "width": value}


def conv(channels, filters, kernel, stride=1, padding=0, groups=1, bias=True):
    settings = {"kind": "convolution-2d", "filters": filters, "kernel": pair(kernel), "stride": pair(stride), "padding": pair(padding), "groups": groups, "useBias": bias}
    return settings, nn.Conv2d(channels, filters, kernel, stride, padding, groups=groups, bias=bias)


class Skip(nn.Module):
    def __init__(self, layers, projection):
        super().__init__()
        self.layers, self.projection = layers, projection

    def forward(self, x):
        return torch.relu(self.layers(x) + self.projection(x))


def residual(layers, projection):
    settings = {"kind": "residual", "layers": [layer for layer, _ in layers], "projection": [layer for layer, _ in projection], "activation": {"kind": "relu"}}
    return settings, Skip(nn.Sequential(*(m for _, m in layers)), nn.Sequential(*(m for _, m in projection)))


def norm(channels):
    return {"kind": "batch-normalization"}, nn.BatchNorm2d(channels)


def relu():
    return {"kind": "activation", "activation": {"kind": "relu"}}, nn.ReLU()


LAYERS = [
    conv(2, 4, 3, padding=1, bias=False), norm(4), relu(),
    ({"kind": "max-pooling-2d", "kernel": pair(2)}, nn.MaxPool2d(2)),
    residual([conv(4, 4, 3, padding=1, groups=4, bias=False), norm(4), relu(), conv(4, 6, 1, 2)], [conv(4, 6, 1, 2, bias=False), norm(6)]),
    ({"kind": "average-pooling-2d", "kernel": pair(2), "stride": pair(1)}, nn.AvgPool2d(2, 1)),
    ({"kind": "flatten"}, nn.Flatten()),
    ({"kind": "layer-normalization"}, nn.LayerNorm(6)),
    ({"kind": "dense", "units": CLASSES}, nn.Linear(6, CLASSES)),
]


def ours(value):
    """A parameter of PyTorch in our layout."""
    if value.dim() == 4:  # [filters, channels, height, width] -> [height, width, channels, filters]
        value = value.permute(2, 3, 1, 0)
    elif value.dim() == 2:  # [outputs, inputs] -> [inputs, outputs]
        value = value.t()
    return value.reshape(-1).tolist()


def state(module):
    """A layer's numbers in our order: module by module its parameters, then its running statistics."""
    inner = [m for m in module.modules() if not list(m.children())]
    return [ours(value.detach()) for m in inner for value in [*m.parameters(), *(b for b in m.buffers() if b.dim() == 1)]]


network = nn.Sequential(*(module for _, module in LAYERS))
with torch.no_grad():
    for parameter in network.parameters():
        parameter.copy_((torch.randn(parameter.shape) * 500).round() / 1000)
start = [state(module) for module in network]
# Multiples of 1/64: exact in single precision too.
x = (torch.randn(ROWS, *SHAPE) * 64).round() / 64
labels = [i % CLASSES for i in range(ROWS)]
y = torch.tensor(labels)
decaying = [m.weight for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
others = [p for p in network.parameters() if all(p is not d for d in decaying)]
optimizer = torch.optim.SGD([{"params": decaying, "weight_decay": 0.01}, {"params": others}], lr=0.05, momentum=0.9)
losses = []
for _ in range(EPOCHS):
    for first in range(0, ROWS, BATCH):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x[first:first + BATCH]), y[first:first + BATCH])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
network.eval()
golden = {
    "network": {"format": 1, "input": list(SHAPE), "layers": [settings for settings, _ in LAYERS]}, "batchSize": BATCH, "epochs": EPOCHS, "learningRate": 0.05, "momentum": 0.9,
    "weightDecay": 0.01, "images": x.reshape(-1).tolist(), "labels": labels, "classes": CLASSES, "start": start, "losses": losses, "end": [state(module) for module in network],
    "outputs": network(x).reshape(-1).tolist()}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json")
with open(path, "w") as file:
    json.dump(golden, file)
    file.write("\n")
