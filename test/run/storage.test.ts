// One contract for all storage drivers, against a real server of each kind.
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as assert from "uvu/assert";
import type { Result } from "../../src/base/result.ts";
import type { CachedFile } from "../../src/run/acquire/download.ts";
import { storageOf } from "../../src/run/storage/drivers.ts";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";
import { downloadFolderUrl, downloadUrl, type UrlDownload } from "./download-url.ts";
import { AZURE } from "./servers/azure.ts";
import { type CuttingProxy, cuttingProxy } from "./servers/cutting-proxy.ts";
import { GS } from "./servers/gs.ts";
import { HDFS } from "./servers/hdfs.ts";
import { S3 } from "./servers/s3.ts";
import { SFTP } from "./servers/sftp.ts";
import type { Access, StorageServer } from "./servers/start.ts";

const SIZE = 3_000_000;
const LARGE = 25 * SIZE;
const FILE = randomBytes(SIZE);
const OTHER = randomBytes(SIZE);

const ODD_NAMES = [
  "a b.bin",
  "100%.bin",
  "per%20cent.bin",
  "plus+and&=;,@.bin",
  "quotes'\"`.bin",
  "brackets()[]{}!*~$^|<>.bin",
  "hash#and?query.bin",
  "Ünïcödé-日本語-🚢.bin",
  "double//slash.bin",
  "deep/er/and/deeper.bin",
  "-dash.bin",
];

const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

function assertIs(result: Result<CachedFile>, content: Uint8Array): void {
  assert.is(result.kind, "value", result.kind === "problem" ? result.message : "");
  if (result.kind === "problem") return;
  assert.equal([result.value.sha256, result.value.bytes], [hashOf(content), content.length]);
  assert.is(hashOf(readFileSync(result.value.path)), result.value.sha256);
}

const messageOf = (result: Result<unknown>): string => (result.kind === "problem" ? result.message : "");

for (const { scheme, start, needs } of [S3, GS, AZURE, SFTP, HDFS]) {
  if (start === undefined) console.log(`skipped: the tests of ${scheme}:// need ${needs} (MODELWRIGHT_STORAGE_TOOLS)`);

  describe(`files of ${scheme}://`, (test) => {
    if (start === undefined) return test("are not tested here", () => {});
    let running: Promise<readonly [StorageServer, CuttingProxy]> | undefined;
    const servers = async () => {
      running ??= start().then(async (server) => [server, await cuttingProxy(server.port)] as const);
      const [server, proxy] = await running;
      proxy.reset();
      const { allowed, refused } = await server.access(proxy.port);
      const cache = temporaryFolder();
      const signal = new AbortController().signal;
      const downloadOf = ({ credentials, environment }: Access, name: string): UrlDownload => ({
        ...{ url: server.url(name), cache, stallMs: 20_000, retryMs: 5, signal, onProgress: () => {}, environment },
        ...(credentials !== undefined && { credentials }),
      });
      const fetchAs = (access: Access, name: string, more: Partial<UrlDownload> = {}) =>
        downloadUrl({ ...downloadOf(access, name), ...more });
      const fetch = (name: string, more?: Partial<UrlDownload>) => fetchAs(allowed[0], name, more);
      const folder = (name: string) => downloadFolderUrl(downloadOf(allowed[0], name));
      return { server, proxy, allowed, refused, cache, fetch, fetchAs, folder };
    };

    test("are downloaded once, and again when they have changed", async () => {
      const { server, proxy, fetch, cache } = await servers();
      await server.put("weights.bin", FILE);
      const first = await fetch("weights.bin");
      assertIs(first, FILE);
      assert.ok(proxy.sent() >= SIZE);
      proxy.reset();
      assert.equal(await fetch("weights.bin"), first);
      assert.ok(
        proxy.sent() < (server.ignoresConditions === true ? SIZE : SIZE / 10),
        `${proxy.sent()} bytes for an unchanged file`,
      );
      await wait(1100); // SFTP knows the time of a change in seconds
      await server.put("weights.bin", OTHER);
      assertIs(await fetch("weights.bin"), OTHER);
      assert.equal(readdirSync(join(cache, "parts")), []);
    });

    test("are continued after an interruption", async () => {
      const { server, proxy, fetch } = await servers();
      await server.put("cut.bin", FILE);
      proxy.cutAfter(SIZE / 2);
      assertIs(await fetch("cut.bin"), FILE);
      assert.ok(proxy.sent() < SIZE * 1.4, `${proxy.sent()} bytes for ${SIZE}`);
    });

    test("are not mixed when they change during an interruption", async () => {
      const { server, proxy, fetch } = await servers();
      await server.put("replaced.bin", FILE);
      proxy.cutAfter(SIZE / 2);
      const stop = new AbortController();
      const onProgress = (bytes: number): void => {
        if (bytes > SIZE / 4) stop.abort(new RangeError("stopped"));
      };
      const error: unknown = await fetch("replaced.bin", { signal: stop.signal, onProgress }).catch((reason) => reason);
      assert.instance(error, RangeError);
      await wait(1100); // SFTP knows the time of a change in seconds
      await server.put("replaced.bin", OTHER);
      proxy.reset();
      assertIs(await fetch("replaced.bin"), OTHER);
    });

    test("are not there if the connection is always interrupted", async () => {
      const { server, proxy, fetch, cache } = await servers();
      await server.put("broken.bin", FILE);
      proxy.cutAfter(3000, true);
      assert.match(messageOf(await fetch("broken.bin", { stallMs: 5000 })), /^the connection (?:failed|was closed)/);
      proxy.reset();
      assertIs(await fetch("broken.bin"), FILE);
      assert.equal(readdirSync(join(cache, "parts")), []);
    });

    test("are asked for again when the server is silent", async () => {
      const { server, proxy, fetch } = await servers();
      await server.put("silent.bin", FILE);
      proxy.stallAfter(SIZE / 2);
      assertIs(await fetch("silent.bin", { stallMs: 1500 }), FILE);
      assert.ok(proxy.sent() < SIZE * 1.4, `${proxy.sent()} bytes for ${SIZE}`);
    });

    test("are downloaded and continued in blocks if they are large", async () => {
      const { server, proxy, fetch } = await servers();
      const large = Buffer.concat(Array.from({ length: LARGE / SIZE }, (_, index) => (index % 3 === 0 ? OTHER : FILE)));
      await server.put("large.bin", large);
      proxy.reset();
      proxy.throttle(15_000_000);
      proxy.cutAfter(LARGE / 2);
      assertIs(await fetch("large.bin"), large);
      assert.ok(proxy.sent() < LARGE * 2, `${proxy.sent()} bytes for ${LARGE}`);
      if (scheme !== "sftp") assert.ok(proxy.connections() >= 4, `${proxy.connections()} connections`);
    });

    test("may be empty", async () => {
      const { server, fetch } = await servers();
      await server.put("empty.bin", Buffer.alloc(0));
      assertIs(await fetch("empty.bin"), Buffer.alloc(0));
    });

    test("may be missing", async () => {
      const { server, fetch } = await servers();
      assert.match(messageOf(await fetch("missing.bin")), server.missing);
    });

    test("have names with any character", async () => {
      const { server, fetch } = await servers();
      for (const name of ODD_NAMES.filter((each) => server.refusesNames?.test(each) !== true)) {
        const content = Buffer.from(`content of ${name}`);
        await server.put(name, content);
        assertIs(await fetch(name), content);
      }
    });

    test("of a folder are downloaded with their names, and again when one has changed", async () => {
      const { server, proxy, folder: fetchFolder } = await servers();
      const names = ODD_NAMES.filter((each) => server.refusesNames?.test(each) !== true && !each.includes("//"));
      const contentOf = (name: string): Buffer => Buffer.from(`content of ${name}`);
      for (const name of [...names, "larger.bin"]) {
        await server.put(`tree/${name}`, name === "larger.bin" ? FILE : contentOf(name));
      }
      await server.put("tree-of-another/file.bin", OTHER);
      const read = (folder: string) =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((each) => each.isFile())
          .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
          .sort();
      const first = await fetchFolder("tree/");
      assert.is(first.kind, "value", first.kind === "problem" ? first.message : "");
      if (first.kind === "problem") return;
      assert.equal(read(first.value.path), [...names, "larger.bin"].sort());
      for (const name of names) assert.equal(readFileSync(join(first.value.path, name)), contentOf(name));
      proxy.reset();
      assert.equal(await fetchFolder("tree/"), first);
      assert.ok(server.ignoresConditions === true || proxy.sent() < SIZE / 5, `${proxy.sent()} bytes`);
      await wait(1100); // SFTP knows the time of a change in seconds
      await server.put("tree/larger.bin", OTHER);
      const second = await fetchFolder("tree/");
      assert.is(second.kind === "value" && hashOf(readFileSync(join(second.value.path, "larger.bin"))), hashOf(OTHER));
      assert.is(
        hashOf(readFileSync(join(first.value.path, "larger.bin"))),
        hashOf(FILE),
        "the earlier folder is unchanged",
      );
    });

    test("of a missing folder are a problem", async () => {
      const { folder } = await servers();
      assert.match(
        messageOf(await folder("no-such-folder/")),
        /^(?:it has no files|the file does not exist|.*status 404)/,
      );
    });

    test("are written and replaced, in parts if they are large", async () => {
      const { server, allowed, fetch } = await servers();
      const upload = async (name: string, content: Buffer): Promise<void> => {
        const { credentials, environment } = allowed[0];
        const storage = await storageOf({ url: server.url(name), credentials }, environment);
        assert.ok(storage?.kind === "value" && storage.value.kind === "file");
        const read = async (from: number, length: number) => content.subarray(from, from + length);
        await storage.value.upload({ size: content.length, read }, new AbortController().signal);
      };
      const huge = Buffer.concat(Array.from({ length: 36 }, (_, index) => (index % 3 === 0 ? OTHER : FILE)));
      const name = "written (ä b).bin";
      for (const content of [FILE, OTHER, Buffer.alloc(0), huge]) {
        await upload(name, content);
        assertIs(await fetch(name, { cache: temporaryFolder() }), content);
      }
    });

    test("are read with every kind of credentials", async () => {
      const { server, allowed, fetchAs } = await servers();
      await server.put("private.bin", FILE);
      for (const access of allowed) {
        const result = await fetchAs(access, "private.bin", { cache: temporaryFolder() });
        assert.is(result.kind, "value", `${access.title}: ${messageOf(result)}`);
      }
    });

    test("are read without credentials if everyone may read them", async () => {
      const { server, fetchAs } = await servers();
      if (server.open === undefined) return;
      const { url, put, environment } = server.open;
      await put("public.bin", FILE);
      assertIs(await fetchAs({ title: "no credentials", environment }, "", { url: url("public.bin") }), FILE);
    });

    test("are refused without a secret in the message", async () => {
      const { server, refused, fetchAs } = await servers();
      await server.put("private.bin", FILE);
      for (const access of refused) {
        const message = messageOf(await fetchAs(access, "private.bin", { cache: temporaryFolder() }));
        assert.match(message, access.message, access.title);
        for (const secret of Object.values({ credentials: access.credentials, ...access.environment }))
          assert.not.ok(secret !== undefined && secret.length > 3 && message.includes(secret), message);
      }
    });

    test("end the server", async () => {
      const [server, proxy] = (await running) ?? [];
      proxy?.close();
      server?.close();
    });
  });
}
