#!/usr/bin/env python3
"""A cubic through a sine on 2,000 points: seconds of one full-batch epoch in double, the gradient written by hand, in PyTorch or NumPy."""
import argparse
import json
import math
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--library", choices=["torch", "numpy"], default="torch")
parser.add_argument("--threads", type=int, required=True)
args = parser.parse_args()

if args.library == "torch":
    import torch

    torch.set_num_threads(args.threads)
    x = torch.linspace(-math.pi, math.pi, 2000, dtype=torch.float64)
    y = torch.sin(x)
else:
    import numpy

    x = numpy.linspace(-math.pi, math.pi, 2000)
    y = numpy.sin(x)


def fit(epochs):
    a = b = c = d = 0.0
    for _ in range(epochs):
        prediction = a + b * x + c * x ** 2 + d * x ** 3
        gradient = 2.0 * (prediction - y)
        a -= 1e-6 * gradient.sum()
        b -= 1e-6 * (gradient * x).sum()
        c -= 1e-6 * (gradient * x ** 2).sum()
        d -= 1e-6 * (gradient * x ** 3).sum()


fit(200)
seconds = []
for _ in range(20):
    start = time.perf_counter()
    fit(200)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"value": statistics.median(seconds) / 200}))
