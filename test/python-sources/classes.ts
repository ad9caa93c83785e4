import { type Source, source } from "./harness.ts";

/** Classes that declare their fields. */
export const CLASSES: readonly Source[] = [
  source(
    "Box\nBox { label: string; score: number | null; corners: readonly number[] }",
    `
from dataclasses import dataclass, field
@dataclass
class Base:
    label: str
@dataclass
class Box(Base):
    score: float | None = None
    corners: list[int] = field(default_factory=list)
prediction: Box = Box("a")
`,
  ),
  source(
    "Box\nBox { label: string }",
    `
from dataclasses import dataclass, InitVar, KW_ONLY
from typing import ClassVar
@dataclass(kw_only=True, slots=True)
class Box:
    label: str
    kinds: ClassVar[int] = 3
    start: InitVar[int] = 1
prediction: Box = Box(label="a")
`,
  ),
  source(
    "Node\nNode { value: number; next: Node | null; children: readonly Node[] }",
    `
from dataclasses import dataclass, field
from typing import Optional
try:
    from typing import Self
except ImportError:
    from typing_extensions import Self
@dataclass
class Node:
    value: int
    next: Optional["Node"] = None
    children: list[Self] = field(default_factory=list)
prediction: Node = Node(1, Node(2))
`,
  ),
  source(
    "Box\nBox { value: string }",
    `
from dataclasses import dataclass
from typing import Generic, TypeVar, Union
T = TypeVar("T")
@dataclass
class Box(Generic[T]):
    value: T
prediction: Box[str] = Box("a")
`,
  ),
  source(
    "Page\nPage { items: readonly Item[]; next: string | null }\nItem { id: number }",
    `
from dataclasses import dataclass
from typing import TypedDict
class Item(TypedDict):
    id: int
@dataclass
class Page[T]:
    items: list[T]
    next: str | None = None
prediction: Page[Item] = Page([{"id": 1}])
`,
  ),
  source(
    "Names\nNames { values: readonly string[]; first: string }",
    `
from dataclasses import dataclass
from typing import Generic, TypeVar
T = TypeVar("T")
@dataclass
class Many(Generic[T]):
    values: list[T]
@dataclass
class Names(Many[str]):
    first: str
prediction: Names = Names(["a"], "a")
`,
  ),
  source(
    "Point\nPoint { x: number; y: number }",
    "from typing import NamedTuple\nclass Point(NamedTuple):\n    x: float\n    y: float = 0\nprediction: Point = Point(1)",
  ),
  source(
    "Point\nPoint { x: number; y: string }",
    "from typing import NamedTuple\nPoint = NamedTuple('Point', [('x', int), ('y', str)])\nprediction: Point = Point(1, 'a')",
  ),
  source(
    "Point\nPoint { x: unknown; y: unknown }",
    "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\nprediction: Point = Point(1, 'a')",
  ),
  source(
    "Point\nPoint { x: unknown; y: unknown }",
    "import collections\nPoint = collections.namedtuple('P', ['x', 'y'], defaults=[1])\nprediction: Point = Point(1)",
  ),
  source(
    "Box\nBox { label: string; score?: number }",
    `
from typing import TypedDict
try:
    from typing import NotRequired
except ImportError:
    from typing_extensions import NotRequired
class Box(TypedDict):
    label: str
    score: NotRequired[float]
prediction: Box = {"label": "a"}
`,
  ),
  source(
    "Box\nBox { label: string; score?: number; size?: number; kind?: string }",
    `
from typing_extensions import Annotated, NotRequired, ReadOnly, Required, TypedDict
class Box(TypedDict, total=False):
    label: Annotated[Required[str], "name"]
    score: float
    size: ReadOnly[int]
    kind: "ReadOnly[Annotated[NotRequired[str], 1]]"
prediction: Box = {"label": "a"}
`,
  ),
  source(
    "Box\nBox { label?: string }",
    `
from typing_extensions import NotRequired, ReadOnly, TypedDict
class Box(TypedDict):
    label: ReadOnly[NotRequired[str]]
prediction: Box = {}
`,
  ),
  source(
    "Box\nBox { class?: string; x-min?: number }",
    'from typing import TypedDict\nBox = TypedDict("Box", {"class": str, "x-min": "int"}, total=False)\nprediction: Box = {"class": "a"}',
  ),
  source(
    "Inner\nInner { x: number }",
    `
from typing import TypedDict
class Outer:
    class Inner(TypedDict):
        x: int
prediction: Outer.Inner = {"x": 1}
`,
  ),
  source(
    'Cat | Dog\nCat { kind: "cat"; lives: number }\nDog { kind: "dog"; tricks: readonly string[] }',
    `
from typing import Literal, TypedDict, Union
class Cat(TypedDict):
    kind: Literal["cat"]
    lives: int
class Dog(TypedDict):
    kind: Literal["dog"]
    tricks: list[str]
Pet = Union[Cat, Dog]
prediction: Pet = {"kind": "cat", "lives": 9}
`,
  ),
  source("string", "class Name(str):\n    pass\nprediction: Name = Name('a')"),
  source(
    "Readonly<Record<string, number>>",
    "class Scores(dict[str, float]):\n    pass\nprediction: Scores = Scores(a=1)",
  ),
  source(
    "readonly number[]",
    "from typing import List\nclass Scores(List[float]):\n    pass\nprediction: Scores = Scores([1])",
  ),
  source("unknown", "class Box:\n    def __init__(self):\n        self.x = 1\nprediction: Box = Box()"),
  source("unknown", "from typing import Protocol\nclass HasX(Protocol):\n    x: int\nprediction: HasX = {'x': 1}"),
];

/** Enumerations: outside of Python, a member is its value. */
export const ENUMS: readonly Source[] = [
  source(
    '"red" | "green"',
    `
from enum import Enum
class Color(Enum):
    RED = "red"
    GREEN = "green"
    def describe(self):
        return self.name
prediction: Color = Color.RED
`,
  ),
  source(
    "1 | 2",
    "from enum import Enum, auto\nclass Kind(Enum):\n    A = auto()\n    B = auto()\nprediction: Kind = Kind.B",
  ),
  source("0 | 10", "import enum\nclass Kind(enum.IntEnum):\n    A = 0\n    B = 10\nprediction: Kind = Kind.B"),
  source(
    '"small" | "LARGE"',
    "from enum import StrEnum, auto\nclass Size(StrEnum):\n    SMALL = auto()\n    LARGE = 'LARGE'\nprediction: Size = Size.SMALL",
  ),
  source(
    '"a" | "b"',
    "from enum import Enum\nclass Kind(str, Enum):\n    A = 'a'\n    B = 'b'\n    ALIAS = 'a'\nprediction: Kind = Kind.B",
  ),
  source(
    '"red"',
    "from enum import Enum\nfrom typing import Literal\nclass Color(Enum):\n    RED = 'red'\n    BLUE = 'blue'\nprediction: Literal[Color.RED] = Color.RED",
  ),
  source(
    "number",
    "from enum import IntFlag, auto\nclass Parts(IntFlag):\n    A = auto()\n    B = auto()\nprediction: Parts = Parts.A | Parts.B",
  ),
  source(
    "unknown",
    "from enum import Enum\nclass Kind(Enum):\n    A = (1, 'a')\n    B = len('a')\nprediction: Kind = Kind.A",
  ),
  source(
    'Readonly<Partial<Record<"red" | "blue", number>>>',
    "from enum import Enum\nclass Color(Enum):\n    RED = 'red'\n    BLUE = 'blue'\nprediction: dict[Color, int] = {Color.RED: 1}",
  ),
  source(
    'Readonly<Partial<Record<"0" | "1", string>>>',
    "from enum import IntEnum\nclass Kind(IntEnum):\n    A = 0\n    B = 1\nprediction: dict[Kind, str] = {Kind.A: 'a'}",
  ),
  source(
    'Box\nBox { color: "red" | "blue"; colors: readonly ("red" | "blue")[] }',
    `
from dataclasses import dataclass
from enum import Enum
class Base(Enum):
    @property
    def shown(self):
        return self.name
class Color(Base):
    _ignore_ = ["x"]
    RED = "red"
    BLUE = "blue"
@dataclass
class Box:
    color: Color
    colors: list[Color]
prediction: Box = Box(Color.RED, [Color.BLUE])
`,
  ),
];
