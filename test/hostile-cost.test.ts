// What hostile files cost: four times as much of a kind takes about four times as long. `npm run bench hostile` shows how long a
// megabyte of each takes.
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { renderConcise } from "../src/cli/render/concise.ts";
import { check } from "../src/compile.ts";
import { describe } from "./describe.ts";
import { HOSTILE, type HostileKind } from "./hostile-kinds.ts";
import { processorTime } from "./processor-time.ts";

/** So much more there is, and … */
const TIMES = 4;
/** … so many times as long it may take; what is quadratic takes 16 times as long. */
const MOST_GROWTH = 9;
/** Milliseconds; less than this is noise. */
const NOISE = 250;
/** The fewest milliseconds of so many runs count: collecting garbage only adds. */
const RUNS = 2;

/** What it takes to check so many repetitions of a kind, and to print what is found. */
function cost({ make }: HostileKind, count: number): number {
  const files = make(count);
  const definitions = [...files.keys()].filter((path) => /(?:^|\/)efemarai\.yaml$/.test(path));
  const run = () => void renderConcise(check(definitions, memoryHost(files)));
  return Math.min(...Array.from({ length: RUNS }, () => processorTime(run)));
}

describe("hostile files", (test) => {
  for (const kind of HOSTILE) {
    test(`${kind.name}: the time grows as the text does`, () => {
      const large = Math.max(TIMES, Math.ceil(kind.megabyte / 5));
      const long = cost(kind, large);
      if (long < NOISE) return;
      const short = cost(kind, Math.ceil(large / TIMES));
      assert.ok(long < MOST_GROWTH * Math.max(short, NOISE / MOST_GROWTH), `${short} ms, then ${long} ms`);
    });
  }
});
