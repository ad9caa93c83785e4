"""Functions that take almost no time, so that the measurement shows the overhead of a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

IMAGES = 64
IMAGE_BYTES = 224 * 224 * 3


class Score(TypedDict):
    score: float


class Image(TypedDict):
    image: memoryview


def load() -> float:
    return 0.5


def load_images() -> list[memoryview]:
    return [memoryview(bytes([number]) * IMAGE_BYTES) for number in range(IMAGES)]


def predict(factor: float, datapoints: Iterable[Any]) -> list[Score]:
    return [{"score": datapoint["x"] * factor} for datapoint in datapoints]


def predict_images(images: list[memoryview], datapoints: Iterable[Any]) -> list[Image]:
    return [{"image": image} for image, _ in zip(images, datapoints)]
