#!/usr/bin/env python3
"""Writes schedules.json: the learning rate of every update under PyTorch's schedulers.

Run it again after adding a case (any PyTorch from 1.13 on):  python3 tests/golden/schedules.py

PyTorch has no inverse-time decay, and its exponential one knows no parts of an epoch: there the formula is given. The plateau's
"eps", which ignores reductions of less than 1e-8, is set to 0.
"""
import json
import os
import re
import warnings

import torch
from torch.optim import lr_scheduler as lr

warnings.filterwarnings("ignore")

# Validation losses for the plateau: falling, flat, falling a little, rising.
LOSSES = [5, 4, 4, 3.9999, 4, 4.2, 3, 3, 3.1, 3.2, 3, 3, 2.9, 2.95, 3, 3, 3, 3, 3, 3, 3, 3]

CASES = [
    {"schedule": {"kind": "constant"}, "epochs": 3, "stepsPerEpoch": 4},
    {"schedule": {"kind": "step"}, "epochs": 23, "stepsPerEpoch": 2},
    {"schedule": {"kind": "step", "epochs": 3, "factor": 0.5}, "epochs": 8, "stepsPerEpoch": 3},
    {"schedule": {"kind": "exponential"}, "epochs": 5, "stepsPerEpoch": 3},
    {"schedule": {"kind": "exponential", "factor": 0.7, "staircase": False}, "epochs": 3, "stepsPerEpoch": 5},
    {"schedule": {"kind": "inverse-time"}, "epochs": 4, "stepsPerEpoch": 5},
    {"schedule": {"kind": "inverse-time", "decay": 0.5, "staircase": True}, "epochs": 4, "stepsPerEpoch": 3},
    {"schedule": {"kind": "polynomial"}, "epochs": 4, "stepsPerEpoch": 5},
    {"schedule": {"kind": "polynomial", "power": 2.5}, "epochs": 4, "stepsPerEpoch": 5},
    {"schedule": {"kind": "cosine"}, "epochs": 4, "stepsPerEpoch": 5},
    {"schedule": {"kind": "cosine", "finalFraction": 0.05, "warmUpEpochs": 0.6}, "epochs": 4, "stepsPerEpoch": 10},
    {"schedule": {"kind": "cosine", "cycleEpochs": 2, "finalFraction": 0.1}, "epochs": 7, "stepsPerEpoch": 4},
    {"schedule": {"kind": "cosine", "cycleEpochs": 1, "cycleGrowth": 2}, "epochs": 9, "stepsPerEpoch": 4},
    {"schedule": {"kind": "one-cycle"}, "epochs": 5, "stepsPerEpoch": 8},
    {"schedule": {"kind": "one-cycle", "peakFraction": 0.45, "startDivisor": 4, "finalDivisor": 100, "linear": True}, "epochs": 5, "stepsPerEpoch": 7},
    {"schedule": {"kind": "reduce-on-plateau"}, "epochs": 22, "stepsPerEpoch": 2},
    {"schedule": {"kind": "reduce-on-plateau", "patience": 1, "factor": 0.5, "cooldown": 2, "finalFraction": 0.1}, "epochs": 22, "stepsPerEpoch": 1},
    {"schedule": {"kind": "reduce-on-plateau", "patience": 0, "threshold": 0.05}, "epochs": 22, "stepsPerEpoch": 1},
]
INITIAL = 0.2


def create(case, optimizer):
    """The scheduler, and whether it is stepped at every update (else at the end of every epoch)."""
    s = dict(case["schedule"])
    kind = s.pop("kind")
    per_epoch = case["stepsPerEpoch"]
    steps = case["epochs"] * per_epoch
    last = INITIAL * s.get("finalFraction", 0.0)
    if kind == "constant":
        return lr.LambdaLR(optimizer, lambda _: 1.0), True
    if kind == "step":
        return lr.StepLR(optimizer, s.get("epochs", 10), s.get("factor", 0.1)), False
    if kind == "exponential" and s.get("staircase", True):
        return lr.ExponentialLR(optimizer, s.get("factor", 0.95)), False
    if kind == "exponential":
        return lr.LambdaLR(optimizer, lambda t: s["factor"] ** (t / per_epoch)), True
    if kind == "inverse-time":
        whole = s.get("staircase", False)
        return lr.LambdaLR(optimizer, lambda t: 1 / (1 + s.get("decay", 0.1) * (t if whole else t / per_epoch))), not whole
    if kind == "polynomial":
        return lr.PolynomialLR(optimizer, total_iters=steps, power=s.get("power", 1.0)), True
    if kind == "cosine" and "cycleEpochs" in s:
        return lr.CosineAnnealingWarmRestarts(optimizer, s["cycleEpochs"] * per_epoch, s.get("cycleGrowth", 1), last), True
    if kind == "cosine" and "warmUpEpochs" in s:
        warm_up = round(s["warmUpEpochs"] * per_epoch)
        line = lr.LinearLR(optimizer, start_factor=1 / warm_up, total_iters=warm_up - 1)
        cosine = lr.CosineAnnealingLR(optimizer, steps - warm_up, last)
        return lr.SequentialLR(optimizer, [line, cosine], [warm_up]), True
    if kind == "cosine":
        return lr.CosineAnnealingLR(optimizer, steps, last), True
    if kind == "one-cycle":
        return lr.OneCycleLR(
            optimizer, INITIAL, total_steps=steps, pct_start=s.get("peakFraction", 0.3), anneal_strategy="linear" if s.get("linear", False) else "cos",
            cycle_momentum=False, div_factor=s.get("startDivisor", 25.0), final_div_factor=s.get("finalDivisor", 1e4)), True
    if kind == "reduce-on-plateau":
        return lr.ReduceLROnPlateau(
            optimizer, factor=s.get("factor", 0.1), patience=s.get("patience", 10), threshold=s.get("threshold", 1e-4), cooldown=s.get("cooldown", 0),
            min_lr=last, eps=0), False
    raise ValueError(kind)


def run(case):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=INITIAL)
    scheduler, at_every_update = create(case, optimizer)
    rates = []
    for epoch in range(case["epochs"]):
        for step in range(case["stepsPerEpoch"]):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            # The last step of a one-cycle run has no next one.
            if at_every_update and len(rates) < case["epochs"] * case["stepsPerEpoch"]:
                scheduler.step()
        if not at_every_update:
            scheduler.step(*([LOSSES[epoch]] if isinstance(scheduler, lr.ReduceLROnPlateau) else []))
    return dict(case, rates=rates)


def main():
    document = {"initial": INITIAL, "losses": LOSSES, "cases": [run(case) for case in CASES]}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.json")
    with open(path, "w", encoding="utf-8") as file:
        # One row of numbers a line.
        text = re.sub(r"\[\s+(-?\d[^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", json.dumps(document, indent=1))
        file.write(text + "\n")


if __name__ == "__main__":
    main()
