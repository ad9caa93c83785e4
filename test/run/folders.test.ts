// Folders whose lists come from a hostile or broken server.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { downloadFolder, type FolderDownload } from "../../src/run/acquire/folder.ts";
import type { OpenFile, StoredFolder } from "../../src/run/storage/driver.ts";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";

/** A file whose content is its path. */
function file(path: string): OpenFile {
  const content = Buffer.from(path);
  return async () => ({
    ...{ kind: "content", from: 0, end: content.length, total: content.length, hasRanges: false },
    validator: { header: "etag", value: `"${content.length}"` },
    chunks: (async function* () {
      yield content;
    })(),
  });
}

function folderOf(paths: Iterable<string>): StoredFolder {
  return {
    kind: "folder",
    open: file,
    list: async function* () {
      for (const path of paths) yield { path, size: path.length };
    },
  };
}

const signal = new AbortController().signal;

type Locked = Pick<FolderDownload, "expected" | "offline">;

function fetchFolder(storage: StoredFolder, cache: string, locked: Locked = {}) {
  const limits = { stallMs: 500, retryMs: 1, signal, onProgress: () => {} };
  return downloadFolder({ url: "s3://bucket/folder/", cache, storage, ...limits, ...locked });
}

function* many(): Generator<string> {
  for (let index = 0; ; index++) yield `${index}.bin`;
}

describe("run: a folder of a hostile server", (test) => {
  const hostile: readonly (readonly [string, Iterable<string>, RegExp])[] = [
    ["leaves the folder", ["a", "../b"], /^its file `\.\.\/b` has a path that a folder cannot contain$/],
    ["leaves a subfolder", ["a/../../b"], /has a path that a folder cannot contain$/],
    ["has an absolute path", ["/etc/passwd"], /has a path that a folder cannot contain$/],
    ["names the folder itself", ["a/./b"], /has a path that a folder cannot contain$/],
    ["contains a null character", ["a\0b"], /has a path that a folder cannot contain$/],
    ["has a long name", ["x".repeat(256)], /has a path that is too long$/],
    ["has a long path", [`${"x/".repeat(2000)}y`], /has a path that is too long$/],
    ["is a file and a folder", ["a", "a/b"], /^its file `a\/b` has the same path as another/],
    ["is listed twice", ["a", "a"], /^its file `a` has the same path as another/],
    ["never ends", many(), /^it has more than 200000 files$/],
    ["is empty", [], /^it has no files$/],
    ["only contains markers", ["", "a/"], /^it has no files$/],
  ];
  for (const [title, paths, message] of hostile) {
    test(`that ${title} is refused`, async () => {
      const cache = temporaryFolder();
      const result = await fetchFolder(folderOf(paths), cache);
      assert.match(result.kind === "problem" ? result.message : "", message);
      assert.equal(existsSync(join(cache, "folders")) ? readdirSync(join(cache, "folders")) : [], []);
    });
  }

  test("that is silent is refused, or taken from the cache", async () => {
    const cache = temporaryFolder();
    const silent: StoredFolder = {
      ...folderOf([]),
      list: async function* (until) {
        await new Promise((_, reject) => until.addEventListener("abort", () => reject(until.reason)));
      },
    };
    const first = await fetchFolder(silent, cache);
    assert.is(first.kind === "problem" && first.message, "the server sent nothing for 0.5 s");
    const folder = await fetchFolder(folderOf(["a", "b/c"]), cache);
    assert.is(folder.kind, "value");
    assert.equal(await fetchFolder(silent, cache), folder);
  });

  test("is created again if a file in it was replaced", async () => {
    const cache = temporaryFolder();
    const folder = await fetchFolder(folderOf(["a", "b/c"]), cache);
    if (folder.kind === "problem") throw new Error(folder.message);
    const { path } = folder.value;
    rmSync(join(path, "a"));
    writeFileSync(join(path, "a"), "other");
    assert.equal(await fetchFolder(folderOf(["a", "b/c"]), cache), folder);
    assert.is(readFileSync(join(path, "a"), "utf8"), "a");
  });
});

describe("run: a folder in a lock file", (test) => {
  /** A server that must not be asked. */
  const unasked: StoredFolder = {
    ...folderOf([]),
    // biome-ignore lint/correctness/useYield: it fails first.
    list: async function* () {
      throw new Error("it was asked");
    },
  };
  const locked = async (cache: string) => {
    const folder = await fetchFolder(folderOf(["a", "b/c"]), cache);
    if (folder.kind === "problem") throw new Error(folder.message);
    const { path, sha256, bytes } = folder.value;
    return { path, expected: { sha256, bytes } };
  };

  test("is taken from the cache without asking the server, also offline", async () => {
    const cache = temporaryFolder();
    const { path, expected } = await locked(cache);
    assert.is(expected.bytes, 4);
    for (const offline of [false, true])
      assert.equal(await fetchFolder(unasked, cache, { expected, offline }), {
        kind: "value",
        value: { path, ...expected },
      });
    assert.is((await fetchFolder(unasked, cache, { offline: true })).kind, "value");
    const empty = await fetchFolder(unasked, temporaryFolder(), { expected, offline: true });
    assert.match(empty.kind === "problem" ? empty.message : "", "it is not in the cache");
  });

  test("is a problem that names both states if the server has another one", async () => {
    const { expected } = await locked(temporaryFolder());
    for (const paths of [["a"], ["a", "b/c", "d"], ["a", "b/d"]]) {
      const changed = await fetchFolder(folderOf(paths), temporaryFolder(), { expected });
      assert.match(
        changed.kind === "problem" ? changed.message : "",
        `records sha256 ${expected.sha256} (4 bytes), but`,
      );
    }
    assert.is((await fetchFolder(folderOf(["b/c", "a"]), temporaryFolder(), { expected })).kind, "value");
  });

  test("is downloaded again if one of its files in the cache has changed", async () => {
    const cache = temporaryFolder();
    const { path, expected } = await locked(cache);
    rmSync(join(path, "a"));
    writeFileSync(join(path, "a"), "other");
    assert.match(JSON.stringify(await fetchFolder(unasked, cache, { expected, offline: true })), "not in the cache");
    assert.is((await fetchFolder(folderOf(["a", "b/c"]), cache, { expected })).kind, "value");
    assert.is(readFileSync(join(path, "a"), "utf8"), "a");
  });
});
