#!/usr/bin/env python3
"""Writes optimizers.json: what PyTorch's optimizers do to five weights in twenty steps, in double precision.

The gradients are given, not derived from the weights, so that each case tests the update rule alone. Run it again after adding a case
(any PyTorch from 1.13 on):  python3 tests/golden/optimizers.py

Two are written out here in plain doubles: Lion, which PyTorch does not have, and Nadam, because PyTorch 1.13 counts a factor twice that its
documentation and its versions from 2.0 on count once.
"""
import json
import math
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
    {"optimizer": {"kind": "adagrad"}},
    {"optimizer": {"kind": "adagrad", "learningRate": 0.1, "learningRateDecay": 0.05, "initialAccumulator": 0.3, "epsilon": 1e-4, "weightDecay": 0.1}},
    {"optimizer": {"kind": "adadelta"}},
    {"optimizer": {"kind": "adadelta", "learningRate": 0.5, "rho": 0.8, "epsilon": 1e-3, "weightDecay": 0.1}, "clipValue": 0.25},
    {"optimizer": {"kind": "rmsprop"}},
    {"optimizer": {"kind": "rmsprop", "learningRate": 0.001, "alpha": 0.9, "epsilon": 1e-3, "weightDecay": 0.1}},
    {"optimizer": {"kind": "rmsprop", "momentum": 0.9}, "clipValue": 0.25},
    {"optimizer": {"kind": "rmsprop", "centered": True, "epsilon": 1e-4}},
    {"optimizer": {"kind": "rmsprop", "centered": True, "momentum": 0.5, "alpha": 0.95, "epsilon": 1e-4, "weightDecay": 0.01}},
    {"optimizer": {"kind": "amsgrad"}},
    {"optimizer": {"kind": "amsgrad", "learningRate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3, "weightDecay": 0.1}},
    {"optimizer": {"kind": "adamw"}},
    {"optimizer": {"kind": "adamw", "learningRate": 0.1, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3, "weightDecay": 0.3}, "clipValue": 0.25},
    {"optimizer": {"kind": "nadam"}},
    {"optimizer": {"kind": "nadam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3, "momentumDecay": 0.5, "weightDecay": 0.1}},
    {"optimizer": {"kind": "radam"}},
    {"optimizer": {"kind": "radam", "learningRate": 0.05, "beta1": 0.8, "beta2": 0.6, "epsilon": 1e-3, "weightDecay": 0.1}},
    {"optimizer": {"kind": "radam", "beta2": 0.9}, "clipValue": 0.25},
    {"optimizer": {"kind": "lion"}},
    {"optimizer": {"kind": "lion", "learningRate": 0.01, "beta1": 0.8, "beta2": 0.95, "weightDecay": 0.5}, "clipValue": 0.25},
]


class Formula:
    """An optimizer in plain doubles, with as much of PyTorch's interface as this script calls."""

    def __init__(self, parameters, **settings):
        self.weights = parameters[0]
        self.settings = settings
        self.count = 0
        self.states = [[0.0, 0.0] for _ in START]

    def step(self):
        self.count += 1
        with torch.no_grad():
            for i, state in enumerate(self.states):
                self.weights[i] = self.update(self.weights[i].item(), self.weights.grad[i].item(), state, **self.settings)


class Nadam(Formula):
    def update(self, w, g, state, lr, beta1, beta2, eps, psi, decay):
        t = self.count
        mu = [beta1 * (1 - 0.5 * 0.96 ** (i * psi)) for i in range(1, t + 2)]
        g += decay * w
        state[0] = beta1 * state[0] + (1 - beta1) * g
        state[1] = beta2 * state[1] + (1 - beta2) * g * g
        mean = mu[t] * state[0] / (1 - math.prod(mu)) + (1 - mu[t - 1]) * g / (1 - math.prod(mu[:t]))
        return w - lr * mean / (math.sqrt(state[1] / (1 - beta2 ** t)) + eps)


class Lion(Formula):
    def update(self, w, g, state, lr, beta1, beta2, decay):
        direction = beta1 * state[0] + (1 - beta1) * g
        state[0] = beta2 * state[0] + (1 - beta2) * g
        sign = (direction > 0) - (direction < 0)
        return w - lr * (sign + decay * w)


def create(settings, parameters):
    s = dict(settings)
    kind = s.pop("kind")
    decay = s.pop("weightDecay", 0.01 if kind == "adamw" else 0.0)

    def rate(default):
        return s.pop("learningRate", default)

    def adam(default):
        return {"lr": rate(default), "betas": (s.pop("beta1", 0.9), s.pop("beta2", 0.999)), "eps": s.pop("epsilon", 1e-8), "weight_decay": decay}

    def build():
        if kind == "sgd":
            return torch.optim.SGD(parameters, lr=rate(0.01), momentum=s.pop("momentum", 0.0), nesterov=s.pop("nesterov", False), weight_decay=decay)
        if kind == "adagrad":
            return torch.optim.Adagrad(
                parameters, lr=rate(0.01), lr_decay=s.pop("learningRateDecay", 0.0), initial_accumulator_value=s.pop("initialAccumulator", 0.0),
                eps=s.pop("epsilon", 1e-10), weight_decay=decay)
        if kind == "adadelta":
            return torch.optim.Adadelta(parameters, lr=rate(1.0), rho=s.pop("rho", 0.9), eps=s.pop("epsilon", 1e-6), weight_decay=decay)
        if kind == "rmsprop":
            return torch.optim.RMSprop(
                parameters, lr=rate(0.01), alpha=s.pop("alpha", 0.99), eps=s.pop("epsilon", 1e-8), centered=s.pop("centered", False),
                momentum=s.pop("momentum", 0.0), weight_decay=decay)
        if kind in ("adam", "amsgrad"):
            return torch.optim.Adam(parameters, amsgrad=kind == "amsgrad", **adam(0.001))
        if kind == "adamw":
            return torch.optim.AdamW(parameters, **adam(0.001))
        if kind == "radam":
            return torch.optim.RAdam(parameters, **adam(0.001))
        if kind == "nadam":
            return Nadam(
                parameters, lr=rate(0.002), beta1=s.pop("beta1", 0.9), beta2=s.pop("beta2", 0.999), eps=s.pop("epsilon", 1e-8),
                psi=s.pop("momentumDecay", 0.004), decay=decay)
        if kind == "lion":
            return Lion(parameters, lr=rate(1e-4), beta1=s.pop("beta1", 0.9), beta2=s.pop("beta2", 0.99), decay=decay)
        raise ValueError(kind)

    optimizer = build()
    if s:
        raise ValueError(f"{kind} has no {', '.join(s)}")
    return optimizer


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
