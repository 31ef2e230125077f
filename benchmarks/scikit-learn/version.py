#!/usr/bin/env python3
"""Prints scikit-learn's version."""
import json

import sklearn

print(json.dumps({"name": f"scikit-learn {sklearn.__version__}"}))
