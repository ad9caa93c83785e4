// For any content of a definition, its bindings are exactly the planned statements, and every compiler accepts them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "@jridgewell/sourcemap-codec";
import fc from "fast-check";
import ts from "typescript-6";
import * as assert from "uvu/assert";
import { declare } from "../src/emit/bindings.ts";
import { collisions } from "../src/emit/collisions.ts";
import { emit, type FileName } from "../src/emit/emit.ts";
import { verify } from "../src/emit/printer.ts";
import type { ExecutionPlan, PlanModel } from "../src/plan/execution-plan.ts";
import { spelledName } from "../src/plan/spelling.ts";
import { COMPILERS, compile, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { hostileModel, hostilePlan, hostileText } from "./hostile-plans.ts";
import { modelOf, planOf } from "./plans.ts";

/** A failure names its seed; `SEED` runs it again. */
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const DEFINITIONS = 200;

const definitions = fc.record({
  specs: fc.array(hostileModel, { minLength: 1, maxLength: 3 }),
  root: hostileText.map((text) => `../${text}/`),
});

const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** The identifiers of the models of a module, in the order of the plan. */
const constants = (text: string): readonly string[] =>
  [...text.matchAll(/^export (?:declare )?const ([^:]+):/gm)].map(([, name]) => name ?? "");

function modulesOf(plan: ExecutionPlan, root: string): ReadonlyMap<FileName, string> {
  const files = [...emit(plan, { root }), ...emit(plan, { root, target: "js" })];
  return new Map(files.map(({ path, text }) => [path, text]));
}

describe("hostile definitions", (test) => {
  const samples = fc
    .sample(definitions, { numRuns: DEFINITIONS, seed })
    .map(({ specs, root }) => ({ plan: hostilePlan(specs), root }));

  test(`give the planned statements in every module (SEED=${seed})`, () => {
    for (const { plan, root } of samples) {
      // The emitter verifies each module, but not the content of comments.
      const modules = modulesOf(plan, root);
      for (const path of ["models.ts", "models.d.ts", "models.js"] as const) {
        const text = modules.get(path) ?? "";
        assert.not.match(text.replaceAll("\n", ""), UNSAFE);
        const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
        assert.is(file.getLineStarts().length, text.split("\n").length, "a compiler counts the lines as we do");
        assert.equal(file.referencedFiles, []);
        assert.is((file as { readonly checkJsDirective?: unknown }).checkJsDirective, undefined, "no @ts-nocheck");
        const withoutStrings = text.replace(/"(?:[^"\\\n]|\\.)*"/g, "");
        assert.not.match(withoutStrings, /# ?source(?!MappingURL=models\.d\.ts\.map\n$)|#__PURE/);
      }
      const names = constants(modules.get("models.ts") ?? "");
      assert.is(new Set(names).size, plan.models.length);
      assert.equal(constants(modules.get("models.d.ts") ?? ""), names);
    }
  });

  test(`link each model to its place (SEED=${seed})`, () => {
    for (const { plan, root } of samples) {
      const modules = modulesOf(plan, root);
      const { sources, mappings } = JSON.parse(modules.get("models.d.ts.map") ?? "");
      const lines = decode(mappings);
      const models = (modules.get("models.d.ts") ?? "").split("\n").flatMap((line, index) => {
        return line.startsWith("export declare const ") ? [lines[index]] : [];
      });
      assert.equal(
        models.map((segments) => segments?.map(([, source = -1, line]) => [sources[source], line])),
        plan.models.map(({ span }) => [[root + span.file, span.start.line - 1]]),
      );
    }
  });

  test(`compile on every supported TypeScript (SEED=${seed})`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-hostile-"));
    try {
      const files = samples.flatMap(({ plan, root }, index) =>
        [...modulesOf(plan, root)].map(([path, text]) => {
          return [`${path === "models.ts" ? "ts" : "js"}/${index}/${path}`, text] as const;
        }),
      );
      writeProject(folder, Object.fromEntries(files));
      for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("are verified: a change anywhere in the code is found", () => {
    const property = fc.property(
      definitions,
      fc.nat(),
      fc.constantFrom("*/", "x", '"', ";", "\n;", "`"),
      (one, at, by) => {
        const plan = hostilePlan(one.specs);
        const text = modulesOf(plan, one.root).get("models.ts") ?? "";
        const declarations = declare(plan, { root: one.root });
        verify(text, declarations);
        const places = codeOf(text);
        const place = places[at % places.length] ?? 0;
        assert.throws(() => verify(text.slice(0, place) + by + text.slice(place), declarations));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });
});

/** Every offset inside of a token of a module. */
function codeOf(text: string): readonly number[] {
  const file = ts.createSourceFile("models.ts", text, ts.ScriptTarget.Latest, true);
  const offsets: number[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file).filter(({ kind }) => kind < ts.SyntaxKind.FirstJSDocNode);
    if (children.length > 0) children.forEach(visit);
    else for (let at = node.getStart(file) + 1; at < node.end; at += 1) offsets.push(at);
  };
  visit(file);
  return offsets;
}

describe("identifiers of hostile names", (test) => {
  const named = fc
    .uniqueArray(hostileText, { minLength: 1, maxLength: 6 })
    .map((names) => names.map((name, index): PlanModel => modelOf({ id: `m${index}`, name })));
  const byName = (models: readonly PlanModel[]): ReadonlyMap<string, string> => {
    const names = constants(modulesOf(planOf(models), "./").get("models.ts") ?? "");
    return new Map(models.map(({ name }, index) => [spelledName(name), names[index] ?? ""]));
  };

  test("do not depend on the order of the models", () => {
    fc.assert(
      fc.property(named, (models) => {
        const sorted = [...byName(models)].sort();
        assert.equal([...byName([...models].reverse())].sort(), sorted);
      }),
      { numRuns: 50 },
    );
  });

  test("stay the same if a model with another name is added", () => {
    fc.assert(
      fc.property(named, (models) => {
        const [added, ...before] = models;
        fc.pre(collisions(planOf(models)).length === collisions(planOf(before)).length);
        const after = byName(models);
        for (const [name, identifier] of byName(before))
          assert.is(after.get(name), identifier, `beside ${added?.name}`);
      }),
      { numRuns: 50 },
    );
  });

  test("with variables are template literal types of exactly that text", () => {
    const names = fc.tuple(hostileText, hostileText).map(([before, after]) => ({
      template: [{ literal: before }, { env: "CI_SHA" }, { literal: after }],
    }));
    fc.assert(
      fc.property(names, (name) => {
        const model: PlanModel = { ...modelOf({ id: "m0", name: "" }), name };
        const text = modulesOf(planOf([model]), "./").get("models.ts") ?? "";
        const file = ts.createSourceFile("models.ts", text, ts.ScriptTarget.Latest);
        const [type] = file.statements.flatMap((statement) =>
          ts.isTypeAliasDeclaration(statement) && statement.name.text === "ModelName" ? [statement.type] : [],
        );
        const [before, , after] = name.template.map((part) => ("literal" in part ? part.literal : ""));
        if (before === "" && after === "") return;
        assert.ok(type && ts.isTemplateLiteralTypeNode(type), text);
        assert.equal([type.head.text, ...type.templateSpans.map(({ literal }) => literal.text)], [before, after]);
      }),
      { numRuns: 200 },
    );
  });
});
