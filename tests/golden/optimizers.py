#!/usr/bin/env python3
"""Writes optimizers.json: what PyTorch's optimizers do to five weights in twenty steps, in double precision.

The gradients are given, not derived from the weights, so that each case tests the update rule alone. Run it again after adding a case
(any PyTorch from 1.13 on):  python3 tests/golden/optimizers.py
"""
import json
import os
import random
import re

import torch

STEPS = 20
START = [0.5, -1.25, 0.0, 3.0, -0.001]

# Our settings; "clipValue" is done to the gradient first, as torch.nn.utils.clip_grad_value_ does.
CASES = [
    {"optimizer": {"kind": "sgd"}},
    {"optimizer": {"kind": "sgd", "learningRate": 0.05, "weightDecay": 0.1}},
    {"optimizer": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.9}},
    {"optimizer": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.9, "nesterov": True}},
    {"optimizer": {"kind": "sgd", "learningRate": 0.02, "momentum": 0.5, "nesterov": True, "weightDecay": 0.01}},
    {"optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9}, "clipValue": 0.25},
    {"optimizer": {"kind": "adam"}},
    {"optimizer": {"kind": "adam", "learningRate": 0.1, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3}},
    {"optimizer": {"kind": "adam", "learningRate": 0.01, "weightDecay": 0.1}},
    {"optimizer": {"kind": "adam", "learningRate": 0.01, "beta1": 0.0}, "clipValue": 0.25},
]


def create(settings, parameters):
    s = dict(settings)
    kind = s.pop("kind")
    decay = s.pop("weightDecay", 0.0)
    if kind == "sgd":
        return torch.optim.SGD(
            parameters, lr=s.pop("learningRate", 0.01), momentum=s.pop("momentum", 0.0), nesterov=s.pop("nesterov", False), weight_decay=decay)
    if kind == "adam":
        return torch.optim.Adam(
            parameters, lr=s.pop("learningRate", 0.001), betas=(s.pop("beta1", 0.9), s.pop("beta2", 0.999)), eps=s.pop("epsilon", 1e-8),
            weight_decay=decay)
    raise ValueError(kind)


def gradients():
    source = random.Random(20)
    rows = [[round(source.gauss(0, 1), 6) for _ in START] for _ in range(STEPS)]
    rows[0][1] = 0.0            # a weight whose first gradient is zero
    rows[5] = [0.0] * 5         # a step without any gradient
    rows[8][3] = 1e4            # an outlier
    for row in rows:            # a weight with tiny gradients: the epsilon shows
        row[4] *= 1e-7
    return rows


def run(case, rows):
    weights = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = create(case["optimizer"], [weights])
    trace = []
    for row in rows:
        weights.grad = torch.tensor(row, dtype=torch.float64)
        if "clipValue" in case:
            torch.nn.utils.clip_grad_value_([weights], case["clipValue"])
        optimizer.step()
        trace.append(weights.detach().tolist())
    return trace


def main():
    rows = gradients()
    document = {"start": START, "gradients": rows, "cases": [dict(case, weights=run(case, rows)) for case in CASES]}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json")
    with open(path, "w", encoding="utf-8") as file:
        # One row of numbers a line.
        text = re.sub(r"\[\s+(-?\d[^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", json.dumps(document, indent=1))
        file.write(text + "\n")


if __name__ == "__main__":
    main()
