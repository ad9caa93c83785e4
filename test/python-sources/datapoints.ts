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

/** What `predict(datapoints: …)` expects for each datapoint. */
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
  ["list[Pixels]", "PixelsInput\nPixelsInput { image: RawArray | ElementData; at: unknown }"],
  ["list[dict[str, Any]]", "anything"],
  ["list[dict]", "anything"],
  ["list[Point]", "anything"],
  ["list[Sample | Point]", "anything"],
  ["list", "anything"],
  ["Any", "anything"],
].map(([annotation = "", type = ""]) =>
  source(type, `${TYPED}\ndef predict(datapoints: ${annotation}):\n    return []\n`),
);

const SETTINGS = `
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, Callable, Literal, Optional, Sequence, TypedDict, Union
import numpy as np
class Color(Enum):
    RED = "red"
class Size(IntEnum):
    SMALL = 1
    LARGE = 2
@dataclass
class Config:
    x: int
class Options(TypedDict, total=False):
    width: int
`;

/** What `load(value: …)` receives for a value in YAML, without types that only Python has. */
export const ARGUMENTS: readonly (readonly [annotation: string, yaml: string, type: string])[] = [
  ["float", "640", "number"],
  ["Literal[320, 640]", "640", "320 | 640"],
  ["Size", "2", "1 | 2"],
  ["Color", "red", "string"],
  ["Optional[Color]", "red", "string"],
  ["Union[Color, int]", "red", "number | string"],
  ["Optional[Decimal]", "1.5", "number"],
  ["Optional[timedelta]", "~", "null"],
  ["Optional[np.ndarray]", "[1, 2]", "readonly number[]"],
  ["Optional[Config]", "~", "null"],
  ["Options", "{ width: 1 }", "Options"],
  ["dict[str, Any]", "{ width: 1 }", "{ readonly width: number }"],
  ["dict[Literal['a', 'b'], int]", "{ a: 1 }", 'Readonly<Partial<Record<"a" | "b", number>>>'],
  ["tuple[int, int]", "[1, 2]", "readonly [number, number]"],
  ["set[str]", "[a]", "readonly string[]"],
  ["Sequence[str]", "abc", "string"],
  ["list[Path]", "[a.pt]", "readonly string[]"],
  ["list[Color]", "[red]", "readonly string[]"],
  ["Union[bytes, str]", "a", "string"],
  ["Union[str, Callable[[], str]]", "a", "string"],
  ["bool", "1", "number"],
  ["int = None", "~", "number | null"],
  ["Any", "[1, a]", "readonly (number | string)[]"],
];

/** The Python code of an argument. */
export function argumentPython(annotation: string): string {
  return `${SETTINGS}\ndef load(value: ${annotation}):\n    return True\n\ndef predict(datapoints):\n    return []\n`;
}
