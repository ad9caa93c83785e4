// Definitions of many models as text, for benchmarks and tests of scale.

/** `plain`: no annotations. `rich`: classes, arrays and literals in the annotations, and more arguments. */
export type Python = keyof typeof CODE;

const CODE = {
  plain: `def get_model(weights, threshold, width, token):
    ...


def predict(model, items):
    ...
`,
  rich: `from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Optional, TypedDict
import numpy as np


class Point(NamedTuple):
    x: float
    y: float


@dataclass
class Box:
    label: Literal["ship", "buoy", "car"]
    corners: tuple[Point, Point]
    track: Optional[int]
    mask: np.ndarray


class Options(TypedDict, total=False):
    size: int
    mode: Literal["fast", "exact"]
    names: dict[str, list[str]]


class Datapoint(TypedDict):
    image: Path
    options: Options


@dataclass
class Prediction:
    boxes: list[Box]
    scores: np.ndarray
    source: str
    seen: dict[str, int]


def get_model(weights: Path, threshold: float, width: Literal[320, 640], token: str):
    ...


def predict(model, items: list[Datapoint]) -> list[Prediction]:
    ...
`,
};

/** The files of a definition of many models: the YAML, and the Python that they share. */
export function manyModels(count: number, python: Python): ReadonlyMap<string, string> {
  const model = (index: number) => `  - name: model ${index}
    description: Finds what is in picture ${index}.
    repository: { url: . }
    files:
      - { name: params, url: "https://example.com/params-${index}.pt" }
    runtime:
      image: python:3.11-slim
      batch: { max_size: 8 }
      load:
        entrypoint: calls:get_model
        inputs:
          - { name: weights, value: "\${model.files.params.url}" }
          - { name: threshold, value: 0.${(index % 9) + 1} }
          - { name: width, value: 640 }
          - { name: token, value: "\${API_TOKEN}" }
        output: { name: network }
      predict:
        entrypoint: calls:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.network}" }
          - { name: items, value: "\${datapoints}" }
        output: { name: predictions, keys: [boxes, scores] }
`;
  const models = Array.from({ length: count }, (_, index) => model(index)).join("");
  return new Map([
    ["efemarai.yaml", `models:\n${models}`],
    ["calls.py", CODE[python]],
  ]);
}
