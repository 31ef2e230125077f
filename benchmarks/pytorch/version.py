#!/usr/bin/env python3
"""Prints PyTorch's version and the matrix library that it really uses: Debian's build takes whatever libblas.so.3 is installed."""
import json

import torch

torch.mm(torch.ones(4, 4), torch.ones(4, 4))
with open("/proc/self/maps") as maps:
    libraries = maps.read().lower()
if "libmkl" in libraries:
    blas = "MKL"
elif "openblas" in libraries:
    blas = "OpenBLAS"
elif "libblas.so" in libraries:
    blas = "reference BLAS"
else:
    blas = "built-in BLAS"
print(json.dumps({"name": f"PyTorch {torch.__version__} ({blas})"}))
