#!/usr/bin/env python3
"""Writes activations.json: values and derivatives of PyTorch's activations, in double precision.

Run it again after adding a case (any PyTorch from 1.13 on):  python3 tests/golden/activations.py
"""
import json
import os
import re

import torch
from torch.nn import functional as F

POINTS = [-30.0, -8.0, -3.0, -1.0, -0.5, -1e-2, -1e-5, 0.0, 1e-5, 1e-2, 0.5, 1.0, 1.7, 3.0, 8.0, 30.0]

CASES = [
    {"kind": "identity"},
    {"kind": "relu"},
    {"kind": "leaky-relu"},
    {"kind": "leaky-relu", "slope": 0.3},
    {"kind": "elu"},
    {"kind": "elu", "alpha": 0.4},
    {"kind": "selu"},
    {"kind": "gelu"},
    {"kind": "gelu", "approximate": True},
    {"kind": "silu"},
    {"kind": "softplus"},
    {"kind": "softplus", "beta": 2.5},
    {"kind": "sigmoid"},
    {"kind": "tanh"},
    {"kind": "asinh", "scale": 1.0},
    {"kind": "asinh", "scale": 3.0},
]

FUNCTIONS = {
    "identity": lambda x, s: x * 1,
    "relu": lambda x, s: F.relu(x),
    "leaky-relu": lambda x, s: F.leaky_relu(x, s.get("slope", 0.01)),
    "elu": lambda x, s: F.elu(x, s.get("alpha", 1.0)),
    "selu": lambda x, s: F.selu(x),
    "gelu": lambda x, s: F.gelu(x, approximate="tanh" if s.get("approximate", False) else "none"),
    "silu": lambda x, s: F.silu(x),
    # The threshold beyond which PyTorch takes x itself is out of reach here.
    "asinh": lambda x, s: s["scale"] * torch.asinh(x / s["scale"]),
    "softplus": lambda x, s: F.softplus(x, s.get("beta", 1.0), threshold=100),
    "sigmoid": lambda x, s: torch.sigmoid(x),
    "tanh": lambda x, s: torch.tanh(x),
}


def run(settings):
    x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    y = FUNCTIONS[settings["kind"]](x, settings)
    y.sum().backward()
    return {"activation": settings, "values": y.tolist(), "derivatives": x.grad.tolist()}


def main():
    document = {"points": POINTS, "cases": [run(case) for case in CASES]}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "activations.json")
    with open(path, "w", encoding="utf-8") as file:
        # One row of numbers a line.
        text = re.sub(r"\[\s+(-?\d[^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", json.dumps(document, indent=1))
        file.write(text + "\n")


if __name__ == "__main__":
    main()
