#!/usr/bin/env python3
"""Convolutional networks in PyTorch: images a second of training, or with --memory the process's peak memory in MB.

mnist: conv 5x5 1->32 ReLU, pool, conv 5x5 32->64 ReLU, pool, dense 128 ReLU, dense 10; cross-entropy, SGD with momentum.
s7: system S7, three convolutions and pools, two dense layers; mean squared error, RMSprop.
Images are random: times do not depend on the picture.
"""
import argparse
import json
import resource
import time

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--network", choices=["mnist", "s7"], required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--channels-first", action="store_true", help="keep images as [channels, height, width], PyTorch's default; the other format is faster and takes less memory")
parser.add_argument("--memory", action="store_true")
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(1)
count = 1024 if args.memory else 4096
if args.network == "mnist":
    shape = (1, 28, 28)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))
    loss_function = nn.CrossEntropyLoss()
    labels = torch.randint(0, 10, (count,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
else:
    shape = (3, 32, 32)
    model = nn.Sequential(
        nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(2), nn.Conv2d(32, 32, 5, padding=2), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 64), nn.Linear(64, 10))
    loss_function = nn.MSELoss()
    labels = nn.functional.one_hot(torch.randint(0, 10, (count,)), 10).float()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-4)
images = torch.rand(count, *shape)
if not args.channels_first:
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)


def epoch():
    total = 0.0
    order = torch.randperm(count)
    for start in range(0, count, args.batch):
        rows = order[start:start + args.batch]
        optimizer.zero_grad()
        loss = loss_function(model(images[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


epoch()
if args.memory:
    print(json.dumps({"value": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))
else:
    begin = time.perf_counter()
    epoch()
    print(json.dumps({"value": count / (time.perf_counter() - begin)}))
