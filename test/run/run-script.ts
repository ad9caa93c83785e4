// A process that runs one function of `fixtures/run/hostile` over an input, stops at Ctrl-C, and reports how it ended.
// Arguments: the function, the input, the output, and the time limit for a batch in milliseconds. Log lines and the report go to standard error.
import { run } from "../../src/run/index.ts";
import { fixture } from "../golden.ts";
import { planOf } from "./harness.ts";

const [predict = "", input = "", output = "", batchMs = "3600000"] = process.argv.slice(2);
const controller = new AbortController();
process.on("SIGINT", () => controller.abort());

const report = await run(planOf({ folder: "hostile", predict, keys: ["id"] }), {
  root: fixture("run"),
  environment: process.env,
  input,
  output,
  maxRestarts: 0,
  limits: { batchMs: Number(batchMs) },
  signal: controller.signal,
  onEvent: (event) => {
    if (event.kind === "log" && predict !== "prints") process.stderr.write(`${event.text}\n`);
  },
});
process.stderr.write(JSON.stringify(report));
