#!/usr/bin/env python3
"""A matrix product of m x k by k x n in PyTorch, in GFLOP/s."""
import argparse
import json
import time

import torch

parser = argparse.ArgumentParser()
parser.add_argument("m", type=int)
parser.add_argument("n", type=int)
parser.add_argument("k", type=int)
parser.add_argument("--threads", type=int, required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
a = torch.rand(args.m, args.k)
b = torch.rand(args.k, args.n)
c = torch.empty(args.m, args.n)


def measure(seconds):
    count = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        torch.mm(a, b, out=c)
        count += 1
    return 2 * args.m * args.n * args.k * count / (time.perf_counter() - start) / 1e9


measure(0.1)
print(json.dumps({"value": measure(0.3)}))
