// The same functions through a child process with JSON lines, one call after the other.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { batchOf, leastOf } from "./least.mjs";

const [python = "python3", what, size] = process.argv.slice(2);
const child = spawn(python, [fileURLToPath(new URL("json_lines.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = [];
createInterface({ input: child.stdout }).on("line", (line) => answers.shift()(JSON.parse(line)));
const ask = (request) =>
  new Promise((resolve) => {
    answers.push(resolve);
    child.stdin.write(`${JSON.stringify(request)}\n`);
  });

if (what === "batch") {
  const datapoints = batchOf(Number(size)).map(({ inputs }) => inputs);
  console.log(await leastOf(5, 500, () => ask({ function: "predict", datapoints })));
} else {
  const images = async () => {
    const found = await ask({ function: "predict_images", datapoints: batchOf(64) });
    return found.map(({ image }) => Buffer.from(image, "base64"));
  };
  console.log(await leastOf(3, 2, images));
}
child.stdin.end();
