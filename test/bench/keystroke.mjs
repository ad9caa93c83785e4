// Measures `check` after one letter changes in the middle of a definition, as in an editor: with and without a reader, in
// correct text, and in text with an unclosed quote or bracket. Prints CPU times and their ratio to `parse` of the whole
// text, and then the heap after 2,000 edits. Fails only if a budget is clearly exceeded, because other programs affect the
// figures.
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { memoryHost } from "../../src/base/host.ts";
import { check } from "../../src/compile.ts";
import { parse } from "../../src/parse/parse.ts";
import { definitionReader } from "../../src/parse/reader.ts";
import { manyModels } from "../many-models.ts";
import { table } from "./table.mjs";

const CASES = [
  { count: 1, rounds: 101 },
  { count: 50, rounds: 41 },
  { count: 1000, rounds: 9 },
];
const EDITS = 2000;
/** A broken text relative to `check` of a correct one; the heap in megabytes that the edits of 50 models add. */
const BUDGET = { broken: 2, heap: 10 };
/** A budget is clearly exceeded from this factor on. */
const TOLERANCE = 2;
const PATH = "efemarai.yaml";

/** Returns the text after a number of edits, each of which replaces one letter in the middle. */
function typing(count) {
  const text = manyModels(count, "rich").get(PATH);
  const at = text.indexOf("Finds", text.lastIndexOf("- name: model", text.length / 2));
  const letters = "abcdefghijklmnopqrstuvwxyz";
  return (edits) => text.slice(0, at) + letters[edits % letters.length] + text.slice(at + 1);
}

/** The ways to break a text in the middle. */
const BROKEN = {
  quote: (text) => replaceInMiddle(text, '.pt" }', ".pt }"),
  bracket: (text) => replaceInMiddle(text, '.pt" }', '.pt"'),
};

function replaceInMiddle(text, from, to) {
  const at = text.indexOf(from, text.lastIndexOf("- name: model", text.length / 2));
  return text.slice(0, at) + to + text.slice(at + from.length);
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

/** Runs in a process of its own: the median times of one size, with all ways alternating. */
function measureTimes({ count, rounds }) {
  const files = manyModels(count, "rich");
  const textAfter = typing(count);
  const checkOf = (text, options) => check([PATH], memoryHost(new Map(files).set(PATH, text)), options);
  const [parser, quote, bracket, whole] = Array.from({ length: 4 }, definitionReader);
  const ways = {
    parse: (text) => parse({ path: PATH, text }),
    "parse, kept": (text) => parser.parse({ path: PATH, text }),
    check: (text) => checkOf(text),
    "check, kept": (text) => checkOf(text, { reader: whole }),
    "open quote": (text) => checkOf(BROKEN.quote(text)),
    "open quote, kept": (text) => checkOf(BROKEN.quote(text), { reader: quote }),
    "open bracket": (text) => checkOf(BROKEN.bracket(text)),
    "open bracket, kept": (text) => checkOf(BROKEN.bracket(text), { reader: bracket }),
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  // The first rounds are a warm-up.
  for (let round = -2; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const text = textAfter(round + 2);
      const start = process.cpuUsage();
      way(text);
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times[name].push((user + system) / 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/** Runs in a process of its own: the heap before and after many edits, every fourth of them broken, in megabytes. */
function measureHeap({ count }) {
  const files = manyModels(count, "rich");
  const textAfter = typing(count);
  const reader = definitionReader();
  const edit = (edits) => {
    const text = edits % 4 === 3 ? BROKEN.quote(textAfter(edits)) : textAfter(edits);
    check([PATH], memoryHost(new Map(files).set(PATH, text)), { reader });
  };
  const heap = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed / 1e6;
  };
  for (let edits = 0; edits < 20; edits++) edit(edits);
  const before = heap();
  for (let edits = 20; edits < EDITS; edits++) edit(edits);
  return { before, after: heap() };
}

/** The result of a function of this file in a process of its own. */
function apart(task, argument) {
  const script = [process.argv[1], "--task", task, "--argument", JSON.stringify(argument)];
  return JSON.parse(
    execFileSync(process.execPath, ["--expose-gc", "--import", "tsx", ...script], { encoding: "utf8" }),
  );
}

const amount = (value) => `${value.toFixed(value < 10 ? 2 : 0)}`;

function report() {
  const above = [];
  const note = (name, value, most) => {
    if (value > most * TOLERANCE) above.push(name);
    return `${value.toFixed(2)}, at most ${most}: ${value <= most ? "met" : "not met"}`;
  };
  const row = table(24, 18);
  row([
    "CPU ms (× parse)",
    ...CASES.map(({ count }) => (count === 1 ? "1 model" : `${count.toLocaleString("en")} models`)),
  ]);
  const all = CASES.map((one) => apart("times", one));
  for (const way of Object.keys(all[0])) {
    row([way, ...all.map((times) => `${amount(times[way])} (${(times[way] / times.parse).toFixed(2)})`)]);
  }
  console.log("");
  CASES.forEach(({ count }, at) => {
    if (count === 1) return;
    for (const way of Object.keys(BROKEN)) {
      const name = `open ${way} in ${count.toLocaleString("en")} models, relative to check`;
      console.log(`${name}: ${note(name, all[at][`open ${way}`] / all[at].check, BUDGET.broken)}`);
    }
  });
  const { before, after } = apart("heap", { count: 50 });
  console.log(
    `heap after ${EDITS} edits of 50 models: ${before.toFixed(1)} to ${after.toFixed(1)} MB; growth ${note("heap", after - before, BUDGET.heap)}`,
  );
  if (above.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({
  options: { json: { type: "string" }, task: { type: "string" }, argument: { type: "string" } },
});
if (values.task === undefined) report();
else console.log(JSON.stringify((values.task === "times" ? measureTimes : measureHeap)(JSON.parse(values.argument))));
