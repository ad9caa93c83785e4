"""A typical bridge: JSON lines on standard input and output, bytes as base64."""

import base64
import json
import sys

from inference import load, load_images, predict, predict_images

factor = load()
images = load_images()
for line in sys.stdin:
    request = json.loads(line)
    if request["function"] == "predict":
        result = predict(factor, request["datapoints"])
    else:
        found = predict_images(images, request["datapoints"])
        result = [{"image": base64.b64encode(each["image"]).decode()} for each in found]
    print(json.dumps(result), flush=True)
