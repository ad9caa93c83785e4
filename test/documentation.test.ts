// Tests the examples of README.md and of the pages in src/docs. Each section is tested in a new folder, block by block:
//
//   ```yaml efemarai.yaml   is written to that file
//   ```sh                   is run by a shell and must succeed; with `exit=1`, its exit code must be 1
//   ```ts client.ts run     is type-checked and run
//   ```text output          is the output of the block before it (`output stderr`: its standard error);
//                           "npm run update" writes it
//   ```sh not-run           is not tested
//
// `<!-- folder: NAME -->` copies fixtures/docs/NAME into the folder first. Any other block must be tested by a file below.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { EXIT } from "../src/cli/exit.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { type Block, blocksOf, example, PAGES, readPage } from "./documentation.ts";
import { fixture, ROOT } from "./golden.ts";
import { linkPackage, pack, runAsUser, USER_ENVIRONMENT, unpack } from "./packed.ts";
import { inTemporaryFolder, temporaryFolder } from "./temporary.ts";

const UPDATE = process.env["UPDATE"] === "1";

/** Code blocks that are tested by another file, each with that file. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  "elisp efemarai-yaml-mode.el": "editors.test.ts",
  "elisp eglot.el": "editors.test.ts",
  "elisp lsp-mode.el": "editors.test.ts",
  "js vite.config.js": "plugin-vite.test.ts",
  "json .vscode/tasks.json": "check-watch.test.ts",
  "json tsconfig.json": "plugin-types.test.ts",
  "lua neovim-0.7.lua": "editors.test.ts",
  "lua neovim.lua": "editors.test.ts",
  "text renamed": "build.test.ts",
  "ts build.ts": "build-api.test.ts",
  "ts main.ts": "plugin-types.test.ts",
  "yaml .github/workflows/models.yaml": "workflow.test.ts",
  "yaml .pre-commit-config.yaml": "pre-commit.test.ts",
};

/** Code blocks that are tested at the end of this file. */
const TESTED_BELOW = new Set(["sh install", "sh packages", "sh development"]);

const infoOf = ({ language, words }: Block): string => [language, ...words].join(" ");
const isSkipped = (block: Block): boolean => block.words.includes("not-run");
const isOutput = ({ words }: Block): boolean => words[0] === "output";
const isCommand = ({ language, words }: Block): boolean =>
  language === "sh" && words.every((word) => word.startsWith("exit="));
const isProgram = ({ words }: Block): boolean => words.at(-1) === "run";
const isElsewhere = (block: Block): boolean =>
  TESTED_ELSEWHERE[infoOf(block)] !== undefined || TESTED_BELOW.has(infoOf(block));
const isFile = (block: Block): boolean => !isElsewhere(block) && /\.\w+$/.test(block.words[0] ?? "");

/** The packages that the quick start installs for the client. */
const PACKAGES = ["typescript", "@types/node"];

const NO_BLOCK: Block = { page: "", section: "", language: "sh", words: [], text: "", start: 0, end: 0 };

/** New text for output blocks, written at the end. */
const updates: { readonly block: Block; readonly text: string }[] = [];

/** A folder with a program named `modelwright`, as an installation puts it on the PATH. */
const programs = temporaryFolder();
writeFileSync(join(programs, "modelwright"), `#!/bin/sh\nexec "${process.execPath}" -- "${MAIN}" "$@"\n`);
chmodSync(join(programs, "modelwright"), 0o755);

for (const page of PAGES) {
  const blocks = blocksOf(page).filter((block) => !isSkipped(block) && !isElsewhere(block));
  const sections = [...new Set(blocks.map(({ section }) => section))];
  for (const block of blocksOf(page).filter(isSkipped)) {
    console.log(`not run: ${page}, "${block.section}": ${block.text.split("\n")[0]}`);
  }
  describe(page, (test) => {
    test("has no untested code block", () => {
      for (const block of blocks) {
        const isTested = isCommand(block) || isProgram(block) || isFile(block) || isOutput(block);
        assert.ok(isTested, `\`\`\`${infoOf(block)} in "${block.section}": test it, or mark it with not-run`);
      }
      for (const section of sections) {
        const runs = blocks
          .filter((block) => block.section === section)
          .some((each) => isCommand(each) || isProgram(each));
        assert.ok(runs, `"${section}" has files or output but runs nothing`);
      }
    });
    for (const section of sections) {
      test(section, () =>
        inTemporaryFolder({}, (folder) => {
          prepare(folder, page, section);
          runSection(
            folder,
            blocks.filter((block) => block.section === section),
          );
        }),
      );
    }
  });
}

/** Prepares the folder of a section. README.md is tested with the packed package, other pages with this working tree. */
function prepare(folder: string, page: string, section: string): void {
  const name = /<!-- folder: ([\w-]+) -->/.exec(textOf(page, section))?.[1];
  if (name !== undefined) cpSync(fixture("docs", name), folder, { recursive: true });
  if (page === "README.md") {
    const at = unpack(pack(programs), folder, dependencies());
    linkProgram(folder, "modelwright", join(at, "dist/cli/main.js"));
    writeFileSync(join(folder, "package.json"), "{}\n");
  } else {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules/modelwright"), "dir");
    linkPackage(folder, "zod");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  }
  for (const each of PACKAGES) linkPackage(folder, each);
  linkProgram(folder, "tsc", join(ROOT, "node_modules/typescript/bin/tsc"));
}

function textOf(page: string, section: string): string {
  return (
    readPage(page)
      .split(/^## /m)
      .find((part) => part.startsWith(`${section}\n`)) ?? ""
  );
}

function linkProgram(folder: string, name: string, path: string): void {
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(path, join(folder, "node_modules/.bin", name));
}

/** The packages that npm would install with this one. */
function dependencies(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as Lock;
  return Object.entries(packages).flatMap(([path, { dev, devOptional }]) =>
    /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) &&
    dev !== true &&
    devOptional !== true &&
    existsSync(join(ROOT, path))
      ? [path.slice("node_modules/".length)]
      : [],
  );
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
}

interface Result {
  readonly out: string;
  readonly err: string;
}

function runSection(folder: string, blocks: readonly Block[]): void {
  let last: Result = { out: "", err: "" };
  for (const block of blocks) {
    if (isOutput(block)) compareOutput(block, block.words.includes("stderr") ? last.err : last.out);
    else if (isCommand(block)) last = runCommands(folder, block);
    else {
      const path = join(folder, block.words[0] ?? "");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, block.text);
      if (isProgram(block)) last = runProgram(folder, block.words[0] ?? "");
    }
  }
}

function runCommands(folder: string, { words, text }: Block): Result {
  const expected = Number(/^exit=(\d+)$/.exec(words[0] ?? "exit=0")?.[1]);
  const env = { ...USER_ENVIRONMENT, PATH: `${programs}${delimiter}${process.env["PATH"] ?? ""}`, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", text], { cwd: folder, encoding: "utf8", env });
  assert.is(status, expected, `${text}${stdout}${stderr}`);
  return { out: stdout, err: stderr };
}

/** Type-checks a program and runs it. */
function runProgram(folder: string, name: string): Result {
  const options = ["--noEmit", "--module", "nodenext", "--target", "es2023", "--strict", "--types", "node"];
  const checked = runAsUser(folder, "npx", "tsc", ...options, "--lib", "es2023,esnext.disposable", name);
  assert.is(checked.code, 0, checked.out);
  const { code, out, err } = runAsUser(folder, process.execPath, "--import", import.meta.resolve("tsx"), name);
  assert.is(code, 0, err);
  return { out, err };
}

function compareOutput(block: Block, printed: string): void {
  if (UPDATE) updates.push({ block, text: printed });
  else assert.is(printed, block.text, `${block.page}, "${block.section}": "npm run update" writes the output`);
}

describe("the code blocks of the pages", (test) => {
  test("that are listed for another test are used there", () => {
    for (const [fence, file] of Object.entries(TESTED_ELSEWHERE)) {
      assert.is.not(example(fence), "");
      assert.match(readFileSync(join(ROOT, "test", file), "utf8"), `example("${fence}")`);
    }
  });

  test("name the packages that these tests install, and scripts that exist", () => {
    assert.is(example("sh packages"), `npm install --save-dev ${PACKAGES.join(" ")}\n`);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const [, name = ""] of example("sh development").matchAll(/^npm (?:run )?(\w+)/gm))
      assert.ok(name in scripts, name);
  });

  test("and the text name every command and exit code", () => {
    const page = readPage("src/docs/commands.md");
    const { out } = runCommands(ROOT, { ...NO_BLOCK, text: "modelwright --help" });
    for (const [, name] of out.matchAll(/^ {2}([a-z]+) /gm)) assert.match(page, `modelwright ${name}`);
    for (const code of Object.values(EXIT)) assert.match(page, `| ${code} |`);
  });

  test("about the installation work with what npm packs", () => {
    const tarball = /\.\/(\S+\.tgz)/.exec(example("sh install"))?.[1] ?? "";
    inTemporaryFolder({}, (folder) => {
      pack(folder);
      assert.ok(existsSync(join(folder, tarball)), tarball);
      const options = [
        "--save-dev",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        "--loglevel=error",
      ];
      const project = join(folder, "project");
      mkdirSync(project);
      const { code, err } = runAsUser(project, "npm", "install", ...options, join(folder, tarball));
      if (code !== 0) {
        console.log(`skipped: npm cannot install the package here (${err.trim().split("\n").at(-1)})`);
        return;
      }
      assert.match(runAsUser(project, "npx", "modelwright", "--version").out, /^\d+\.\d+\.\d+\n$/);
    });
  });
});

describe("updated output", (test) => {
  test("is written to its pages", () => {
    for (const page of PAGES) {
      const mine = updates.filter(({ block }) => block.page === page).sort((a, b) => b.block.start - a.block.start);
      if (mine.length === 0) continue;
      const text = mine.reduce(
        (page, { block, text }) => page.slice(0, block.start) + text + page.slice(block.end),
        readPage(page),
      );
      writeFileSync(join(ROOT, page), text);
    }
  });
});
