import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@jridgewell/sourcemap-codec";
import fc from "fast-check";
import ts from "typescript-6";
import * as assert from "uvu/assert";
import { sha256Hex } from "../src/base/digest.ts";
import { emit } from "../src/emit/emit.ts";
import { type ExistingFiles, inspect, inspectBytes } from "../src/emit/inspect.ts";
import { verify } from "../src/emit/printer.ts";
import { checkPublished, publish } from "../src/emit/publish.ts";
import { print } from "../src/emit/text-printer.ts";
import type { ExecutionPlan, PlanArgument, PlanModel } from "../src/plan/execution-plan.ts";
import { contentHash } from "../src/plan/hash.ts";
import { spelledName } from "../src/plan/spelling.ts";
import { COMPILERS, compile, write, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { hostileModel, hostilePlan, NASTY } from "./hostile-plans.ts";
import { modelOf, named, planOf } from "./plans.ts";

const OPTIONS = { root: "../" };

const yolor: ExecutionPlan = (() => {
  const model = modelOf({
    id: "yolor_p6",
    name: "YOLOR-P6",
    description: "Finds objects.",
    keys: ["boxes", "classes", "scores", "embedding"],
    load: [
      { name: "params_url", type: "path", value: { ref: "yolor_p6/files/params", select: "url" } },
      { name: "threshold", type: "number", value: { literal: 0.5 } },
      { name: "token", type: "secret", value: { env: "GIT_KEY" } },
      { name: "stage", type: "secret", value: { env: "STAGE", default: "test" } },
      { name: "sizes", type: "list", value: { list: [{ literal: 1 }, { literal: 2 }] } },
      { name: "extra", type: "map", value: { map: { "a-b": { literal: true }, c: { list: [] } } } },
    ],
  });
  const [, ...steps] = model.steps;
  const url = { literal: "https://somebody:secret@github.com/efemarai/yolor" };
  const checkout: PlanModel["steps"][number] = {
    id: "yolor_p6/repository",
    kind: "checkout",
    needs: [],
    url,
    branch: { literal: "main" },
    accessToken: { env: "GIT_KEY" },
  };
  return planOf([{ ...model, batch: { maxSize: 1 }, steps: [checkout, ...steps] }]);
})();

const DEFINITION = `{ root: "../", plan: "${contentHash(yolor).slice(0, 23)}" }`;

const argument = (type: PlanArgument["type"], value: PlanArgument["value"]) => ({ name: "argument", type, value });

/** The same value with the keys of all objects in reverse alphabetical order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? 1 : -1));
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

/** The text of a generated file. */
function textOf(plan: ExecutionPlan, path: "models.ts" | "plan.json" = "models.ts"): string {
  const file = emit(plan, OPTIONS).find((candidate) => candidate.path === path);
  assert.ok(file, `${path} was not generated`);
  return file.text;
}

const bodyOf = (text: string): string => text.slice(text.indexOf("\n\n") + 2);

/** The identifiers of the models, in the order of the plan. */
const constants = (text: string): string[] =>
  [...text.matchAll(/^export const ([^:]+):/gm)].map(([, name]) => name ?? "");

function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  let result: T;
  try {
    result = body(folder);
  } catch (error) {
    remove();
    throw error;
  }
  if (result instanceof Promise) return result.finally(remove) as T;
  remove();
  return result;
}

describe("emit", (test) => {
  test("makes the bindings of a model", () => {
    assert.is(
      bodyOf(textOf(yolor)),
      `import { defineModel } from "modelwright/run";
import type { Datapoint, Model } from "modelwright/run";

/** Returns a model of the plan, typed at its export. \`root\` is the path to the definition's folder. */
function fromPlan(id: string): never {
  return defineModel(id, import.meta, ${DEFINITION}) as never;
}

/** The names of the models. */
export type ModelName = "YOLOR-P6";

/** A hash of the plan. Comments and blank lines in the definition do not affect it. */
export type PlanHash = "${contentHash(yolor)}";

/** The arguments of \`inference:get_model\`, which is called once. */
export interface YolorP6LoadArguments {
  /** A path or URL, as the model's code receives it. */
  readonly params_url: string;
  readonly threshold: number;
  /** From the environment; its value is never stored. */
  readonly token: string;
  /** From the environment; its value is never stored. */
  readonly stage: string;
  readonly sizes: readonly number[];
  readonly extra: { readonly "a-b": boolean; readonly c: readonly unknown[] };
}

/** The arguments of \`inference:predict\`, which is called once per batch. */
export interface YolorP6PredictArguments {
  /** The return value of the load function; it never leaves the model's process. */
  readonly model: unknown;
  /** The datapoints of the batch. */
  readonly datapoints: unknown;
}

/** The prediction of YOLOR-P6 for one datapoint. */
export interface YolorP6Prediction {
  /** Boxes as x1, y1, x2, y2: the top-left and bottom-right corners. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  /** The index of each class. */
  readonly classes: readonly number[];
  /** The score of each class. */
  readonly scores: readonly number[];
  /** The definition does not specify its type. */
  readonly embedding: unknown;
}

/** The environment variables of YOLOR-P6. */
export interface YolorP6Environment {
  /** Used by \`yolor_p6/load\`, \`yolor_p6/repository\`. */
  readonly GIT_KEY: string;
  /** Used by \`yolor_p6/load\`. */
  readonly STAGE?: string | undefined;
}

/**
 * YOLOR-P6: Finds objects.
 *
 * - Defined in \`efemarai.yaml\`
 * - Code from \`https://github.com/efemarai/yolor\` at \`main\`
 * - Loaded by \`inference:get_model\`, predicts with \`inference:predict\`
 * - Image \`python:3.11-slim\`
 * - Device \`cpu\`, one datapoint per call
 */
export const yolorP6: Model<Datapoint, YolorP6Prediction, YolorP6Environment> = /* @__PURE__ */ fromPlan("yolor_p6");
`,
    );
  });

  test("says in the header which files it was made from", () => {
    const lines = textOf(yolor).split("\n");
    assert.is(
      lines[0],
      "// @generated by modelwright; do not edit. Change the definition, then run `modelwright build`.",
    );
    assert.is(lines[1], "// generator: modelwright 0.1.0");
    assert.is(lines[2], '// root: "../"');
    assert.is(lines[3], "// source: efemarai.yaml");
    assert.is(lines[4], `// plan: ${contentHash(yolor)}`);
    assert.match(lines[5] ?? "", /^\/\/ body: sha256:[0-9a-f]{64}$/);
    assert.throws(() => emit(yolor, { root: "/home/somebody/" }), /relative path/);
  });

  test("writes the plan with sorted keys", () => {
    const map = JSON.parse('{"b":{"literal":-0},"10":{"literal":"\\ud800"},"9":{"literal":null},"a":{"list":[]}}');
    Object.defineProperty(map, "__proto__", { value: { literal: true }, enumerable: true });
    const text = textOf(
      { ...yolor, models: [modelOf({ id: "m", name: "m", load: [argument("map", { map })] })] },
      "plan.json",
    );
    const start = text.indexOf('"map": {');
    assert.is(
      text.slice(start, text.indexOf('"entrypoint"', start)).replace(/\s+/g, ""),
      `"map":{"10":{"literal":"\\ud800"},"9":{"literal":null},"__proto__":{"literal":true},"a":{"list":[]},"b":{"literal":0}}}}],`,
    );
    assert.is(text.at(-1), "\n");
  });

  test("asks each model only for the variables that it requires", () => {
    const load = (value: PlanArgument["value"]) => [argument("secret", value)];
    const text = textOf(
      planOf([
        modelOf({ id: "a", name: "a", load: load({ env: "KEY" }) }),
        modelOf({ id: "b", name: "b", load: load({ env: "KEY", default: "" }) }),
        modelOf({ id: "c", name: "c" }),
      ]),
    );
    assert.match(text, "interface AEnvironment {\n  /** Used by `a/load`. */\n  readonly KEY: string;\n}");
    assert.match(text, "interface BEnvironment {\n  /** Used by `b/load`. */\n  readonly KEY?: string | undefined;\n}");
    assert.match(text, "type CEnvironment = Readonly<Record<string, never>>;");
  });

  test("makes a universal model a function of a name", () => {
    const universal = modelOf({ id: "any", name: "${model.name}", universal: true });
    const files = ["weights", "__proto__"].map((name) => {
      return { id: `any/files/${name}`, kind: "parameter", needs: [], name } as const;
    });
    const name = { id: "any/name", kind: "parameter", needs: [], name: "name" } as const;
    const text = textOf(planOf([{ ...universal, steps: [name, ...files, ...universal.steps] }, ...named("a")]));
    assert.equal(constants(text), ["universal", "a"]);
    assert.match(text, " * The universal model (`efemarai.yaml`) creates others: `universal(name)`.\n");
    assert.match(text, 'export type ModelName = "a";');
    assert.match(
      text,
      /interface UniversalFiles \{\n.*\n {2}readonly weights: string;\n.*\n {2}readonly "?__proto__"?: string;\n\}/,
    );
    const type =
      "UniversalModel<Datapoint, UniversalPrediction, UniversalEnvironment, UniversalFiles, UniversalPrediction>";
    const definition = /defineModel\(id, import\.meta, (\{.*\})\) as never;/.exec(text)?.[1];
    assert.match(text, `universal: ${type} = /* @__PURE__ */ defineUniversalModel("any", import.meta, ${definition});`);
    const alone = textOf(planOf([universal]));
    assert.match(alone, "import { defineUniversalModel } from");
    assert.match(alone, "UniversalEnvironment, void, UniversalPrediction>");
    // A model of that name keeps its identifier.
    assert.equal(constants(textOf(planOf([universal, ...named("universal")]))), ["universal_2", "universal"]);
    const none = bodyOf(textOf(planOf([])));
    assert.match(none, "export type ModelName = never;");
    assert.not.match(none, "import");
  });

  test("does not depend on the order of keys or models", () => {
    const plan = planOf(named("b", "B", "a"));
    const before = emit(plan, OPTIONS);
    assert.equal(emit(reversed(plan) as ExecutionPlan, OPTIONS), before);
    assert.equal(constants(textOf(planOf(named("b", "B", "a")))), ["b", "b_2", "a"]);
    assert.equal(constants(textOf(planOf(named("B", "a", "b")))), ["b_2", "a", "b"]);
  });
});

describe("emit: names", (test) => {
  const check = (names: readonly string[], identifiers: readonly string[]) => {
    assert.equal(constants(textOf(planOf(named(...names)))), identifiers);
  };

  test("makes identifiers that resemble the names", () => {
    check(["YOLOR-P6", "my model", "ResNet50", "YOLOv8"], ["yolorP6", "myModel", "resNet50", "yolov8"]);
    check(
      ["org/model", "big_BERT", "Détecteur", "分类器", "модель"],
      ["orgModel", "bigBert", "détecteur", "分类器", "модель"],
    );
    check(["3d", "v1.0", "v10", "v1.0.1"], ["model3d", "v1_0", "v10", "v1_0_1"]);
  });

  test("finds an identifier for a name without letters", () => {
    check(["", "🙂", "—", "\u202e"], ["model", "model_4", "model_2", "model_3"]);
  });

  test("avoids reserved words, globals and its own names", () => {
    check(["default", "await", "arguments", "then"], ["defaultModel", "awaitModel", "argumentsModel", "thenModel"]);
    check(["define model", "from plan", "undefined"], ["defineModelModel", "fromPlanModel", "undefinedModel"]);
    check(["__proto__", "constructor", "Error", "Model"], ["proto", "constructor", "error", "model"]);
  });

  test("gives colliding names unique suffixes", () => {
    check(["a b", "a-b", "aB", "a b 2"], ["aB_2", "aB_3", "aB", "aB2"]);
    check(["v1", "V1", "v 1.2"], ["v1", "v1_3", "v1_2"]);
    check(["default", "default model"], ["defaultModel", "defaultModel_2"]);
    check(["x", "x"], ["x", "x_2"]);
  });
});

/** How a program uses the bindings, and the errors for wrong uses. */
const USAGE = `
import * as models from "./yolor/models.js";
import type { ModelName, YolorP6Environment, YolorP6LoadArguments } from "./yolor/models.js";
import type { Datapoint } from "modelwright/run";

declare const process: { readonly env: { [name: string]: string | undefined; TZ?: string } };
declare const datapoints: readonly Datapoint[];
const detector = await models.yolorP6.start({ env: process.env });
await models.yolorP6.start({ env: { GIT_KEY: "key" } satisfies YolorP6Environment });
for await (const prediction of detector.predict(datapoints)) {
  const left: number | undefined = prediction.boxes[0]?.[0];
  const embedding: unknown = prediction.embedding;
  // @ts-expect-error
  prediction.masks;
  // @ts-expect-error
  prediction.classes.push(left ?? embedding);
}
await detector.stop();
export const name: ModelName = "YOLOR-P6";
// @ts-expect-error
export const otherName: ModelName = "YOLOR";
// @ts-expect-error
export const incomplete: YolorP6Environment = { STAGE: "test" };
export const loadArguments: YolorP6LoadArguments = {
  params_url: "", threshold: 0.5, stage: "test", token: "", sizes: [1], extra: { "a-b": true, c: [] },
};
`;

/** The JSDoc tags in a text: `@deprecated` in a description must not become a tag. */
function documentationTags(text: string): string[] {
  const source = ts.createSourceFile("models.ts", text, ts.ScriptTarget.Latest, true);
  const tagsOf = (node: ts.Node): string[] => [
    ...ts.getJSDocTags(node).map((tag) => tag.getText()),
    ...node.getChildren().flatMap(tagsOf),
  ];
  return source.statements.flatMap(tagsOf);
}

describe("emit: hostile definitions", (test) => {
  test("cannot end a comment or start a tag", () => {
    const description = "ends */ here\n@deprecated \u202e{@link x} me@example.org #__PURE__";
    const text = textOf(planOf([modelOf({ id: "m", name: "m", description })]));
    assert.match(text, " * m: ends *\\/ here &#64;deprecated \\u202e{&#64;link x} me@example.org &#35;__PURE__\n");
  });

  test("can end with a backslash", () => {
    const value = { map: { "\\": { map: { "*/ export const evil = 1; /*": { env: "A" } } }, "a\\\\": { literal: 1 } } };
    const text = textOf(planOf([modelOf({ id: "m", name: "m", load: [{ name: "a", type: "map", value }] })]));
    assert.match(text, String.raw`readonly "\u005c": { readonly "*/ export const evil = 1; /*": string }`);
    assert.match(text, String.raw`readonly "a\\\u005c": number`);
  });

  test("fails if an escape is missing", () => {
    const declare = (doc: string, type: string) => [{ kind: "type" as const, name: "A", doc: [doc], type }];
    const check = (doc: string, type: string, message: RegExp) => {
      const declarations = declare(doc, type);
      assert.throws(() => verify(print(declarations), declarations), message);
    };
    verify(print(declare("fine", "string")), declare("fine", "string"));
    check(
      "*/ export const evil = 1; /*",
      "string",
      /has "const: export const evil = 1;" where "type: export type A = string;"/,
    );
    check("fine", "string; export interface B { }", /has "type: export type A = string;" where/);
    check("fine", "{", /does not parse/);
  });

  test("compiles without errors on every supported TypeScript", () =>
    inFolder(async (folder) => {
      const hostile = hostilePlan(fc.sample(hostileModel, { numRuns: 400, seed: 20260 }));
      writeProject(folder, {
        "usage.ts": USAGE,
        "yolor/models.ts": textOf(yolor),
        "hostile/models.ts": textOf(hostile),
        "each/models.ts": textOf(planOf(named(...NASTY))),
        "empty/models.ts": textOf(planOf([])),
      });
      assert.equal(documentationTags(textOf(hostile)), []);
      const outputs = await Promise.all(COMPILERS.map((compiler) => compile(compiler, folder)));
      assert.equal(
        outputs,
        COMPILERS.map(() => ""),
      );
    }));
});

const changed = planOf([...named("a")]);

describe("emit: JavaScript", (test) => {
  const JS = { root: "../", target: "js" } as const;
  const files = new Map(emit(yolor, JS).map(({ path, text }) => [path, text]));

  test("makes a module with only the values", () => {
    assert.equal([...files.keys()], ["models.d.ts", "models.d.ts.map", "models.js", "plan.json"]);
    assert.is(
      bodyOf(files.get("models.js") ?? ""),
      `import { defineModel } from "modelwright/run";

/** Returns a model of the plan, typed at its export. \`root\` is the path to the definition's folder. */
function fromPlan(id) {
  return defineModel(id, import.meta, ${DEFINITION});
}

export const yolorP6 = /* @__PURE__ */ fromPlan("yolor_p6");
`,
    );
  });

  test("declares the same types with their origins", () => {
    const text = bodyOf(files.get("models.d.ts") ?? "");
    const expected = bodyOf(textOf(yolor))
      .replace('import { defineModel } from "modelwright/run";\n', "")
      .replace(/\/\*\* Returns a model of the plan[^}]*\}\) as never;\n\}\n\n/, "")
      .replace("export const", "export declare const")
      .replace(/ = \/\* @__PURE__.*;/, ";");
    assert.is(text, `${expected}\n//# sourceMappingURL=models.d.ts.map\n`);
    const { mappings, ...map } = JSON.parse(files.get("models.d.ts.map") ?? "");
    assert.equal(map, {
      version: 3,
      file: "models.d.ts",
      names: [],
      sources: ["../efemarai.yaml"],
      x_generator: "modelwright",
    });
    const [first, ...others] = decode(mappings).flat();
    assert.equal(first, [0, 0, 0, 0]);
    // `ModelName` and `PlanHash` have no origin; everything else links to a line of the definition.
    assert.equal(others.slice(0, 2), [[12], [12]]);
    assert.ok(others.slice(2).every(([, source, line, column]) => source === 0 && line === 7 && column === 4));
  });

  test("is a module without any model too", () => {
    const [declarations, map, module] = emit(planOf([]), JS).map(({ text }) => text);
    assert.is(bodyOf(module ?? ""), "export {};\n");
    assert.match(declarations ?? "", "export type ModelName = never;");
    assert.equal(JSON.parse(map ?? "").sources, []);
  });

  test("compiles on every supported TypeScript, with the same errors", () =>
    inFolder(async (folder) => {
      const hostile = hostilePlan(fc.sample(hostileModel, { numRuns: 200, seed: 20261 }));
      const generated = (name: string, plan: ExecutionPlan) =>
        Object.fromEntries(emit(plan, JS).map(({ path, text }) => [`${name}/${path}`, text]));
      writeProject(folder, {
        "usage.ts": USAGE,
        ...generated("yolor", yolor),
        ...generated("hostile", hostile),
        ...generated("empty", planOf([])),
      });
      const outputs = await Promise.all(COMPILERS.map((compiler) => compile(compiler, folder)));
      assert.equal(
        outputs,
        COMPILERS.map(() => ""),
      );
    }));

  test("compares, and replaces only outdated files", () =>
    inFolder((folder) => {
      const all = [...files.keys()];
      const states = (plan = yolor) => checkPublished(folder, plan, JS).map(({ path, state }) => `${path} ${state}`);
      assert.equal(publish(folder, yolor, JS).written, all);
      assert.equal(publish(folder, yolor, JS), { written: [], unchanged: all, foreign: [], removed: [] });
      assert.equal(
        states(changed),
        all.map((path) => `${path} stale`),
      );
      write(folder, { "models.js": `${files.get("models.js")}evil();\n` });
      write(folder, {
        "models.d.ts.map": (files.get("models.d.ts.map") ?? "").replace('"mappings": "', '"mappings": "A'),
      });
      assert.equal(states().slice(1, 3), ["models.d.ts.map stale", "models.js edited"]);
      assert.equal(publish(folder, yolor, JS).written, ["models.d.ts.map", "models.js"]);
      assert.equal(
        states(),
        all.map((path) => `${path} current`),
      );
      rmSync(join(folder, "models.d.ts.map"));
      assert.equal(publish(folder, yolor, JS).written, ["models.d.ts.map"]);
      write(folder, { "models.d.ts.map": '{ "version": 3 }\n', "models.d.ts": "export {};\n" });
      assert.equal(publish(folder, yolor, JS).foreign, ["models.d.ts", "models.d.ts.map"]);
    }));

  test("removes files of another target if they are ours", () =>
    inFolder((folder) => {
      publish(folder, yolor, OPTIONS);
      assert.equal(checkPublished(folder, yolor, JS).slice(-1), [{ path: "models.ts", state: "leftover" }]);
      assert.equal(publish(folder, yolor, JS).removed, ["models.ts"]);
      assert.equal(readdirSync(folder).sort(), [...files.keys()].sort());
      assert.equal(publish(folder, yolor, OPTIONS).removed, ["models.d.ts", "models.d.ts.map", "models.js"]);
      assert.equal(readdirSync(folder).sort(), ["models.ts", "plan.json"]);
    }));

  test("keeps the compiled output of the TypeScript target, and refuses to write next to a foreign module", () =>
    inFolder((folder) => {
      publish(folder, yolor, OPTIONS);
      const compiled = textOf(yolor);
      write(folder, { "models.js": compiled, "models.d.ts": compiled });
      assert.equal(publish(folder, yolor, OPTIONS).removed, []);
      assert.equal(publish(folder, yolor, JS).foreign, ["models.d.ts", "models.js"]);
      for (const path of ["models.js", "models.d.ts"]) rmSync(join(folder, path));
      write(folder, { "models.ts": "export const mine = 1;\n" });
      assert.equal(publish(folder, yolor, JS), {
        written: [],
        unchanged: ["plan.json"],
        foreign: ["models.ts"],
        removed: [],
      });
    }));
});

const readFolder = (folder: string): ExistingFiles =>
  new Map(emit(yolor, OPTIONS).map(({ path }) => [path, readFileSync(join(folder, path), "utf8")]));

describe("emit: existing files", (test) => {
  const files = (models: string | undefined, plan: string | undefined): ExistingFiles => {
    const existing = new Map<"models.ts" | "plan.json", string>();
    if (models !== undefined) existing.set("models.ts", models);
    if (plan !== undefined) existing.set("plan.json", plan);
    return existing;
  };
  const [models, plan] = [textOf(yolor), textOf(yolor, "plan.json")];
  const check = (existing: ExistingFiles, states: readonly string[], now = yolor, options = OPTIONS) => {
    assert.equal(
      inspect(now, options, existing).map(({ state }) => state),
      states,
    );
    assert.equal(
      inspectBytes(now, options, existing).map(({ state }) => state),
      states,
    );
  };

  test("are current, missing or stale", () => {
    check(files(models, plan), ["current", "current"]);
    check(files(undefined, undefined), ["missing", "missing"]);
    check(files(models, plan), ["stale", "stale"], changed);
    check(files(models, plan), ["stale", "current"], yolor, { root: "./" });
    check(files(models.replace("modelwright 0.1.0", "modelwright 0.0.9"), plan), ["stale", "current"]);
  });

  test("are current if only their newlines changed", () => {
    check(files(models.replaceAll("\n", "\r\n"), plan.replaceAll("\n", "\r\n")), ["current", "current"]);
  });

  test("are reported if someone edited them", () => {
    check(files(models.replace("Finds", "Finds all"), plan.replace("Finds", "Finds all")), ["edited", "edited"]);
    check(files(models.replace(/^\/\/ body: .*\n/m, ""), plan.replace("{", "<<<<<<< ours\n{")), ["edited", "edited"]);
    check(files(models.slice(0, 200), plan), ["edited", "current"]);
  });

  test("are foreign unless Modelwright generated them", () => {
    check(files("export const mine = 1;\n", "{}\n"), ["foreign", "foreign"]);
    check(files("", ""), ["foreign", "foreign"]);
    check(files(`// mine\n${models}`, '{ "planVersion": 1, "generator": "modelwright" }'), ["foreign", "foreign"]);
    check(files(models, '{\n  "generator": "modelwright 9",\n  "planVersion": 2,\n}'), ["current", "edited"]);
  });

  test("are compared byte for byte if the content is otherwise equal", () => {
    const forged = models.replace("Finds", "Makes");
    const digest = sha256Hex(bodyOf(forged));
    const existing = files(forged.replace(/^(\/\/ body: sha256:).*$/m, `$1${digest}`), plan);
    assert.equal(
      inspect(yolor, OPTIONS, existing).map(({ state }) => state),
      ["current", "current"],
    );
    assert.equal(
      inspectBytes(yolor, OPTIONS, existing).map(({ state }) => state),
      ["stale", "current"],
    );
  });
});

describe("emit: many models", (test) => {
  /** Every model reads one variable, as in a team's definitions. */
  const many = (count: number): ExecutionPlan => {
    const load = ["a", "b", "c", "d"].map((name) => ({ ...argument("secret", { env: "KEY" }), name }));
    const models = named(...Array.from({ length: count }, (_, index) => `model ${index}`));
    return planOf(
      models.map(({ id, name }) =>
        modelOf({ id, name: spelledName(name), load, keys: ["boxes", "classes", "scores"] }),
      ),
    );
  };
  /** The minimum of three times, in milliseconds, because a busy machine only adds time. */
  const workOf = (count: number, options: Parameters<typeof emit>[1]): number => {
    const plan = many(count);
    const times = [1, 2, 3].map(() => {
      const start = process.cpuUsage();
      emit(plan, options);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  };

  test("needs time and space in proportion to the models", () => {
    const sizes = [250, 1000].map((count) => textOf(many(count)).length);
    const [small = 0, large = 0] = sizes;
    assert.ok(large < small * 4.2, `${sizes}`);
    for (const target of ["ts", "js"] as const) {
      const [some, all] = [workOf(250, { root: "./", target }), workOf(1000, { root: "./", target })];
      // Linear growth is a factor of 4; a printer that is called for each declaration has a factor of 16.
      assert.ok(all < some * 8 + 500, `${target}: 250 models took ${some} ms, 1000 took ${all} ms`);
    }
  });
});

describe("emit: publish", (test) => {
  test("gives up if the system cannot create folders, as in /proc", () => {
    assert.throws(() => publish("/proc/modelwright/generated", yolor, OPTIONS), /ENOENT|EACCES|EPERM/);
  });

  test("writes missing and outdated files and does not touch others", () =>
    inFolder((folder) => {
      const out = join(folder, "deep", "generated");
      const all = ["models.ts", "plan.json"];
      assert.equal(publish(out, yolor, OPTIONS), { written: all, unchanged: [], foreign: [], removed: [] });
      assert.equal(readFolder(out), new Map(emit(yolor, OPTIONS).map(({ path, text }) => [path, text])));
      const before = all.map((path) => statSync(join(out, path)));
      assert.equal(publish(out, yolor, OPTIONS), { written: [], unchanged: all, foreign: [], removed: [] });
      const after = all.map((path) => statSync(join(out, path)));
      assert.equal(
        after.map(({ ino, mtimeMs }) => [ino, mtimeMs]),
        before.map(({ ino, mtimeMs }) => [ino, mtimeMs]),
      );
      rmSync(join(out, "plan.json"));
      assert.equal(publish(out, yolor, OPTIONS), {
        written: ["plan.json"],
        unchanged: ["models.ts"],
        foreign: [],
        removed: [],
      });
      assert.equal(publish(out, changed, OPTIONS).written, all);
      assert.equal(readdirSync(out).sort(), all);
      assert.equal(
        checkPublished(out, yolor, OPTIONS).map(({ state }) => state),
        ["stale", "stale"],
      );
    }));

  test("writes nothing next to a foreign file", () =>
    inFolder((folder) => {
      write(folder, { "models.ts": "export const mine = 1;\n" });
      assert.equal(publish(folder, yolor, OPTIONS), {
        written: [],
        unchanged: [],
        foreign: ["models.ts"],
        removed: [],
      });
      assert.equal(readdirSync(folder), ["models.ts"]);
      assert.is(readFileSync(join(folder, "models.ts"), "utf8"), "export const mine = 1;\n");
    }));

  test("treats a folder or a link in the place of a file as a foreign file", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "models.ts"));
      symlinkSync("nowhere", join(folder, "plan.json"));
      assert.equal(publish(folder, yolor, OPTIONS).foreign, ["models.ts", "plan.json"]);
    }));

  test("leaves no partial file if writing fails", () =>
    inFolder((folder) => {
      write(folder, { file: "" });
      assert.throws(() => publish(join(folder, "file", "out"), yolor, OPTIONS));
      assert.equal(readdirSync(folder), ["file"]);
    }));

  test("loads ts-morph for the first build and not for the second", () =>
    inFolder((folder) => {
      const program = `
        import { createRequire } from "node:module";
        import { readFileSync } from "node:fs";
        import { publish } from ${JSON.stringify(new URL("../src/emit/publish.ts", import.meta.url).href)};
        const plan = JSON.parse(readFileSync(0, "utf8"));
        const { written } = publish(process.argv[1], plan, { root: "../" });
        const loaded = Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("ts-morph"));
        console.log(JSON.stringify({ written, loaded }));`;
      const build = () => {
        const args = ["--import", "tsx", "--input-type=module", "--eval", program, folder];
        const child = spawnSync(process.execPath, args, { cwd: ROOT, input: JSON.stringify(yolor), encoding: "utf8" });
        assert.is(child.status, 0, child.stderr);
        return JSON.parse(child.stdout);
      };
      assert.equal(build(), { written: ["models.ts", "plan.json"], loaded: true });
      assert.equal(build(), { written: [], loaded: false });
    }));
});
