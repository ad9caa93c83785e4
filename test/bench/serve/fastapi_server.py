"""A hand-written server with the same function and datapoints, one datapoint per call."""

import socket

import inference
import uvicorn
from fastapi import FastAPI

app = FastAPI()
weights = inference.load()


@app.post("/predict")
async def predict(datapoint: dict) -> dict:
    return inference.predict(weights, [datapoint["inputs"]])[0]


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False)
