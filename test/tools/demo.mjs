// A complete demo: checks a definition, draws its graph, builds plan and bindings, runs the model on real images, and
// compares the predictions with the true labels.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { build } from "./build.mjs";
import { ROOT } from "./install.mjs";

const FOLDER = "fixtures/run/digits";
const OUT = "dist/demo";

console.log("Building modelwright …");
await build();
mkdirSync(`${ROOT}${OUT}`, { recursive: true });

modelwright("check", FOLDER);
modelwright("graph", FOLDER);
modelwright("test", FOLDER);
modelwright("build", FOLDER, "--out", OUT);
modelwright("run", FOLDER, "--input", `${FOLDER}/images`, "--output", `${OUT}/predictions.jsonl`);

const labels = new Map(
  lines(`${FOLDER}/labels.csv`)
    .slice(1)
    .map((line) => line.split(",")),
);
const rows = lines(`${OUT}/predictions.jsonl`).map((line) => JSON.parse(line));
const right = rows.filter(({ id, predictions }) => String(predictions?.classes[0]) === labels.get(id));
const accuracy = (100 * right.length) / rows.length;
console.log("\nSome predictions next to their images:\n");
const wrong = rows.filter((row) => !right.includes(row));
console.log(sideBySide([...right.slice(0, 3), ...wrong.slice(0, 1)].map(card)));
console.log(`\nAccuracy: ${accuracy.toFixed(1)} % (${right.length} of ${rows.length} held-back images)`);
if (rows.length !== labels.size || accuracy < 90) {
  console.error("The accuracy is lower than expected.");
  process.exit(1);
}
console.log(`
Try next: misspell a name in ${FOLDER}/efemarai.yaml and run

  node dist/cli/main.js check ${FOLDER}
`);

/** Runs the command line as a user would and shows its output. */
function modelwright(...args) {
  console.log(`\n$ modelwright ${args.join(" ")}`);
  const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function lines(path) {
  return readFileSync(`${ROOT}${path}`, "utf8").trim().split("\n");
}

function card({ id, predictions }) {
  const [first] = predictions.classes;
  const percent = Math.round(100 * predictions.scores[0]);
  const verdict = String(first) === labels.get(id) ? "right" : `it is a ${labels.get(id)}`;
  const picture = pixels(readFileSync(`${ROOT}${FOLDER}/images/${id}`)).map((row) =>
    row.map((value) => " ░▒▓█"[Math.round(value / 63.75)].repeat(2)).join(""),
  );
  return [...picture, "", `${first}, ${percent} % sure`, verdict].map((line) => line.padEnd(22));
}

function sideBySide(cards) {
  return cards[0].map((_, i) => cards.map((each) => each[i]).join("  ")).join("\n");
}

/** The rows of a grayscale PNG with eight bits per pixel (PNG specification, section 9: filters). */
function pixels(png) {
  const width = png.readUInt32BE(16);
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const data = inflateSync(Buffer.concat(parts));
  const rows = [];
  for (let at = 0; at < data.length; at += width + 1) {
    const above = rows.at(-1) ?? [];
    const row = [];
    for (let x = 0; x < width; x++) {
      const [left, up, corner] = [row[x - 1] ?? 0, above[x] ?? 0, above[x - 1] ?? 0];
      const guess = left + up - corner;
      const nearest = [left, up, corner].sort((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0];
      const predicted = [0, left, up, (left + up) >> 1, nearest][data[at]];
      row.push((data[at + 1 + x] + predicted) & 255);
    }
    rows.push(row);
  }
  return rows;
}
