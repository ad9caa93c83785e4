// Pictures of definitions, for tests.
import { spawnSync } from "node:child_process";
import { memoryHost } from "../src/base/host.ts";
import { type Checked, type CompileOptions, check } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { type Picture, pictureData } from "../src/draw/picture.ts";
import { definitionOf, optionsFor } from "./fixtures.ts";

/** The picture of a definition in a folder. */
export function pictureOfFolder(folder: string): Picture {
  return pictureOf(check([definitionOf(folder)], nodeHost(folder), optionsFor(folder)));
}

/** The picture of a text. */
export function pictureOfText(text: string, options: CompileOptions = {}): Picture {
  return pictureOf(check(["efemarai.yaml"], memoryHost(new Map([["efemarai.yaml", text]])), options));
}

function pictureOf({ graph, diagnostics }: Checked): Picture {
  return pictureData(graph, diagnostics);
}

/** The error of an XML parser for each text; empty if the text is valid. Python has a strict parser. */
export function xmlProblems(texts: readonly string[]): readonly string[] {
  const script = `import json, sys
from xml.etree import ElementTree
problems = []
for text in json.load(sys.stdin):
    try:
        root = ElementTree.fromstring(text.encode())
        problems.append("" if root.tag == "{http://www.w3.org/2000/svg}svg" else root.tag)
    except (ElementTree.ParseError, UnicodeError) as error:
        problems.append(str(error))
json.dump(problems, sys.stdout)`;
  const { stdout, stderr, status } = spawnSync("python3", ["-c", script], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
