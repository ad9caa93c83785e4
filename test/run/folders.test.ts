// Folders whose lists come from a hostile or broken server.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as assert from "uvu/assert";
import type { LockedFile } from "../../src/base/lock-file.ts";
import { downloadFolder } from "../../src/run/acquire/folder.ts";
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

function fetchFolder(storage: StoredFolder, cache: string) {
  const limits = { stallMs: 500, retryMs: 1, signal, onProgress: () => {} };
  return downloadFolder({ url: "s3://bucket/folder/", cache, storage, ...limits });
}

/** Fetches a folder that the lock file records. */
function fetchLocked(storage: StoredFolder, cache: string, expected: LockedFile, offline = false) {
  const limits = { stallMs: 500, retryMs: 1, signal, onProgress: () => {} };
  return downloadFolder({ url: "s3://bucket/folder/", cache, storage, expected, offline, ...limits });
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
    rmSync(join(folder.value, "a"));
    writeFileSync(join(folder.value, "a"), "other");
    assert.equal(await fetchFolder(folderOf(["a", "b/c"]), cache), folder);
    assert.is(readFileSync(join(folder.value, "a"), "utf8"), "a");
  });
});

describe("run: a folder in the lock file", (test) => {
  test("is taken from the cache without its server, unless a file in it was changed", async () => {
    const cache = temporaryFolder();
    const first = await fetchFolder(folderOf(["a", "b/c"]), cache);
    const folder = first.kind === "value" ? first.value : "";
    const expected = { sha256: basename(folder), bytes: 4 };
    const none = folderOf([]);
    assert.equal(await fetchLocked(none, cache, expected), first);
    assert.equal(await fetchLocked(none, cache, expected, true), first);
    rmSync(join(folder, "a"));
    writeFileSync(join(folder, "a"), "other");
    const changed = await fetchLocked(none, cache, expected, true);
    assert.match(changed.kind === "problem" ? changed.message : "", "`--offline` does not allow a download");
    assert.equal(await fetchLocked(folderOf(["a", "b/c"]), cache, expected), first);
  });

  test("that has changed on its server is an error that names both", async () => {
    const expected = { sha256: "0".repeat(64), bytes: 4 };
    const result = await fetchLocked(folderOf(["a", "b/d"]), temporaryFolder(), expected);
    const message = result.kind === "problem" ? result.message : "";
    assert.match(message, `the folder has changed: \`modelwright.lock\` records sha256 ${expected.sha256} (4 bytes)`);
    assert.match(message, /but the server sent sha256 [0-9a-f]{64} \(4 bytes\)/);
  });
});
