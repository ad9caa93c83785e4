import { type Source, source } from "./harness.ts";

const TYPED = `
from pathlib import Path
from typing import Annotated, Any, Generic, Iterable, List, Literal, Mapping, Optional, Sequence, TypedDict, TypeVar, Union
from typing_extensions import NotRequired
import numpy as np
from dataclasses import dataclass
class Sample(TypedDict):
    image: Path
    threshold: NotRequired[float]
class Sound(TypedDict):
    file: str
    rate: int
T = TypeVar("T")
class Labelled(TypedDict, Generic[T]):
    label: T
@dataclass
class Point:
    x: int
class Pixels(TypedDict):
    image: np.ndarray
    at: Point
`;

const SAMPLE = "Sample { image: string; threshold?: number }";
const SOUND = "Sound { file: string; rate: number }";

/** What `predict(datapoints: …)` wants for each datapoint. */
export const DATAPOINTS: readonly Source[] = [
  ["list[Sample]", `File | Sample\n${SAMPLE}`],
  ["Sequence[Sample]", `File | Sample\n${SAMPLE}`],
  ["Iterable[Sample]", `File | Sample\n${SAMPLE}`],
  ["tuple[Sample, ...]", `File | Sample\n${SAMPLE}`],
  ["Optional[List[Sample]]", `File | Sample\n${SAMPLE}`],
  ["Annotated[list[Sample], 'a batch']", `File | Sample\n${SAMPLE}`],
  ["list[Sound]", `Sound\n${SOUND}`],
  ["list[Union[Sample, Sound]]", `File | Sample | Sound\n${SAMPLE}\n${SOUND}`],
  ["list[Sample] | list[Sound]", `File | Sample | Sound\n${SAMPLE}\n${SOUND}`],
  ["list[dict[str, Path]]", "File | Readonly<Record<string, string>>"],
  ["list[Mapping[Literal['image', 'mask'], str]]", 'File | Readonly<Partial<Record<"image" | "mask", string>>>'],
  ["list[Mapping[Literal['left', 'right'], str]]", 'Readonly<Partial<Record<"left" | "right", string>>>'],
  ["list[dict[str, float]]", "Readonly<Record<string, number>>"],
  ["list[Labelled[int]]", "Labelled\nLabelled { label: number }"],
  ["list[Pixels]", "PixelsInput\nPixelsInput { image: unknown; at: unknown }"],
  ["list[dict[str, Any]]", "anything"],
  ["list[dict]", "anything"],
  ["list[Point]", "anything"],
  ["list[Sample | Point]", "anything"],
  ["list", "anything"],
  ["Any", "anything"],
].map(([annotation = "", type = ""]) =>
  source(type, `${TYPED}\ndef predict(datapoints: ${annotation}):\n    return []\n`),
);
