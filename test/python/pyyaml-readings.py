"""Reads a JSON list of texts and prints what PyYAML's SafeLoader makes of each as a plain scalar, as JSON.

It resolves and constructs with the loader's own tables; `fixtures/pyyaml/readings.json` is its output, see `test/pyyaml.test.ts`.
"""

import datetime
import json
import sys

import yaml


def reading(text, tag=None):
    loader = yaml.SafeLoader("")
    try:
        if tag is None:
            resolved = loader.resolve(yaml.ScalarNode, text, (True, False))
        else:
            resolved = "tag:yaml.org,2002:" + tag
        value = loader.construct_object(yaml.ScalarNode(resolved, text))
    except Exception:
        return {"kind": "error"}
    finally:
        loader.dispose()
    if value is None:
        return {"kind": "null"}
    if isinstance(value, bool):
        return {"kind": "boolean", "value": str(value).lower()}
    if isinstance(value, int):
        return {"kind": "integer", "value": str(value)}
    if isinstance(value, float):
        return {"kind": "float", "value": value.hex()}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"kind": "date"}
    return {"kind": "text"}


print(json.dumps([reading(*each) for each in json.load(sys.stdin)]))
