// The credentials server of Amazon ECS has a fixed address, so this test needs a network of its own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";

const inNetwork = (...command: readonly string[]) => {
  const script = 'ip link set lo up && ip address add 169.254.170.2/32 dev lo && exec "$@"';
  return spawnSync("unshare", ["-rn", "sh", "-c", script, "sh", ...command], { encoding: "utf8", timeout: 60_000 });
};

const canRun = inNetwork("true").status === 0;
if (!canRun) console.log("skipped: the relative address of container credentials needs `unshare` and `ip`");

describe("the credentials of a container with a relative address", (test) => {
  test("are found at the address of Amazon ECS", () => {
    if (!canRun) return;
    const script = join(import.meta.dirname, "container-credentials.ts");
    const { stdout, stderr } = inNetwork(process.execPath, "--import", "tsx", script);
    assert.ok(stdout !== "", stderr);
    const source = "the request was signed with the keys of the container";
    const keys = { accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" };
    assert.equal(JSON.parse(stdout), { kind: "value", value: { value: { keys, source } } });
  });
});
