#!/usr/bin/env python3
"""Score and seconds of a fit, and of a binary table AUC and log-loss, of scikit-learn's MLPClassifier or MLPRegressor, with no options, on each split of a JSON file."""
import argparse
import json
import time
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor

parser = argparse.ArgumentParser()
parser.add_argument("file", help='{"task": "Numbers", "Classes" or "Binary", "splits": [{"seed", "training", "trainingTargets", "test", "testTargets"}]}')
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
        test, truth = rows(split["test"]), rows(split["testTargets"])
        result = {"score": float(model.score(test, truth)), "seconds": seconds, "error": None}
        if task["task"] == "Binary":
            yes = model.predict_proba(test)[:, 1]
            result |= {"auc": float(roc_auc_score(truth, yes)), "logLoss": float(log_loss(truth, yes))}
        return result
    except ValueError as error:
        return {"score": None, "seconds": time.perf_counter() - start, "error": str(error).splitlines()[0]}


with open(arguments.file) as file:
    task = json.load(file)
create = MLPRegressor if task["task"] == "Numbers" else MLPClassifier
print(json.dumps({"fits": [fit(create, split) for split in task["splits"]]}))
