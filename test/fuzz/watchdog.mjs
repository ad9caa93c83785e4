// Ends a process whose main thread works on one input for too long. Only another thread can do that during an endless
// loop.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const { shared, limitMs } = workerData;
/** How many inputs were started, and whether one is in progress. */
const state = new Int32Array(shared);
let seen = -1;
let since = 0;

setInterval(() => {
  const count = Atomics.load(state, 0);
  const { user, system } = process.cpuUsage();
  const used = (user + system) / 1000;
  if (count !== seen || Atomics.load(state, 1) === 0) {
    seen = count;
    since = used;
  } else if (used - since > limitMs) {
    writeSync(2, `one input takes more than ${limitMs / 1000} s of the processor\n`);
    process.kill(process.pid, "SIGKILL");
  }
}, 200);
