// The plan's interfaces, its zod schema and the published JSON Schema are equivalent.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import * as assert from "uvu/assert";
import type { z } from "zod";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { schemaText } from "../src/plan/json-schema.ts";
import { executionPlan, type inferredPlan } from "../src/plan/schema.ts";
import { describe } from "./describe.ts";
import { casesOf } from "./fixtures.ts";
import { fixture } from "./golden.ts";

/**
 * The interfaces are readonly and the types that zod infers are not. No other difference is allowed, in either
 * direction.
 */
type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Inferred = z.infer<typeof inferredPlan>;
const isAccepted = (plan: Frozen<Inferred>): ExecutionPlan => plan;
const isProduced = (plan: ExecutionPlan): Frozen<Inferred> => plan;
// Assignability ignores optional keys that only one side has; identity does not.
const isSame: Same<Frozen<ExecutionPlan>, Frozen<Inferred>> = true;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const plans = casesOf("accept").map((name) => {
  return { name, plan: JSON.parse(readFileSync(fixture("accept", name, "plan.json"), "utf8")) as Json };
});

type Path = readonly (string | number)[];

/** The places of all parts of a value. */
function pathsOf(value: Json, path: Path = []): readonly Path[] {
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((child: Json, i) => [i, child] as const)
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with another value at one place; `undefined` removes it. */
function replaced(value: Json, [key, ...rest]: Path, by: Json | undefined): Json | undefined {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.flatMap((child: Json, i) => {
      const next = i === key ? replaced(child, rest, by) : child;
      return next === undefined ? [] : [next];
    });
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, child]) => {
    const next = name === key ? replaced(child, rest, by) : child;
    return next === undefined ? [] : [[name, next] as const];
  });
  return Object.fromEntries(entries);
}

const accepts = (plan: unknown) => executionPlan.safeParse(plan).success;

describe("the schema of the plan", (test) => {
  test("has the types of the interfaces, in both directions", () => {
    assert.ok(isSame && typeof isAccepted === "function" && typeof isProduced === "function");
  });

  test("accepts every golden plan without changing it", () => {
    for (const { name, plan } of plans) {
      const { success, data } = executionPlan.safeParse(plan);
      assert.ok(success, name);
      // zod leaves `__proto__` out of its copy, so the copy is not used.
      if (name !== "collections" && name !== "hostile-names") assert.equal(data, plan);
    }
  });

  test("rejects every missing or extra key", () => {
    const optional = /^(description|image|imageSize|branch|commit|accessToken|credentials|default|message)$/;
    for (const { name, plan } of plans.filter((each) => ["remote", "local", "universal"].includes(each.name))) {
      for (const path of pathsOf(plan)) {
        const last = path[path.length - 1];
        if (typeof last !== "string" || path.includes("map")) continue;
        const without = replaced(plan, path, undefined);
        assert.is(accepts(without), optional.test(last), `${name}: ${path.join(".")} taken out`);
        const parent = path.slice(0, -1);
        const more = replaced(plan, parent, { ...(valueAt(plan, parent) as object), unknown: 1 } as Json);
        assert.not(accepts(more), `${name}: ${parent.join(".")}.unknown`);
      }
    }
  });

  test("rejects values of another type", () => {
    const wrong: readonly Json[] = [null, true, -1.5, "\u0000", [[1]], { unknown: 1 }];
    for (const { name, plan } of plans.filter((each) =>
      ["remote", "universal-alone", "environment"].includes(each.name),
    )) {
      for (const path of pathsOf(plan)) {
        const accepted = wrong.filter((value) => accepts(replaced(plan, path, value)));
        // Free text accepts any text, and a literal accepts any scalar.
        const free = path[path.length - 1] === "literal" ? 4 : 1;
        assert.ok(
          accepted.length <= free && accepted.every((value) => typeof value !== "object" || free === 4),
          `${name}: ${path.join(".")} ${JSON.stringify(accepted)}`,
        );
      }
    }
  });

  test("rejects other versions, invalid hashes and unknown devices", () => {
    const [first] = plans.filter((each) => each.name === "local");
    assert.ok(first);
    const wrong: readonly (readonly [Path, Json])[] = [
      [["planVersion"], 2],
      [["planVersion"], "1"],
      [["hash"], "sha256:0"],
      [["hash"], "0".repeat(64)],
      [["sources", 0, "sha256"], "F".repeat(64)],
      [["models", 0, "device"], "gpu"],
      [["models", 0, "batch", "maxSize"], 0],
      [["models", 0, "steps", 0, "kind"], "build"],
      [["models", 0, "span", "start", "line"], 0],
    ];
    for (const [path, value] of wrong) assert.not(accepts(replaced(first.plan, path, value)), path.join("."));
  });

  test("rejects anything else", () => {
    fc.assert(fc.property(fc.anything(), (value) => assert.not(accepts(value))));
  });

  test("is published as JSON Schema, with the same bytes every time", () => {
    assert.is(schemaText("plan"), schemaText("plan"));
    const schema = JSON.parse(schemaText("plan")) as {
      readonly required: readonly string[];
      readonly additionalProperties: boolean;
    };
    assert.equal([...schema.required].sort(), ["environment", "generator", "hash", "models", "planVersion", "sources"]);
    assert.is(schema.additionalProperties, false);
  });
});

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((at, key) => (at as Readonly<Record<string | number, Json>>)[key] ?? null, value);
}
