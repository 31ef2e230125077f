#!/usr/bin/env python3
"""Rows a second of scoring by the digits' network in PyTorch, 256 rows at a time, on one thread."""
import argparse
import json
import os
import time

# OpenBLAS has threads of its own, which torch.set_num_threads does not know.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, required=True, help="of the whole run; scoring is measured on one")
parser.parse_args()

torch.set_num_threads(1)
model = torch.nn.Sequential(
    torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
rows = torch.rand(256, 784)


def measure(batches):
    start = time.perf_counter()
    for _ in range(batches):
        model(rows)
    return 256 * batches / (time.perf_counter() - start)


with torch.no_grad():
    measure(20)
    print(json.dumps({"value": measure(200)}))
