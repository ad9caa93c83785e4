// Runs whose output is in a storage service.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { fixture } from "../golden.ts";
import { temporaryFolder } from "../temporary.ts";
import { downloadUrl } from "./download-url.ts";
import { planOf, runPlan } from "./harness.ts";
import { cuttingProxy } from "./servers/cutting-proxy.ts";
import { S3 } from "./servers/s3.ts";

const { start } = S3;
const plan = planOf({ folder: "hostile", predict: "prints", keys: ["id"], maxSize: 2 });

describe("run: an output in a storage service", (test) => {
  test("with another scheme is refused before anything starts", async () => {
    const environment = { XDG_CACHE_HOME: temporaryFolder() };
    for (const [output, message] of [
      ["s3://bucket/folder/", "`s3://bucket/folder/` is a folder; add the name of a file"],
      ["s3://x", "`s3://x` does not name a bucket: write `s3://BUCKET/KEY`"],
      ["sftp://user:secret@host/rows", /^`sftp:\/\/host\/rows` cannot have a password/],
    ] as const) {
      const { report } = await runPlan(plan, fixture("run/one.jsonl"), { output, environment });
      assert.is(report.failures.length, 1);
      assert.is(report.failures[0]?.step, "output");
      const said = report.failures[0]?.message ?? "";
      assert.ok(typeof message === "string" ? said === message : message.test(said), said);
    }
  });

  if (start === undefined) return console.log(`skipped: outputs in s3:// need ${S3.needs} (MODELWRIGHT_STORAGE_TOOLS)`);

  test("is uploaded at the end, kept if that fails, and continued from either", async () => {
    const server = await start();
    const proxy = await cuttingProxy(server.port);
    try {
      const { allowed } = await server.access(proxy.port);
      const access = allowed.find(({ title }) => title === "keys in variables") ?? allowed[0];
      const folder = temporaryFolder();
      const input = join(folder, "in.jsonl");
      const output = server.url("results/rows.jsonl");
      const cache = join(folder, "cache");
      const predict = async (count: number, resume: boolean, from = cache) => {
        writeFileSync(input, Array.from({ length: count }, (_, index) => `{"id":"d${index}"}\n`).join(""));
        const environment = { ...process.env, ...access.environment, XDG_CACHE_HOME: from, PATH: process.env["PATH"] };
        return run(plan, { root: fixture("run"), input, output, resume, environment });
      };
      const stored = async (): Promise<readonly string[]> => {
        const limits = { stallMs: 5000, retryMs: 5, signal: new AbortController().signal, onProgress: () => {} };
        const { environment } = access;
        const file = await downloadUrl({ url: output, cache: temporaryFolder(), environment, ...limits });
        return file.kind === "problem" ? [] : readFileSync(file.value.path, "utf8").trim().split("\n");
      };
      const idsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).id);
      const local = (): readonly string[] =>
        readdirSync(join(cache, "modelwright/outputs"), { recursive: true }).filter((name) =>
          /\./.test(String(name)),
        ) as string[];

      const first = await predict(3, false);
      assert.equal(first.failures, []);
      assert.equal(idsOf(await stored()), ["d0", "d1", "d2"]);
      assert.equal(local(), [], "nothing is left on this machine");

      const second = await predict(5, true, join(folder, "another cache"));
      assert.equal([second.failures, second.models[0]?.kept, second.rows], [[], 3, 5]);
      assert.equal(idsOf(await stored()), ["d0", "d1", "d2", "d3", "d4"]);

      proxy.close(); // the service cannot be reached from now on
      const third = await predict(2, false);
      assert.is(third.failures[0]?.step, "output");
      assert.match(
        third.failures[0]?.message ?? "",
        /cannot be written: the server refused the connection; the rows are in/,
      );
      assert.is(local().length, 1);

      const { environment } = (await server.access(server.port)).allowed[1] ?? allowed[0];
      Object.assign(access.environment, environment);
      const fourth = await predict(3, true);
      assert.equal([fourth.failures, fourth.models[0]?.kept, fourth.rows], [[], 2, 3]);
      assert.equal(idsOf(await stored()), ["d0", "d1", "d2"]);
      assert.equal(local(), []);
    } finally {
      proxy.close();
      server.close();
    }
    assert.ok(!existsSync("s3:"));
  });
});
