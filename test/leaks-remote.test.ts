// No lock file and no bundle contains the value of an environment variable, and no command that makes, shows or verifies one prints
// it. The values are planted in everything that a definition says about code, files and images on servers.
import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { CODE, command, definition, writeAll } from "./bundle-project.ts";
import { describe } from "./describe.ts";
import { filesBelow, mark, search } from "./planted.ts";
import { gitIn, serveGit } from "./run/git-server.ts";
import { temporaryFolder } from "./temporary.ts";

const VALUES = {
  FOLDER: mark(0),
  BRANCH: mark(1),
  GIT_TOKEN: mark(2),
  KEY: mark(3),
  SIGNATURE: mark(4),
  STORAGE_TOKEN: mark(5),
  LOCAL: `${mark(6)}/local.bin`,
  IMAGE: mark(7).toLowerCase(),
  NAME: mark(8),
  TOKEN_OF_DATA: mark(9),
};
const COUNT = Object.keys(VALUES).length;

describe("no lock file and no bundle contains the value of an environment variable", (test) => {
  test("neither does the cache, nor the output of the commands that make, show and verify them", async () => {
    const folder = temporaryFolder();
    const [project, served, cache] = ["project", "served", "cache"].map((name) => join(folder, name));
    if (project === undefined || served === undefined || cache === undefined) throw new Error("no folders");
    const code = writeAll(join(served, VALUES.FOLDER, "code"), CODE);
    gitIn(code, "init", "--quiet");
    gitIn(code, "add", ".");
    gitIn(code, "commit", "--quiet", "-m", "first");
    gitIn(code, "branch", VALUES.BRANCH);
    const requested: string[] = [];
    const server = createServer((request, response) => {
      const { url = "/" } = request;
      requested.push(`${url} ${request.headers.authorization ?? ""}`);
      if (url.startsWith(`/${VALUES.FOLDER}/`)) return serveGit(served, url, request, response);
      const found = url.startsWith(`/${VALUES.KEY}/`);
      const body = found ? '{"scale": 3}' : `nothing at ${url}`;
      response.writeHead(found ? 200 : 404, { "content-length": body.length }).end(body);
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref(); // a test that fails does not close it
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const remote = (name: string, more: string) => `      - name: ${name}
        url: http://${host}/\${KEY}/${name}.bin?sig=\${SIGNATURE}
        credentials: \${STORAGE_TOKEN}
${more}`;
    const text = definition(
      `        url: http://${host}/\${KEY}/scale.json
        upload: \${UPLOAD}
${remote("kept", "")}${remote("packed", "        upload: ${UPLOAD}\n")}      - name: local
        url: \${LOCAL}
`,
      `    description: of \${NAME}
    x-modelwright:
      passEnv: [TOKEN_OF_DATA]
    repository:
      url: http://${host}/\${FOLDER}/code/.git
      branch: \${BRANCH}
      access_token: \${GIT_TOKEN}
`,
    ).replace("python:3.11-slim", `${host}/\${IMAGE}:1`);
    writeAll(project, {
      "efemarai.yaml": text,
      "examples/inputs.jsonl": '{"id": "a", "x": 1}\n',
      [VALUES.LOCAL]: "local",
    });

    const run = async (args: readonly string[], expected: number): Promise<string> => {
      const { out, err, code: exit } = await command(project, args, { cache, env: { ...VALUES, UPLOAD: "true" } });
      const shown = args.join(" ");
      assert.is(exit, expected, `${shown}: ${err}`);
      search({ [`stdout of ${shown}`]: out, [`stderr of ${shown}`]: err }, COUNT);
      return out + err;
    };
    const bundle = (out: string) => run(["bundle", "--out", out], 0);
    assert.match(await run(["lock"], 6), `Not locked: ${host}/\${IMAGE}:1`);
    await run(["lock", "--check", "--no-images"], 4);
    await run(["lock", "--update", "--no-images"], 0);
    await run(["lock", "--update", "other"], 2);
    await bundle("../made.tar");
    await bundle("../made");
    renameSync(join(project, VALUES.LOCAL), join(project, "elsewhere"));
    await run(["bundle", "--out", "../incomplete"], 6);
    await run(["bundle", "--out", "../offline", "--offline"], 6);
    for (const made of ["../made.tar", "../made"]) {
      await run(["bundle", "inspect", made], 0);
      await run(["bundle", "inspect", made, "--format", "json"], 0);
      assert.match(await run(["bundle", "verify", made, "--run"], 1), "no prediction is recorded");
    }

    // The values were used.
    for (const each of [VALUES.FOLDER, VALUES.KEY, VALUES.SIGNATURE, VALUES.IMAGE])
      assert.ok(
        requested.some((request) => request.includes(each)),
        each,
      );
    assert.ok(
      requested.some(
        (request) =>
          request.includes(Buffer.from(VALUES.GIT_TOKEN).toString("base64").slice(0, 12)) ||
          request.includes(VALUES.GIT_TOKEN),
      ),
    );
    const lock = JSON.parse(readFileSync(join(project, "modelwright.lock"), "utf8"));
    assert.is(Object.keys(lock.files).length, 3);
    assert.is(Object.keys(lock.code).length, 1);
    search({ "modelwright.lock": JSON.stringify(lock) }, COUNT);
    for (const made of ["made", "made.tar"]) {
      const bytes = made === "made" ? filesBelow(join(folder, made)) : { [made]: readFileSync(join(folder, made)) };
      assert.match(Object.values(bytes).join(""), "def predict");
      search(bytes, COUNT);
    }
    server.close();
    server.closeAllConnections();
    search(filesBelow(cache), COUNT);
  });
});
