// Measures pictures of the graph: 1,000 models of the same shape and 1,000 different ones, each in its own process. Prints a table
// with CPU time, peak memory and size, and fails if a budget is exceeded.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { memoryHost } from "../../src/base/host.ts";
import { check } from "../../src/compile.ts";
import { html } from "../../src/draw/html.ts";
import { pictureData } from "../../src/draw/picture.ts";
import { svg } from "../../src/draw/svg.ts";
import { manyModels } from "../many-models.ts";
import { table } from "./table.mjs";

/** The CPU time to make the picture, in seconds, and the memory of the whole process, in megabytes. */
const BUDGETS = { alike: { seconds: 2, megabytes: 300 }, different: { seconds: 15, megabytes: 1000 } };
const COUNTS = [70, 1000];

const [, , kind, count] = process.argv;
if (kind in BUDGETS) measure(kind, Number(count));
else compare();

/** A definition of models, either all with the same shape or each with its own inputs. */
function definition(kind, count) {
  const files = new Map(manyModels(count, "plain"));
  if (kind === "alike") return files;
  let index = 0;
  const text = files.get("efemarai.yaml").replaceAll("- { name: width, value: 640 }", () => {
    const at = index++;
    // Widths of nodes are rounded, so names differ by more than a few letters.
    const names = [0, 1, 2, 3].map((digit) => `w${digit}${"x".repeat(12 + 4 * (Math.floor(at / 6 ** digit) % 6))}`);
    return names.map((name) => `- { name: ${name}, value: 1 }`).join("\n          ");
  });
  return files.set("efemarai.yaml", text);
}

function measure(kind, count) {
  const { graph, diagnostics } = check(["efemarai.yaml"], memoryHost(definition(kind, count)));
  const timed = (task) => {
    const start = process.cpuUsage();
    const value = task();
    const { user, system } = process.cpuUsage(start);
    return [value, (user + system) / 1e6];
  };
  const [picture, layout] = timed(() => pictureData(graph, diagnostics));
  const [image, drawing] = timed(() => svg(picture));
  const [page, writing] = timed(() => html(picture));
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const figures = {
    layout,
    drawing,
    writing,
    megabytes,
    shapes: picture.shapes.length,
    svg: image.length,
    html: page.length,
  };
  process.stdout.write(JSON.stringify(figures));
}

function compare() {
  const show = table(24, 12);
  show(["graph", "shapes", "layout s", "svg s", "html s", "peak MB", "svg kB", "html kB"]);
  for (const [kind, budget] of Object.entries(BUDGETS)) {
    for (const count of COUNTS) {
      const args = ["--import", "tsx", fileURLToPath(import.meta.url), kind, String(count)];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      const found = JSON.parse(stdout);
      const seconds = [found.layout, found.drawing, found.writing].map((each) => each.toFixed(2));
      const sizes = [found.megabytes, found.svg / 1000, found.html / 1000].map((each) => each.toFixed(0));
      show([`${count} ${kind} models`, String(found.shapes), ...seconds, ...sizes]);
      const total = found.layout + Math.max(found.drawing, found.writing);
      if (total <= budget.seconds && found.megabytes <= budget.megabytes) continue;
      console.error(`${count} ${kind} models exceed ${budget.seconds} s or ${budget.megabytes} MB.`);
      process.exitCode = 1;
    }
  }
}
