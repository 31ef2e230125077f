#!/usr/bin/env python3
"""System S8 in PyTorch: seconds of a whole epoch over 60,000 images.

784 -> 256 ReLU -> 64 ReLU -> 10, mean squared error against one-hot labels, batch 512, shuffled, SGD rate 0.01
momentum 0.9. Prints one JSON object. Times do not depend on the pixels, so they are random here.
"""
import argparse
import json
import statistics
import time

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--rows", type=int, default=60000)
parser.add_argument("--loader", choices=["tensors", "dataloader"], default="tensors")
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(1)
images = torch.rand(args.rows, 784)
labels = torch.nn.functional.one_hot(torch.randint(0, 10, (args.rows,)), 10).float()
model = torch.nn.Sequential(
    torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
loss_function = torch.nn.MSELoss()


def batches():
    if args.loader == "dataloader":
        dataset = torch.utils.data.TensorDataset(images, labels)
        yield from torch.utils.data.DataLoader(dataset, batch_size=512, shuffle=True)
    else:
        order = torch.randperm(args.rows)
        for start in range(0, args.rows, 512):
            rows = order[start:start + 512]
            yield images[rows], labels[rows]


def epoch():
    total = 0.0
    for x, y in batches():
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


epoch()
seconds = []
for _ in range(args.epochs):
    start = time.perf_counter()
    epoch()
    seconds.append(time.perf_counter() - start)

print(json.dumps({"value": statistics.median(seconds)}))
