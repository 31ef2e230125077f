#!/usr/bin/env python3
"""Writes losses.json: values and gradients of PyTorch's losses, in double precision.

Run it again after adding a case (any PyTorch from 1.13 on):  python3 tests/golden/losses.py

PyTorch has no log-cosh and no quantile loss: there the formula is given, and PyTorch derives the gradient.
"""
import json
import os
import random
import re

import torch
from torch.nn import functional as F

ROWS, COLUMNS = 3, 4

# Our settings. Outputs are far from the targets, near them, and on them.
CASES = [
    {"kind": "mean-squared-error"},
    {"kind": "mean-absolute-error"},
    {"kind": "huber"},
    {"kind": "huber", "delta": 0.3},
    {"kind": "log-cosh"},
    {"kind": "quantile"},
    {"kind": "quantile", "tau": 0.9},
    {"kind": "poisson"},
    {"kind": "poisson", "logInput": False, "epsilon": 1e-3},
    {"kind": "binary-cross-entropy"},
    {"kind": "binary-cross-entropy", "positiveWeight": 2.5},
    {"kind": "softmax-cross-entropy"},
    {"kind": "softmax-cross-entropy", "labelSmoothing": 0.2},
]


def evaluate(settings, z, t, reduction):
    s = dict(settings)
    kind = s.pop("kind")

    def reduce(elements):
        return elements.mean() if reduction == "mean" else elements.sum()

    if kind == "mean-squared-error":
        return F.mse_loss(z, t, reduction=reduction)
    if kind == "mean-absolute-error":
        return F.l1_loss(z, t, reduction=reduction)
    if kind == "huber":
        return F.huber_loss(z, t, reduction=reduction, delta=s.get("delta", 1.0))
    if kind == "log-cosh":
        return reduce(torch.log(torch.cosh(z - t)))
    if kind == "quantile":
        tau = s.get("tau", 0.5)
        return reduce(torch.where(z > t, (1 - tau) * (z - t), tau * (t - z)))
    if kind == "poisson":
        return F.poisson_nll_loss(z, t, log_input=s.get("logInput", True), eps=s.get("epsilon", 1e-8), reduction=reduction)
    if kind == "binary-cross-entropy":
        return F.binary_cross_entropy_with_logits(z, t, pos_weight=torch.tensor(s.get("positiveWeight", 1.0), dtype=torch.float64), reduction=reduction)
    if kind == "softmax-cross-entropy":
        return F.cross_entropy(z, t, label_smoothing=s.get("labelSmoothing", 0.0), reduction=reduction)
    raise ValueError(kind)


def points(settings):
    source = random.Random(30)
    prediction = [round(source.gauss(0, 2), 6) for _ in range(ROWS * COLUMNS)]
    target = [round(source.gauss(0, 2), 6) for _ in range(ROWS * COLUMNS)]
    kind = settings["kind"]
    if kind in ("binary-cross-entropy", "softmax-cross-entropy"):
        prediction[0], prediction[1] = 40.0, -40.0
        target = [round(source.random(), 6) for _ in target]
        target[0], target[1], target[2] = 0.0, 1.0, 1.0
    elif kind == "poisson":
        target = [float(source.randrange(6)) for _ in target]
        if not settings.get("logInput", True):
            prediction = [abs(value) for value in prediction]
            prediction[3] = 0.0
    else:
        prediction[0] = target[0] + 12.0
        prediction[1] = target[1] - 1e-3
        if kind != "quantile":
            prediction[2] = target[2]
    if kind == "softmax-cross-entropy":
        for row in range(0, len(target), COLUMNS):
            total = sum(target[row:row + COLUMNS])
            target[row:row + COLUMNS] = [value / total for value in target[row:row + COLUMNS]]
    return prediction, target


def run(settings, reduction):
    prediction, target = points(settings)
    z = torch.tensor(prediction, dtype=torch.float64).reshape(ROWS, COLUMNS).requires_grad_(True)
    value = evaluate(settings, z, torch.tensor(target, dtype=torch.float64).reshape(ROWS, COLUMNS), reduction)
    value.backward()
    return {
        "loss": dict(settings, reduction=reduction), "prediction": prediction, "target": target,
        "value": value.item(), "gradient": z.grad.flatten().tolist()}


def main():
    document = {"rows": ROWS, "columns": COLUMNS, "cases": [run(case, reduction) for case in CASES for reduction in ("mean", "sum")]}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "losses.json")
    with open(path, "w", encoding="utf-8") as file:
        # One row of numbers a line.
        text = re.sub(r"\[\s+(-?\d[^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", json.dumps(document, indent=1))
        file.write(text + "\n")


if __name__ == "__main__":
    main()
