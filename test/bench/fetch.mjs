// Measures how long downloads of 200 MB from local servers take, relative to curl or sftp in the same minute. Both write a file; ours
// is also hashed. Needs the servers of the storage tests (MODELWRIGHT_STORAGE_TOOLS).
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadUrl } from "../run/download-url.ts";
import { AZURE } from "../run/servers/azure.ts";
import { GS } from "../run/servers/gs.ts";
import { HDFS } from "../run/servers/hdfs.ts";
import { S3 } from "../run/servers/s3.ts";
import { SFTP } from "../run/servers/sftp.ts";
import { table } from "./table.mjs";

const MEGABYTES = 200;
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
const block = randomBytes(1024 * 1024);
const content = Buffer.concat(Array.from({ length: MEGABYTES }, () => block));

/** The fastest of some rounds, in seconds. */
async function fastest(task) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await task(round);
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

async function ours(server, round) {
  const { allowed } = await server.access(server.port);
  const cache = join(folder, `cache-${round}`);
  const limits = { stallMs: 30_000, retryMs: 100, signal: new AbortController().signal, onProgress: () => {} };
  const file = await downloadUrl({ ...allowed[0], url: server.url("large.bin"), cache, ...limits });
  if (file.kind === "problem") throw new Error(file.message);
  rmSync(cache, { recursive: true });
}

async function theirs(server) {
  const to = join(folder, "theirs");
  const [program, ...args] = await server.otherTool("large.bin", to);
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed with ${status}: ${stderr}`);
  rmSync(to);
  return program;
}

const row = table(10, 14);
row(["", "MB/s", "other", "MB/s", "time, times"]);
for (const { scheme, start, needs } of [S3, GS, AZURE, SFTP, HDFS]) {
  if (start === undefined) {
    console.log(`skipped: ${scheme} needs ${needs}`);
    continue;
  }
  const server = await start();
  try {
    await server.put("large.bin", content);
    let program = "";
    const other = await fastest(async () => {
      program = await theirs(server);
    });
    const own = await fastest((round) => ours(server, round));
    const speed = (seconds) => (MEGABYTES / seconds).toFixed(0);
    row([scheme, speed(own), program, speed(other), (own / other).toFixed(2)]);
  } finally {
    server.close();
  }
}
rmSync(folder, { recursive: true });
process.exit();
