// Registries of images: names, saved logins and digests, with a real registry on this machine.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Result } from "../../src/base/result.ts";
import { readImageName } from "../../src/run/registry/image-reference.ts";
import { resolveDigest } from "../../src/run/registry/registry.ts";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";
import { ENGINE, engine, hasImages, PYTHON_IMAGE, testImage } from "./containers.ts";
import { CODE, definitionOf, inRemoteProject } from "./remote-project.ts";
import { hasRegistry, PASSWORD, pushImage, saySkipped, USER, withRegistry } from "./servers/registry.ts";

const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");

/** An environment in which only these files are. */
function environmentWith(files: Readonly<Record<string, string>>): NodeJS.ProcessEnv & { readonly HOME: string } {
  const HOME = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(HOME, path, ".."), { recursive: true });
    writeFileSync(join(HOME, path), text);
  }
  return { HOME, PATH: `${HOME}/bin:${process.env["PATH"]}` };
}

const digestOf = async (name: string, environment: NodeJS.ProcessEnv): Promise<string> => {
  const reference = readImageName(name);
  if (reference === undefined) return "not a name";
  const signal = new AbortController().signal;
  const result: Result<string> = await resolveDigest(reference, { environment, signal, stallMs: 10_000 });
  return result.kind === "value" ? result.value : result.message;
};

describe("registry: names of images", (test) => {
  const cases: Readonly<Record<string, string>> = {
    python: "docker.io library/python latest",
    "python:3.11-slim": "docker.io library/python 3.11-slim",
    "pytorch/pytorch": "docker.io pytorch/pytorch latest",
    "registry.example.com:5000/a/b:1": "registry.example.com:5000 a/b 1",
    "localhost/a": "localhost a latest",
    "ghcr.io/a/b@sha256:": "undefined",
    "-x": "undefined",
    "a b": "undefined",
    "UPPER/case": "undefined",
  };
  for (const [name, expected] of Object.entries(cases)) {
    test(name, () => {
      const found = readImageName(name);
      assert.is(found === undefined ? "undefined" : `${found.registry} ${found.repository} ${found.tag}`, expected);
    });
  }

  test("a digest is more precise than a tag", async () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    assert.is(await digestOf(`python:3.11@${digest}`, {}), digest);
  });

  test("a registry that does not exist", async () => {
    assert.is(await digestOf("127.0.0.1:1/a", {}), "the registry 127.0.0.1:1 cannot be reached");
  });
});

saySkipped("digests of images");
if (hasRegistry) {
  describe("registry: digests", (test) => {
    test("of a registry without a login", () =>
      withRegistry("none", async ({ host }) => {
        const pushed = await pushImage(`${host}/team/model:1`, "one", {});
        assert.is(await digestOf(`${host}/team/model:1`, {}), pushed);
        assert.is(await digestOf(`${host}/team/model:2`, {}), `the registry ${host} has no image \`team/model:2\``);
      }));

    test("of a registry with a password, from the files of Docker and Podman and from a helper", () =>
      withRegistry("password", async ({ host }) => {
        const auths = JSON.stringify({ auths: { [host]: { auth: BASIC } } });
        const docker = environmentWith({ ".docker/config.json": auths });
        const pushed = await pushImage(`${host}/team/model:1`, "one", docker);
        const name = `${host}/team/model:1`;
        assert.is(await digestOf(name, docker), pushed);
        const scoped = JSON.stringify({ auths: { [`${host}/team`]: { auth: BASIC } } });
        assert.is(await digestOf(name, environmentWith({ ".config/containers/auth.json": scoped })), pushed);
        const helper = `#!/bin/sh\nread -r server\n[ "$1 $server" = "get ${host}" ] && echo '${JSON.stringify({ ServerURL: host, Username: USER, Secret: PASSWORD })}'\n`;
        for (const config of [{ credHelpers: { [host]: "test" } }, { credsStore: "test" }]) {
          const environment = environmentWith({
            ".docker/config.json": JSON.stringify(config),
            "bin/docker-credential-test": helper,
          });
          chmodSync(join(environment.HOME, "bin/docker-credential-test"), 0o755);
          assert.is(await digestOf(name, environment), pushed);
        }
        const refused = await digestOf(name, environmentWith({}));
        assert.match(refused, `the registry ${host} requires a login`);
        const wrong = JSON.stringify({ auths: { [host]: { auth: Buffer.from("ada:wrong").toString("base64") } } });
        const message = await digestOf(name, environmentWith({ ".docker/config.json": wrong }));
        assert.match(message, `the registry ${host} does not allow access to \`team/model\``);
        const invalid = environmentWith({ ".docker/config.json": JSON.stringify({ credsStore: "../x; touch y" }) });
        assert.is(await digestOf(name, invalid), "the configuration of Docker names an invalid credential helper");
      }));

    test("of a registry with tokens: the password goes only to the token server", () =>
      withRegistry("token", async ({ host, requests }) => {
        const environment = environmentWith({
          ".docker/config.json": JSON.stringify({ auths: { [host]: { auth: BASIC } } }),
        });
        const pushed = await pushImage(`${host}/team/model:1`, "one", environment);
        assert.is(await digestOf(`${host}/team/model:1`, environment), pushed);
        for (const { url, authorization = "" } of requests)
          assert.is(authorization.startsWith("Basic"), url.startsWith("/token?"), url);
        assert.match(
          await digestOf(`${host}/team/model:1`, environmentWith({})),
          /token server .* responded with status 401/,
        );
      }));
  });

  describe("lock: images", (test) => {
    test("records the digest of a tag, and says when the tag was replaced", () =>
      withRegistry("none", ({ host }) =>
        inRemoteProject(async ({ modelwright, write, origin, commit, read }) => {
          commit({ "detector/model.py": CODE });
          const image = `${host}/team/model:1`;
          write("efemarai.yaml", definitionOf(origin, { image }));
          const before = await pushImage(image, "one", {});
          const { code, err } = await modelwright(["lock"]);
          assert.is(code, 0, err);
          assert.equal(JSON.parse(read("modelwright.lock")).images, { [image]: { digest: before } });
          const after = await pushImage(image, "two", {});
          assert.match((await modelwright(["lock"])).out, "unchanged");
          const { out } = await modelwright(["lock", "--update"]);
          assert.match(out, `${image}: the tag was replaced, from ${before} to ${after}`);
          write("efemarai.yaml", definitionOf(origin, { image: `${host}/team/other:1` }));
          const missing = await modelwright(["lock"]);
          assert.is(missing.code, 6);
          assert.match(missing.err, `the registry ${host} has no image \`team/other:1\``);
          assert.is((await modelwright(["lock", "--no-images"])).code, 0);
        }),
      ));
  });
  if (hasImages && ENGINE === "podman") {
    describe("lock: images of containers", (test) => {
      test("a run pulls the locked digest, although the tag was replaced", () =>
        withRegistry("none", ({ host }) =>
          inRemoteProject(async ({ modelwright, write, origin, commit, folder }) => {
            commit({ "detector/model.py": CODE });
            const image = `${host}/team/python:1`;
            write("efemarai.yaml", definitionOf(origin, { image }));
            write("registries.conf", `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
            // The configuration of Podman on this machine.
            const { CONTAINERS_CONF } = process.env;
            const environment = { CONTAINERS_CONF, CONTAINERS_REGISTRIES_CONF: join(folder, "registries.conf") };
            const push = (name: string) => engine("push", "--tls-verify=false", "--quiet", name, image);
            const run = ["run", "--input", "in.jsonl", "--container", "podman"];
            await pushImage(image, host, {});
            assert.is((await modelwright(["lock"])).code, 0);
            const offline = await modelwright([...run, "--offline"], environment);
            assert.match(offline.err, "and `--offline` does not allow a pull");
            push(PYTHON_IMAGE);
            assert.is((await modelwright(["lock", "--update"])).code, 0);
            push(testImage("no-python"));
            const { code, out, err } = await modelwright([...run, "--locked"], environment);
            assert.is(code, 0, err);
            assert.is(out.split("\n").length, 3);
            const unlocked = await modelwright(["lock", "--update"]);
            assert.match(unlocked.out, `${image}: the tag was replaced`);
            const other = await modelwright([...run, "--locked"], environment);
            assert.match(other.err, /the image .*`sha256:[0-9a-f]{64}` has no `python3`/);
          }),
        ));
    });
  }
}
