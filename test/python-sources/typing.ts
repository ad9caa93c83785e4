import { type Source, source } from "./harness.ts";

/** The types of `typing`, as written from Python 3.9 to 3.13. */
export const TYPING: readonly Source[] = [
  source("number", "prediction: int = 3"),
  source("boolean", "prediction: bool = True"),
  source("string | null", "from typing import Optional\nprediction: Optional[str] = None"),
  source("string | null", "prediction: str | None = 'a'"),
  source("readonly (number | null)[]", "prediction: 'list[float | None]' = [0.5, None]"),
  source("number | string", "from typing import Union\nprediction: Union[int, str, float] = 'a'"),
  source("readonly string[]", "import typing as t\nprediction: t.List[t.Text] = ['a']"),
  source("readonly string[]", "from typing import List as L\nprediction: L[str] = ['a']"),
  source(
    "number",
    `
try:
    from typing import Annotated
except ImportError:
    from typing_extensions import Annotated
prediction: Annotated[float, "from 0 to 1"] = 0.5
`,
  ),
  source('"cat" | "dog" | null', 'from typing import Literal\nprediction: Literal["cat", "dog", None] = "dog"'),
  source(
    '0 | "cat" | "dog"',
    'from typing import Literal\nPet = Literal["cat", "dog"]\nprediction: Literal[Pet, 0] = 0',
  ),
  source("string", "from typing_extensions import LiteralString\nprediction: LiteralString = 'a'"),
  source("string", "from typing import NewType\nName = NewType('Name', str)\nprediction: Name = Name('a')"),
  source(
    "readonly number[]",
    "from typing import TypeAlias\nScores: TypeAlias = 'list[float]'\nprediction: Scores = [0.5]",
  ),
  source("readonly number[]", "type Scores = list[float]\nprediction: Scores = [0.5]"),
  source(
    "readonly [string, string]",
    "from typing import Tuple, TypeVar\nT = TypeVar('T')\nPair = Tuple[T, T]\nprediction: Pair[str] = ('a', 'b')",
  ),
  source("readonly [string, number]", "type Pair[A, B = int] = tuple[A, B]\nprediction: Pair[str] = ('a', 1)"),
  source("number", "from typing import TypeVar\nN = TypeVar('N', bound=float)\nprediction: N = 1.5"),
  source("number | string", "from typing import TypeVar\nN = TypeVar('N', int, str)\nprediction: N = 1"),
  source("string", "from typing import AnyStr\nprediction: AnyStr = 'a'"),
  source("unknown", "from typing import Any\nprediction: Any = 1"),
  source("unknown", "prediction: object = 'a'"),
  source("unknown", "from typing import Hashable\nprediction: Hashable = 'a'"),
  source("null", "from typing import NoReturn, Optional\nprediction: Optional[NoReturn] = None"),
  source("null", "from typing import Callable\nprediction: Callable[[int], str] | None = None"),
  source("null", "prediction: type[int] | None = None"),
  source("null", "from typing import Type\nprediction: 'Type[int] | None' = None"),
  source("readonly number[]", "from typing import Final\nSIZE: Final = 3\nprediction: Final[list[int]] = [SIZE]"),
  source("readonly boolean[]", "from typing import TypeGuard\nprediction: list[TypeGuard[int]] = [True]"),
  source(
    "readonly unknown[] | Readonly<Record<string, unknown>> | string | number | boolean | null",
    `
from typing import Dict, List, Union
Json = Union[List["Json"], Dict[str, "Json"], str, int, float, bool, None]
prediction: Json = {"a": [1, None]}
`,
  ),
  source(
    "readonly Shape[]\nShape { name: string }",
    `
from typing import TYPE_CHECKING
from shapes import make
if TYPE_CHECKING:
    from shapes import Shape
prediction: list[Shape] = [make()]
# --- shapes.py
from dataclasses import dataclass
@dataclass
class Shape:
    name: str
def make():
    return Shape("a")
`,
  ),
  source(
    "Shape\nShape { name: string; size: number }",
    `
from kinds import *
prediction: Shape = Shape("a", 2)
# --- kinds/__init__.py
from .shapes import Shape, Size as _Size
__all__ = ["Shape"]
# --- kinds/shapes.py
from dataclasses import dataclass
from . import sizes
Size = sizes.Size
@dataclass
class Shape:
    name: str
    size: Size
# --- kinds/sizes.py
Size = float
`,
  ),
  source("readonly string[]", "import kinds\nprediction: kinds.Names = ['a']\n# --- kinds.py\nNames = list[str]"),
];

/** Containers, of `typing`, `collections` and `collections.abc`. */
export const CONTAINERS: readonly Source[] = [
  source("readonly string[]", "from collections.abc import Sequence\nprediction: Sequence[str] = ('a',)"),
  source("readonly string[]", "from typing import Iterable\nprediction: Iterable[str] = ['a']"),
  source("readonly string[]", "from typing import Collection\nprediction: Collection[str] = ['a']"),
  source("readonly string[]", "from collections import deque\nprediction: deque[str] = deque(['a'])"),
  source("readonly number[]", "from collections.abc import Sequence\nprediction: Sequence[int] = range(3)"),
  source("readonly string[]", "from collections import UserList\nprediction: UserList[str] = UserList(['a'])"),
  source("readonly [number, string]", "prediction: tuple[int, str] = (1, 'a')"),
  source("readonly number[]", "prediction: tuple[int, ...] = (1, 2)"),
  source("readonly [string, ...number[]]", "prediction: tuple[str, *tuple[int, ...]] = ('a', 1, 2)"),
  source(
    "readonly [string, ...number[]]",
    "from typing_extensions import Unpack\nprediction: tuple[str, Unpack[tuple[int, ...]]] = ('a', 1, 2)",
  ),
  source("readonly unknown[]", "prediction: list = [1]"),
  source("Readonly<Record<string, number>>", "from typing import Mapping\nprediction: Mapping[str, int] = {'a': 1}"),
  source(
    "Readonly<Record<string, number>>",
    "from collections import Counter\nprediction: Counter[str] = Counter('a')",
  ),
  source(
    "Readonly<Record<string, readonly number[]>>",
    "from collections import defaultdict\nprediction: defaultdict[str, list[int]] = defaultdict(list, a=[1])",
  ),
  source(
    "Readonly<Record<string, number>>",
    "from collections import OrderedDict\nprediction: 'OrderedDict[int, float]' = OrderedDict({1: 0.5})",
  ),
  source(
    'Readonly<Partial<Record<"x" | "y", number>>>',
    "from typing import Literal\nprediction: dict[Literal['x', 'y'], int] = {'x': 1}",
  ),
  source("Readonly<Record<string, number>>", "from pathlib import Path\nprediction: dict[Path, int] = {Path('a'): 1}"),
  source("unknown", "prediction: frozenset[int] = frozenset([1])", /a frozenset, which cannot be converted to JSON/),
  source("null", "from typing import AbstractSet, Optional\nprediction: Optional[AbstractSet[str]] = None"),
  source("unknown", "prediction: bytes = b'a'", /a bytes, which cannot be converted to JSON/),
  source("string", "prediction: bytearray | str = 'a'"),
  source(
    "readonly number[]",
    "from typing import Iterator\nprediction: Iterator[int] = iter([1])",
    /list_iterator, which/,
  ),
];

/** Types of the standard library that are values. */
export const VALUES: readonly Source[] = [
  source("string", "from pathlib import Path\nprediction: Path = Path('a.png')"),
  source("string", "import os, pathlib\nprediction: os.PathLike[str] = pathlib.Path('a.png')"),
  source("string", "from datetime import datetime\nprediction: datetime = datetime(2024, 1, 2)"),
  source(
    "readonly [string, string, string]",
    "import datetime as dt\nprediction: tuple[dt.date, dt.time, dt.timedelta] = (dt.date(2024, 1, 2), dt.time(1), dt.timedelta(1))",
  ),
  source("string", "from decimal import Decimal\nprediction: Decimal = Decimal('1.50')"),
  source("string", "import uuid\nprediction: uuid.UUID = uuid.UUID(int=1)"),
  source("Readonly<Record<string, number>>", "from uuid import UUID\nprediction: dict[UUID, int] = {UUID(int=1): 1}"),
  source("string", "from fractions import Fraction\nprediction: Fraction = Fraction(1, 2)"),
  source("string", "from ipaddress import IPv4Address\nprediction: IPv4Address = IPv4Address('127.0.0.1')"),
  source("unknown", "prediction: complex = 1j", /a complex, which cannot be converted to JSON/),
  source("number", "prediction: float | complex = 1.5"),
];
