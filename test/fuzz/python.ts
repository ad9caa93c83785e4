// Python text: what is read is at its reported place, and a definition with this code can be checked.
import * as assert from "uvu/assert";
import { textOf } from "../../src/base/source.ts";
import { scanModule } from "../../src/python/scan/scan.ts";
import { DEFINITION } from "../definitions.ts";
import { assertPlaces } from "../python/assertions.ts";
import { HOSTILE, HOSTILE_ANNOTATIONS } from "../python/hostile.ts";
import { SYNTAX } from "../python/syntax.ts";
import { changed, textsBelow } from "./corpus.ts";
import { judge } from "./judge.ts";
import type { Layer } from "./layer.ts";
import { NAMES } from "./trees.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const WORDS = [
  ..."( ) [ ] { } : , = * ** / -> @ ; . ... \\ ' \" ''' \"\"\" # | := def class async lambda import from as if else".split(
    " ",
  ),
  ..."try: except: match case type del global yield return with for while in __all__ globals() exec() *args".split(" "),
  ...[
    'f"{',
    "rb'",
    "\\N{",
    "\n",
    "\n    ",
    "\n\t",
    "\r\n",
    "\r",
    "\f",
    " ",
    "\\\n",
    "\0",
    "\ufeff",
    "é",
    "🚢",
    "\u202e",
  ],
  ...[
    "def predict(model, datapoints):\n    return []\n",
    "@overload\n",
    "@functools.lru_cache\n",
    "class A(B):\n",
    "x: int = 1",
  ],
  ...[
    "list[",
    "Optional[",
    "Annotated[",
    "Literal['a', 1]",
    "NDArray[",
    "TypedDict",
    "dataclass",
    "1e400",
    "0x",
    "1_0",
  ],
  ...[
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> x\n",
    "from __future__ import annotations\n",
    "from . import x",
    "def f(a, /, b, *, c):",
  ],
  ...NAMES.filter((name) => !/\p{Cs}/u.test(name)),
].map(latin1);

const corpus = [
  ...["python", "accept", "reject", "run"].flatMap((folder) => textsBelow(folder, ".py")),
  ...[...HOSTILE, ...HOSTILE_ANNOTATIONS].map(([, make]) => latin1(make(300))),
  latin1(JSON.stringify(SYNTAX)),
];

export const python: Layer = {
  name: "python",
  inputs: changed(corpus, WORDS),
  check: (input) => {
    const text = Buffer.from(input, "latin1").toString("utf8");
    const module = scanModule({ path: "inference.py", text });
    assertPlaces(module);
    for (const span of module.damage) textOf(span);
    const names = module.bindings.flatMap((each) => ("name" in each ? [each.name.text] : []));
    const [load = "get_model", predict = "predict"] = names.filter((name) => /^\w+$/.test(name)).slice(-2);
    const definition = DEFINITION.replace("get_model", load).replace("inference:predict", `inference:${predict}`);
    const { diagnostics } = judge({ "efemarai.yaml": definition, "inference.py": text });
    for (const { code } of diagnostics) assert.is.not(code, "yaml-syntax");
  },
};
