// Which definitions exist, according to real Git. The index is not the working tree: a listed file that is missing is
// not an error, and an existing file is checked, in every kind of checkout.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { check } from "../src/compile.ts";
import { discover } from "../src/disk/discover.ts";
import { nodeHost } from "../src/disk/host.ts";
import { DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { inTemporaryFolder } from "./temporary.ts";

function git(cwd: string, ...args: readonly string[]): void {
  const settings = [
    "user.name=Ada",
    "user.email=ada@example.org",
    "init.defaultBranch=main",
    "protocol.file.allow=always",
  ];
  const options = settings.flatMap((setting) => ["-c", setting]);
  execFileSync("git", [...options, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
}

/** A repository with a committed definition in each of these folders. */
function repository(folder: string, folders: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "--quiet");
  for (const each of folders) writeDefinition(join(folder, each));
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message=first");
}

function writeDefinition(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "efemarai.yaml"), DEFINITION);
  writeFileSync(join(folder, "inference.py"), PYTHON);
}

/** The folders whose definitions are found. Each definition is checked and has no errors. */
function found(folder: string): readonly string[] {
  const host = nodeHost(folder);
  const paths = discover(folder, host);
  const { diagnostics, unreadable } = check(paths, host);
  assert.equal(unreadable, []);
  assert.equal(
    diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
    [],
  );
  return paths.map(dirname);
}

const CASES: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  "a deleted file that Git still tracks": (folder) => {
    repository(folder, ["a", "b"]);
    rmSync(join(folder, "b/efemarai.yaml"));
    return ["a"];
  },
  "a deleted folder": (folder) => {
    repository(folder, ["a", "b"]);
    rmSync(join(folder, "b"), { recursive: true });
    return ["a"];
  },
  "a renamed folder whose old name Git tracks": (folder) => {
    repository(folder, ["a", "b"]);
    renameSync(join(folder, "b"), join(folder, "c"));
    return ["a", "c"];
  },
  "a tracked file that is now a folder": (folder) => {
    repository(folder, ["a", "b"]);
    rmSync(join(folder, "b/efemarai.yaml"));
    mkdirSync(join(folder, "b/efemarai.yaml"));
    return ["a"];
  },
  "a file that is removed from the index but still on disk": (folder) => {
    repository(folder, ["a", "b"]);
    git(folder, "rm", "--quiet", "--cached", "b/efemarai.yaml");
    return ["a", "b"];
  },
  "an ignored file, and one that is ignored but tracked": (folder) => {
    repository(folder, ["a"]);
    writeDefinition(join(folder, "b"));
    writeFileSync(join(folder, ".gitignore"), "a/\nb/\n");
    return ["a"];
  },
  "a sparse checkout": (folder) => {
    repository(folder, ["a", "b", "c/d"]);
    git(folder, "sparse-checkout", "set", "--no-cone", "/a/");
    return ["a"];
  },
  "a worktree": (folder) => {
    repository(join(folder, "main"), ["a", "b"]);
    git(join(folder, "main"), "worktree", "add", "--quiet", "../other");
    return ["main/a", "main/b", "other/a", "other/b"];
  },
  "a missing file that is marked as unchanged": (folder) => {
    repository(folder, ["a", "b"]);
    git(folder, "update-index", "--skip-worktree", "b/efemarai.yaml");
    rmSync(join(folder, "b/efemarai.yaml"));
    return ["a"];
  },
  "an unresolved merge that lists a file several times": (folder) => {
    repository(folder, ["a"]);
    git(folder, "checkout", "--quiet", "-b", "side");
    writeFileSync(join(folder, "a/efemarai.yaml"), `${DEFINITION}# side\n`);
    git(folder, "commit", "--quiet", "--all", "--message=side");
    git(folder, "checkout", "--quiet", "main");
    writeFileSync(join(folder, "a/efemarai.yaml"), `${DEFINITION}# main\n`);
    git(folder, "commit", "--quiet", "--all", "--message=main");
    assert.throws(() => git(folder, "merge", "--quiet", "side"));
    writeFileSync(join(folder, "a/efemarai.yaml"), DEFINITION);
    return ["a"];
  },
};

describe("definitions that Git tracks and that exist", (test) => {
  for (const [title, prepare] of Object.entries(CASES)) {
    test(title, () =>
      inTemporaryFolder({}, (folder) => {
        const expected = prepare(folder);
        assert.equal(found(folder), expected);
      }),
    );
  }

  test("the checkout of a worktree by itself", () =>
    inTemporaryFolder({}, (folder) => {
      repository(join(folder, "main"), ["a"]);
      git(join(folder, "main"), "worktree", "add", "--quiet", "../other");
      writeDefinition(join(folder, "other/b"));
      assert.equal(found(join(folder, "other")), ["a", "b"]);
      assert.equal(found(join(folder, "main")), ["a"]);
    }));

  test("a submodule and a nested repository belong to others", () =>
    inTemporaryFolder({}, (folder) => {
      repository(join(folder, "library"), ["x"]);
      const main = join(folder, "main");
      repository(main, ["a"]);
      git(main, "submodule", "--quiet", "add", "../library", "library");
      git(main, "commit", "--quiet", "--message=submodule");
      repository(join(main, "nested"), ["y"]);
      assert.equal(found(main), ["a"]);
      assert.equal(found(join(main, "library")), ["x"]);
      assert.equal(found(join(main, "nested")), ["y"]);
      // A submodule that was never checked out is an empty folder.
      git(main, "submodule", "--quiet", "deinit", "--force", "library");
      assert.equal(found(main), ["a"]);
    }));

  test("a folder below the root of the repository", () =>
    inTemporaryFolder({}, (folder) => {
      repository(folder, ["a", "b/c", "b/d"]);
      rmSync(join(folder, "b/d"), { recursive: true });
      assert.equal(found(join(folder, "b")), ["c"]);
    }));
});
