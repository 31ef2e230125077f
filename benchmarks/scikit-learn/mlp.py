#!/usr/bin/env python3
"""Score and seconds of a fit of scikit-learn's MLPClassifier or MLPRegressor, with no options, on each split of a JSON file."""
import argparse
import json
import time
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

parser = argparse.ArgumentParser()
parser.add_argument("file", help='{"classes": 0 for numbers, "splits": [{"seed", "training", "trainingTargets", "test", "testTargets"}]}')
parser.add_argument("--threads", type=int, required=True, help="as the other scripts have it; the BLAS library gets its own by the environment")
arguments = parser.parse_args()

# Its 200 epochs are often too few for it: that is its default.
warnings.simplefilter("ignore", ConvergenceWarning)


def rows(values):
    return numpy.array(values, dtype=numpy.float32)


def fit(create, split):
    model = create(random_state=split["seed"])
    training, targets = rows(split["training"]), rows(split["trainingTargets"])
    start = time.perf_counter()
    try:
        model.fit(training, targets)
        seconds = time.perf_counter() - start
        return {"score": float(model.score(rows(split["test"]), rows(split["testTargets"]))), "seconds": seconds, "error": None}
    except ValueError as error:
        return {"score": None, "seconds": time.perf_counter() - start, "error": str(error).splitlines()[0]}


with open(arguments.file) as file:
    task = json.load(file)
create = MLPClassifier if task["classes"] else MLPRegressor
print(json.dumps({"fits": [fit(create, split) for split in task["splits"]]}))
