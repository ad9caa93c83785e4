// Measures what another host costs, without its network: an OpenSSH server on the loopback interface. Needs OpenSSH.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasSshServer, startSshServer } from "../run/ssh-server.ts";
import { measureBeside } from "./run/beside.mjs";

if (hasSshServer("the cost of another host")) {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
  const server = await startSshServer();
  try {
    measureBeside("host", { ...server.environment, MODELWRIGHT_BENCH_HOST: `${server.url}${folder}/packages` });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
