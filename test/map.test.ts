// Checks the map, the guide for contributors, the changelog and the decision records: every path and link leads to a
// file, the map stays short, and the index lists every record.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

const MAP = "src/ARCHITECTURE.md";
const DECISIONS = "src/decisions";
const INDEX = `${DECISIONS}/README.md`;
const MOST_LINES = 130;

const names = readdirSync(join(ROOT, DECISIONS)).filter((name) => name !== "README.md");
const pages = [MAP, "CONTRIBUTING.md", "CHANGELOG.md", INDEX, ...names.map((name) => `${DECISIONS}/${name}`)];

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Paths in a page start here. On the map they can also start in `src`. */
const foldersOf = (page: string): readonly string[] => (page === MAP ? ["src", "."] : ["."]);

describe("documentation of the code", (test) => {
  test("every path exists", () => {
    const found = pages.flatMap((page) => pathsIn(page).map((path) => ({ page, path })));
    assert.ok(found.length > 300);
    assert.equal(
      found.filter(({ page, path }) => !foldersOf(page).some((folder) => exists(join(folder, path)))),
      [],
    );
  });

  test("every link leads to a file and a heading", () => {
    const links = pages.flatMap((page) => linksIn(page).map((link) => ({ page, link })));
    assert.ok(links.length > 100);
    assert.equal(
      links.filter(({ page, link }) => !leadsSomewhere(page, link)),
      [],
    );
  });

  test(`the map has at most ${MOST_LINES} lines`, () => {
    assert.ok(read(MAP).trimEnd().split("\n").length <= MOST_LINES);
  });

  test("the map names every subfolder of the folders with rooms", () => {
    const rows = [...read(MAP).matchAll(/^\| `(\w+\/)` \| (`\w+\/`.*) \|$/gm)];
    assert.ok(rows.length >= 4);
    for (const [, folder = "", rooms = ""] of rows) {
      const named = [...rooms.matchAll(/`(\w+)\/`/g)].map(([, room]) => room);
      const entries = readdirSync(join(ROOT, "src", folder), { withFileTypes: true });
      assert.equal(named.sort(), entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(), folder);
    }
  });

  test("the index lists every record once, by its title", () => {
    const listed = [...read(INDEX).matchAll(/^- \[(\d{4})\]\(([^)]+)\) ~*([^~\n]+)/gm)];
    const expected = names.map((name) => [name.slice(0, 4), name, titleOf(name)]);
    const byName = ([, a = ""]: readonly string[], [, b = ""]: readonly string[]) => (a < b ? -1 : 1);
    assert.equal(listed.map(([, ...entry]) => entry.map((part) => part.trim())).sort(byName), expected.sort(byName));
  });

  test("records are numbered without gaps, dated, and have the same four sections", () => {
    assert.equal(
      names.map((name) => name.slice(0, 4)).sort(),
      names.map((_, index) => String(index + 1).padStart(4, "0")),
    );
    const head = /^# (\d{4})\. .+\n\n\*\d{4}-\d\d-\d\d · .+ · (?:Accepted|Superseded by ).*\*\n\n$/;
    for (const name of names) {
      const [first = "", ...sections] = read(`${DECISIONS}/${name}`).split(/^## /m);
      assert.is(head.exec(first)?.[1], name.slice(0, 4), name);
      assert.equal(
        sections.map((section) => /^(.+)\n\n\S/.exec(section)?.[1]),
        ["Context", "Decision", "Consequences", "Measured"],
        name,
      );
    }
  });

  test("a superseded record and its successor name each other", () => {
    const pairs = (word: string) =>
      names.flatMap((name) =>
        [...read(`${DECISIONS}/${name}`).matchAll(new RegExp(`${word} \\[\\d{4}\\]\\(([^)]+)\\)`, "g"))].map(
          ([, other = ""]) => (word === "supersedes" ? `${name} ${other}` : `${other} ${name}`),
        ),
      );
    assert.ok(pairs("supersedes").length > 0);
    assert.equal(pairs("supersedes").sort(), pairs("Superseded by").sort());
  });
});

/** The paths in backquotes in a page. Those with `<…>` are patterns. */
function pathsIn(page: string): readonly string[] {
  const top = new Set(foldersOf(page).flatMap((folder) => readdirSync(join(ROOT, folder))));
  return [...withoutFences(read(page)).matchAll(/`([\w@.-]+(?:\/[\w@.*-]*)+)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => top.has(path.split("/")[0] ?? "") || /\.(?:ts|py|mjs|md|json|txt)$/.test(path))
    .filter((path) => !path.startsWith("dist/"));
}

/** Whether a path exists. `*` at its end is the rest of a name. */
function exists(path: string): boolean {
  if (!path.endsWith("*")) return existsSync(join(ROOT, path));
  const folder = join(ROOT, dirname(path));
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(basename(path).slice(0, -1)));
}

function linksIn(page: string): readonly string[] {
  return [...withoutFences(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

function leadsSomewhere(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** The anchors of the headings of a page on GitHub. */
function anchorsOf(text: string): readonly string[] {
  const headings = withoutFences(text).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

function titleOf(name: string): string {
  return /^# \d{4}\. (.+)$/m.exec(read(`${DECISIONS}/${name}`))?.[1] ?? "";
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}
