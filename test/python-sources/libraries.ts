import { type Source, source } from "./harness.ts";

/** Arrays and scalars. */
export const ARRAYS: readonly Source[] = [
  source("NestedArray<number | boolean | string>", "import numpy as np\nprediction: np.ndarray = np.zeros((2, 2))"),
  source(
    "NestedArray<number>",
    "import numpy as np\nimport numpy.typing as npt\nprediction: npt.NDArray[np.float32] = np.zeros((2, 2), np.float32)",
  ),
  source(
    "readonly (readonly number[])[]",
    "import numpy as np\nprediction: np.ndarray[tuple[int, int], np.dtype[np.float32]] = np.zeros((2, 2), np.float32)",
  ),
  source(
    "NestedArray<boolean>",
    "import numpy as np\nfrom numpy.typing import NDArray\nprediction: NDArray[np.bool_] = np.zeros(2, bool)",
  ),
  source("number", "import numpy as np\nprediction: np.float32 = np.float32(0.5)"),
  source("readonly number[]", "import numpy as np\nprediction: list[np.int64] = [np.int64(5)]"),
  source("boolean", "import numpy as np\nprediction: np.bool_ = np.bool_(True)"),
  source("string", "import numpy as np\nprediction: np.str_ = np.str_('a')"),
  source("unknown", "import numpy as np\nprediction: np.datetime64 = np.datetime64('2024-01-01')"),
  source("number | boolean | string", "import numpy as np\nprediction: np.generic = np.float16(1)"),
  source(
    "unknown",
    "import numpy as np\nfrom numpy.typing import NDArray\nprediction: NDArray[np.complex64] = np.zeros(2, np.complex64)",
    /complex/,
  ),
  source("unknown", "from numpy.typing import ArrayLike\nprediction: ArrayLike = [1]"),
  source("NestedArray<number | boolean>", "import torch\nprediction: torch.Tensor = torch.zeros(2)"),
  source(
    "NestedArray<number>",
    "from torch import LongTensor\nimport torch\nprediction: LongTensor = torch.zeros(2).long()",
  ),
  source("readonly number[]", "import torch\nprediction: torch.Size = torch.zeros(2).shape"),
  source(
    "readonly (readonly number[])[]",
    'from jaxtyping import Float\nfrom torch import Tensor\nimport torch\nprediction: Float[Tensor, "batch 4"] = torch.zeros(1, 4)',
  ),
  source(
    "NestedArray<number>",
    'from jaxtyping import Int64\nimport numpy as np\nprediction: Int64[np.ndarray, "*batch 4"] = np.zeros((1, 4), np.int64)',
  ),
  source("readonly number[]", "from array import array\nprediction: array[float] = array('d', [1])"),
  source("NestedArray<number | boolean>", "prediction: memoryview = memoryview(bytes([1, 2]))"),
  source("NestedArray<number | boolean>", "from PIL import Image\nprediction: Image.Image = Image.new('RGB', (2, 2))"),
  source(
    "unknown",
    "import pandas as pd\nprediction: pd.DataFrame = pd.DataFrame()",
    /which cannot be converted to JSON/,
  ),
  source("readonly unknown[]", "import pandas as pd\nprediction: pd.Series = pd.Series([1])"),
];

/** Classes of pydantic, attrs and msgspec. */
export const MODELS: readonly Source[] = [
  source(
    "Box\nBox { label: string; score: number; tags: readonly string[]; parent: Box | null }",
    `
from typing import ClassVar, List, Optional
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
class Base(BaseModel):
    model_config = ConfigDict(frozen=True)
    label: str
class Box(Base):
    score: float = Field(ge=0, description="from 0 to 1")
    tags: List[str] = []
    parent: Optional["Box"] = None
    kinds: ClassVar[int] = 1
    _cache: int = PrivateAttr(1)
prediction: Box = Box(label="a", score=0.5)
`,
  ),
  source(
    "Page\nPage { items: readonly number[] }",
    `
from typing import Generic, TypeVar
from pydantic import BaseModel
T = TypeVar("T")
class Page(BaseModel, Generic[T]):
    items: list[T]
prediction: Page[int] = Page[int](items=[1])
`,
  ),
  source(
    "Box\nBox { label: string; score: number }",
    "from pydantic.dataclasses import dataclass\n@dataclass\nclass Box:\n    label: str\n    score: float = 0\nprediction: Box = Box('a')",
  ),
  source(
    "Box\nBox { label: string; score: number; _seen: boolean }",
    "import attrs\n@attrs.define\nclass Box:\n    label: str\n    score: float = attrs.field(default=0.5)\n    _seen: bool = False\nprediction: Box = Box('a')",
  ),
  source(
    "Box\nBox { label: string; score: number }",
    "import attr\n@attr.s(auto_attribs=True, frozen=True, slots=True)\nclass Box:\n    label: str\n    score: float = attr.ib(default=1)\nprediction: Box = Box('a')",
  ),
  source(
    "Box\nBox { label: string; score: number | null }",
    "import msgspec\nclass Box(msgspec.Struct, frozen=True):\n    label: str\n    score: float | None = None\nprediction: Box = Box('a')",
  ),
];
