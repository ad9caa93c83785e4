// Folders whose lists come from a hostile or broken server.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
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

async function fetchFolder(storage: StoredFolder, cache: string) {
  const limits = { stallMs: 500, retryMs: 1, signal, onProgress: () => {} };
  const folder = await downloadFolder({ url: "s3://bucket/folder/", cache, storage, ...limits });
  return folder.kind === "value" ? { ...folder, value: folder.value.path } : folder;
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

  test("is used without a network only if it still has the content of its hash", async () => {
    const cache = temporaryFolder();
    const limits = { stallMs: 500, retryMs: 1, signal, onProgress: () => {} };
    const request = { url: "s3://bucket/folder/", cache, storage: folderOf(["a", "b/c"]), ...limits };
    const missing = await downloadFolder({ ...request, offline: true });
    assert.match(missing.kind === "problem" ? missing.message : "", /^it is not in the cache, and `--offline`/);
    const folder = await downloadFolder(request);
    if (folder.kind === "problem") throw new Error(folder.message);
    const { path, sha256, bytes } = folder.value;
    assert.is(bytes, 4);
    for (const expected of [undefined, { sha256, bytes }])
      assert.equal(await downloadFolder({ ...request, expected, offline: true }), folder);
    const other = await downloadFolder({ ...request, expected: { sha256: "0".repeat(64), bytes } });
    assert.match(other.kind === "problem" ? other.message : "", /has changed: `modelwright.lock` records/);
    writeFileSync(join(path, "more"), "other");
    assert.is((await downloadFolder({ ...request, offline: true })).kind, "problem");
  });
});
