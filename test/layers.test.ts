// Proves the arrows of src/ARCHITECTURE.md: imports point only left, each library stays in its folder, and everything up
// to the plan is pure.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

/** From left to right. A folder can import itself and the folders to its left. */
const LAYERS = [
  "base",
  "grammar",
  "parse",
  "bind",
  "python",
  "infer",
  "check",
  "explain",
  "plan",
  "compile",
  "fix",
  "editor",
  "system",
  "disk",
  "render",
  "draw",
  "emit",
  "run",
  "build",
  "lock",
  "serve",
  "plugin",
  "lsp",
  "cli",
  "playground",
  "vscode",
] as const;

/** The rooms of a large folder, from left to right: its subfolders, and its loose files. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  python: [
    "text",
    "module",
    "reach",
    "types",
    "scan",
    "syntax",
    "names",
    "calls",
    "type-lookup",
    "resolve",
    "declarations",
  ],
  check: [
    ...["examples", "facts", "conceal", "edits", "checked", "portable", "python-syntax-words"],
    ...["accepted", "rule", "rule-settings", "rules", "check"],
  ],
  draw: [
    ...[
      "dagre.d",
      "sizes",
      "label",
      "theme",
      "drawing",
      "details",
      "regions",
      "layout",
      "pack",
      "hops",
      "picture",
      "markup",
    ],
    ...["page", "page-code", "svg", "html"],
  ],
  run: [
    ...[
      "api",
      "abort",
      "values",
      "secrets",
      "storage",
      "registry",
      "acquire",
      "worker",
      "container",
      "pack",
      "host",
      "input",
      "output",
      "examples",
      "prepare",
      "bundle",
      "process",
      "client",
    ],
    ...["run", "browser", "index"],
  ],
  editor: [
    ...["markdown", "changes", "symbols", "definition", "rename", "actions", "outline", "hover", "links"],
    ...["hints", "lenses", "tokens", "folding", "complete"],
  ],
  cli: [
    ...[
      "exit",
      "reason",
      "streams",
      "start",
      "output",
      "hyperlinks",
      "rule-url",
      "terminal",
      "render",
      "config",
      "options",
      "numbers",
      "container-options",
      "given-bundle",
      "interruptible",
      "compile-files",
    ],
    ...["baseline-file", "fixed-files", "repeat", "commands", "model-commands", "program", "main"],
  ],
  vscode: [
    ...["node", "choice", "messages", "project", "definitions", "server", "status", "programs"],
    ...["page", "graph-page", "graph", "commands", "extension"],
  ],
};

/** Everything to the left of the compiler except `base`. */
const STAGES = ["explain", "plan", "check", "infer", "python", "bind", "parse", "grammar"] as const;

/** `emit` and `run` are next to each other: both see the plan and nothing else. */
const NOT_SEEN: Readonly<Record<string, readonly string[]>> = {
  grammar: ["base"],
  python: ["grammar", "parse", "bind"],
  system: ["editor", "fix", "compile", ...STAGES],
  disk: ["editor", "fix", "compile", ...STAGES],
  render: ["disk", "system", "editor", "fix", ...STAGES],
  draw: ["disk", "system", "editor", "fix", "compile"],
  emit: ["draw", "render", "disk", "editor", "fix", "compile", ...STAGES.filter((stage) => stage !== "plan")],
  run: ["emit", "draw", "render", "disk", "editor", "fix", "compile", ...STAGES.filter((stage) => stage !== "plan")],
  build: ["run", "draw", "render", "editor", "fix"],
  lock: ["build", "emit", "draw", "render", "editor", "fix"],
  serve: [
    ...["lock", "build", "draw", "render", "disk", "editor", "fix", "compile"],
    ...STAGES.filter((stage) => stage !== "plan"),
  ],
  plugin: ["serve", "lock", "run", "draw", "editor", "fix"],
  playground: [
    "cli",
    "plugin",
    "serve",
    "lock",
    "build",
    "run",
    "emit",
    "disk",
    "system",
    "editor",
    "fix",
    "compile",
    ...STAGES,
  ],
  lsp: ["plugin", "serve", "lock", "build", "run", "render"],
  vscode: [
    "cli",
    "plugin",
    "serve",
    "lock",
    "build",
    "run",
    "emit",
    "render",
    "disk",
    "system",
    "editor",
    "fix",
    "compile",
    ...STAGES,
  ],
};

/** The entries of the package, which only list public names of other files. */
const ENTRIES = ["src/core.ts", "src/index.ts", "src/browser.ts", "src/build-api.ts"];

/** The folder or file in which each package can be imported. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ["grammar/"],
  zod: ["src/plan/", "src/cli/render/json-schema.ts"],
  yaml: ["src/parse/"],
  "@dagrejs/graphlib": ["src/bind/graph.ts"],
  "@noble/hashes": ["src/base/digest.ts"],
  "ts-morph": ["src/emit/printer.ts"],
  "@jridgewell/sourcemap-codec": ["src/emit/declaration-map.ts"],
  "#aws4fetch": ["src/run/storage/sign-s3.ts"],
  "#dagre": ["src/draw/layout.ts"],
  "#unplugin": ["src/plugin/index.ts"],
  commander: ["src/cli/"],
  "string-width": ["src/render/columns.ts"],
  diff: ["src/cli/fixed-files.ts"],
  "vscode-languageserver": ["src/lsp/", "src/playground/"],
  "vscode-languageserver-textdocument": ["src/lsp/"],
  codemirror: ["src/playground/"],
  "@codemirror/autocomplete": ["src/playground/"],
  "@codemirror/commands": ["src/playground/"],
  "@codemirror/lang-python": ["src/playground/"],
  "@codemirror/lang-yaml": ["src/playground/"],
  "@codemirror/language": ["src/playground/"],
  "@codemirror/lint": ["src/playground/"],
  "@codemirror/lsp-client": ["src/playground/"],
  "@codemirror/search": ["src/playground/"],
  "@codemirror/state": ["src/playground/"],
  "@codemirror/view": ["src/playground/"],
  "@lezer/highlight": ["src/playground/"],
  "vscode-languageclient": ["src/vscode/"],
  vscode: ["src/vscode/"],
};

/** The code that needs Node.js: whole folders, and the files of `emit` that verify, write, or encode for a build tool. */
const IMPURE = [
  ...[
    "src/system/",
    "src/disk/",
    "src/run/",
    "src/build.ts",
    "src/build-api.ts",
    "src/lock/",
    "src/serve/",
    "src/plugin/",
    "src/lsp/",
    "src/playground/",
    "src/cli/",
    "src/vscode/",
  ],
  ...["bundled", "definition-declarations", "emit", "printer", "publish"].map((name) => `src/emit/${name}.ts`),
];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = ["src", "grammar"].flatMap((folder) => filesBelow(folder)).filter((path) => path.endsWith(".ts"));
const imports = files.flatMap(importsOf);

describe("layers", (test) => {
  test("imports point only left", () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith(".") || ENTRIES.includes(file)) return false;
      const [from, to] = [layerOf(file), layerOf(join(dirname(file), target))];
      return LAYERS.indexOf(to) > LAYERS.indexOf(from) || NOT_SEEN[from]?.includes(to) === true;
    });
    assert.equal(wrong, []);
  });

  test("every file belongs to a layer", () => {
    assert.equal(
      files.filter((file) => !ENTRIES.includes(file) && !LAYERS.includes(layerOf(file))),
      [],
    );
  });

  test("imports inside a large folder also point only left", () => {
    const wrong = imports.filter(({ file, target }) => {
      const other = join(dirname(file), target);
      const rooms = ROOMS[layerOf(file)];
      if (rooms === undefined || !target.startsWith(".") || layerOf(other) !== layerOf(file)) return false;
      return rooms.indexOf(roomOf(other)) > rooms.indexOf(roomOf(file));
    });
    assert.equal(wrong, []);
  });

  test("every file of a large folder belongs to a room, and at most three are loose in run", () => {
    const homeless = files.filter((file) => ROOMS[layerOf(file)]?.includes(roomOf(file)) === false);
    assert.equal(homeless, []);
    assert.is(files.filter((file) => /^src\/run\/[^/]+$/.test(file)).length, 3);
    const withFolders = new Set(files.filter((file) => file.split("/").length > 3).map(layerOf));
    assert.equal([...withFolders].sort(), Object.keys(ROOMS).sort());
  });

  test("each package stays in its folder", () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target.startsWith(".") || target.startsWith("node:")) return false;
      const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
      return PACKAGES[name]?.some((place) => file.startsWith(place)) !== true;
    });
    assert.equal(wrong, []);
  });

  test("everything up to the plan is pure, and so is the code that generates the texts of bindings", () => {
    const isPure = (file: string) => !IMPURE.some((folder) => file.startsWith(folder));
    assert.equal(
      imports.filter(
        ({ file, target }) => target.startsWith(".") && isPure(file) && !isPure(join(dirname(file), target)),
      ),
      [],
    );
    assert.equal(
      imports.filter(({ file, target }) => target.startsWith("node:") && isPure(file)),
      [],
    );
    const impure =
      /\b(?:process\.(?!removed)\w|Date\.now|new Date\b|Math\.random|performance\.now|setTimeout|globalThis|Buffer\.)/;
    assert.equal(
      files.filter((file) => isPure(file) && impure.test(code(file))),
      [],
    );
  });

  test("imports name the file, and there are no cycles", () => {
    const barrels = new Set([...ENTRIES, "src/run/index.ts", "src/plugin/index.ts", "src/check/rules/index.ts"]);
    const relativeImports = imports.filter(({ target }) => target.startsWith("."));
    assert.equal(
      relativeImports.filter(({ target }) => !/\.ts$/.test(target)),
      [],
    );
    const onBarrels = relativeImports.filter(({ file, target }) => barrels.has(join(dirname(file), target)));
    assert.equal(
      onBarrels.filter(({ file, target }) => !target.endsWith("rules/index.ts") && !ENTRIES.includes(file)),
      [],
    );
    assert.equal(cyclesOf(relativeImports), []);
  });

  test("the compiler core never names ts-morph, and the printer loads it only when called", () => {
    assert.not.match(readFileSync(join(ROOT, "src/emit/printer.ts"), "utf8"), /^import (?!type)[^;]*"ts-morph"/m);
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function importsOf(file: string): readonly Import[] {
  const statement =
    /^(?:import|export)\b[^"`;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\b(?:import|require|load)\("([^"]+)"\)/gm;
  const found = code(file).matchAll(statement);
  return [...found].map(([, from, bare, called]) => ({ file, target: from ?? bare ?? called ?? "" }));
}

/** The text of a file without comments and template literals. */
function code(file: string): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replace(/`(?:\\.|[^`\\])*`/g, "``");
}

function layerOf(file: string): (typeof LAYERS)[number] {
  const [root, folder = ""] = file.split("/");
  return (root === "grammar" ? "grammar" : folder.replace(/\.ts$/, "")) as (typeof LAYERS)[number];
}

/** The room of a file: the subfolder of its layer, or its own name. */
function roomOf(file: string): string {
  return (file.split("/")[2] ?? "").replace(/\.ts$/, "");
}

/** Files that import one another in a circle, except for types: one line per circle. */
function cyclesOf(edges: readonly Import[]): readonly string[] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of edges) {
    targets.set(file, [...(targets.get(file) ?? []), join(dirname(file), target)]);
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    else if (!done.has(file)) {
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    }
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
}
