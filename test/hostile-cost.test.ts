// The cost of a hostile file grows linearly for any repetition, and names and paths are looked up a bounded number of
// times.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { type Host, memoryHost } from "../src/base/host.ts";
import { nearest } from "../src/base/nearest.ts";
import { check } from "../src/compile.ts";
import { actionsFor } from "../src/editor/actions.ts";
import { symbolTable } from "../src/editor/symbols.ts";
import { tokensOf } from "../src/editor/tokens.ts";
import { describe } from "./describe.ts";
import { HOSTILE, type HostileKind } from "./hostile-kinds.ts";
import { processorTime } from "./processor-time.ts";

const definitionsIn = (files: ReadonlyMap<string, string>) =>
  [...files.keys()].filter((path) => path.endsWith("efemarai.yaml"));

/** The time of `check` for a part of a megabyte of a kind, in milliseconds. */
function costOf({ make, megabyte }: HostileKind, part: number): number {
  const files = make(Math.max(1, Math.floor(megabyte * part)));
  const host = memoryHost(files);
  return processorTime(() => void check(definitionsIn(files), host));
}

/** Parts of a megabyte, one four times as large as the other. The second pair is for kinds that reach a limit. */
const PARTS = [0.02, 0.08] as const;
const LIMITED_PARTS = [0.2, 0.8] as const;
/** Linear work takes 4 times as long, quadratic work 16 times. Times below the base are noise. */
const MOST_TIMES = 9;
const BASE_MS = 60;

describe("the cost of a hostile file", (test) => {
  for (const kind of HOSTILE) {
    test(`${kind.name}: grows linearly`, () => {
      const [part, fourTimes] = kind.isLimited ? LIMITED_PARTS : PARTS;
      costOf(kind, part);
      const isLinear = () => {
        const small = costOf(kind, part);
        const large = costOf(kind, fourTimes);
        return (
          large <= MOST_TIMES * Math.max(small, BASE_MS / MOST_TIMES) || `${small.toFixed(0)} to ${large.toFixed(0)} ms`
        );
      };
      // Other programs affect the figures too.
      const tries: string[] = [];
      for (let result = isLinear(); result !== true; result = isLinear()) {
        tries.push(result);
        assert.ok(tries.length < 3, tries.join(", "));
      }
    });
  }
});

describe("the cost of an editor's view", (test) => {
  test("many expressions in a long value: not more than reading them", () => {
    // A letter outside of Latin-1 makes comparisons slow.
    const text = `# ☃\nmodels:\n  - name: a\n    description: "${"${model.name}".repeat(16_000)}"\n`;
    const checked = () => check([{ path: "efemarai.yaml", text }], memoryHost(new Map())).graph;
    const isCheap = () => {
      let graph = checked();
      const read = processorTime(() => {
        graph = checked();
      });
      const [definition] = graph.bound.requested;
      const shown = processorTime(() => {
        symbolTable([graph]);
        if (definition !== undefined) tokensOf(graph, definition.source);
      });
      return shown <= Math.max(2 * read, BASE_MS);
    };
    assert.ok(isCheap() || isCheap() || isCheap());
  });

  test("many findings in a selection: only the first ones get actions", () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `    colour${i}: 1\n`).join("");
    const source = { path: "efemarai.yaml", text: `models:\n  - name: a\n${keys}` };
    const { graph, diagnostics } = check([source], memoryHost(new Map()));
    const [definition] = graph.bound.requested;
    assert.ok(diagnostics.length >= 3000);
    const actions = definition && actionsFor(definition, diagnostics, 0, source.text.length);
    assert.ok((actions?.length ?? 0) >= 100);
    assert.ok(new Set(actions?.map(({ diagnostic }) => diagnostic)).size <= 100);
  });
});

/** A host that counts the calls. */
function countingHost(files: ReadonlyMap<string, string>, ignored: readonly string[] = []) {
  const host = memoryHost(files);
  const counts = { kindOf: 0, namesIn: 0, ignored: 0 };
  const counting: Host = {
    ...host,
    kindOf: (path) => {
      counts.kindOf++;
      return host.kindOf(path);
    },
    namesIn: (folder) => {
      counts.namesIn++;
      return host.namesIn(folder);
    },
    ignored: (paths) => {
      counts.ignored++;
      return new Set(paths.filter((path) => ignored.includes(path)));
    },
  };
  return { host: counting, counts };
}

const kind = (name: string) => HOSTILE.find((each) => each.name === name) as HostileKind;

describe("calls of the host", (test) => {
  test("missing paths are walked from the top to the first missing folder", () => {
    const files = kind("paths of many parts").make(240);
    const { host, counts } = countingHost(files);
    check(["efemarai.yaml"], host);
    assert.ok(counts.kindOf < 300, `${counts.kindOf} paths`);
    assert.ok(counts.namesIn < 5, `${counts.namesIn} folders`);
  });

  test("an existing folder is looked up once, for any number of paths through it", () => {
    const files = kind("paths of many parts that are there").make(100);
    const { host, counts } = countingHost(files);
    check(["efemarai.yaml"], host);
    assert.ok(counts.kindOf < 1000, `${counts.kindOf} paths`);
  });

  test("a path in a thousand models is looked up once", () => {
    const models = Array.from({ length: 1000 }, (_, i) => `  - { name: m${i}, repository: { url: code } }\n`).join("");
    const { host, counts } = countingHost(new Map([["efemarai.yaml", `models:\n${models}`]]));
    check(["efemarai.yaml"], host);
    assert.ok(counts.kindOf < 20, `${counts.kindOf} paths`);
  });

  test("Git is asked about all missing modules at once, and each gets its answer", () => {
    const files = kind("modules").make(300);
    const { host, counts } = countingHost(files, ["mudule_000007.py"]);
    const { diagnostics } = check(["efemarai.yaml"], host);
    assert.ok(counts.ignored <= 2, `${counts.ignored} questions`);
    assert.is(diagnostics.filter(({ code }) => code === "missing-module").length, 299);
    assert.equal(
      diagnostics.filter(({ code }) => code === "unverified-entrypoint").map(({ message }) => message),
      ["`mudule_000007.py` is not on this machine, and Git ignores it."],
    );
  });
});

describe("near names", (test) => {
  const word = fc.string({ unit: fc.constantFrom(..."abcxyz_-0"), minLength: 1, maxLength: 12 });

  test("in a short list are all compared", () => {
    const property = fc.property(word, fc.uniqueArray(word, { maxLength: 40 }), (wanted, names) => {
      assert.equal(nearest(wanted, names), nearestOfAll(wanted, names));
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("in a list, a set and a map of the same names are the same", () => {
    const property = fc.property(word, fc.uniqueArray(word, { maxLength: 200 }), (wanted, names) => {
      const expected = nearest(wanted, names);
      assert.equal(nearest(wanted, new Set(names)), expected);
      assert.equal(nearest(wanted, new Map(names.map((name) => [name, 1]))), expected);
    });
    fc.assert(property);
  });

  test("in a long list include a name with one typo", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `layer_${(i * 7919) % 100_003}_weights_${i}`);
    for (const [at, name] of names.entries()) {
      if (at % 50 > 0) continue;
      const place = at % name.length;
      for (const wrong of [
        name.slice(0, place) + name.slice(place + 1),
        `${name.slice(0, place)}q${name.slice(place)}`,
        `${name.slice(0, place)}q${name.slice(place + 1)}`,
      ]) {
        assert.ok(nearest(wrong, names).includes(name), `${wrong}: ${nearest(wrong, names).join(", ")}`);
      }
    }
  });

  test("in a list that has grown are looked up again", () => {
    const names = new Set(Array.from({ length: 100 }, (_, i) => `file_${i}`));
    assert.equal(nearest("tresholds", names), []);
    names.add("thresholds");
    assert.equal(nearest("tresholds", names), ["thresholds"]);
  });

  test("do not depend on earlier questions", () => {
    const files = kind("references beside files").make(200);
    const once = check(["efemarai.yaml"], memoryHost(files)).diagnostics.map(({ hint }) => hint);
    const again = check(["efemarai.yaml"], memoryHost(files)).diagnostics.map(({ hint }) => hint);
    assert.equal(again, once);
    assert.ok(once.some((hint) => hint?.startsWith("Did you mean")));
  });
});

/** The definition of the result: the distance to every name is computed. */
function nearestOfAll(word: string, names: readonly string[]): readonly string[] {
  const fold = (text: string) => text.toLowerCase().replaceAll("-", "_");
  const limit = Math.max(1, Math.min(4, Math.ceil(word.length * 0.34)));
  const scored = names
    .map((name) => ({ name, distance: distance(fold(word), fold(name)) }))
    .filter(({ name, distance }) => distance <= limit && Math.abs(name.length - word.length) <= limit);
  const isSame = (a: string, b: string) => a === b || a === `${b}s` || b === `${a}s`;
  const same = scored.filter(({ name }) => isSame(fold(word), fold(name)));
  if (same.length === 1) return same.map(({ name }) => name);
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return scored.slice(0, 3).map(({ name }) => name);
}

function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = cost;
    }
  }
  return at(a.length, b.length);
}
