// Every link of README.md and the pages it links to also works in the package: the target file is packed and has the heading.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { anchorsOf, linksOf, PAGES } from "./documentation.ts";
import { ROOT } from "./golden.ts";
import { pack, unpack } from "./packed.ts";
import { temporaryFolder } from "./temporary.ts";

const LINKING_PAGES = [
  ...PAGES,
  ...["grammar/README.md", "src/check/rules/README.md", "CONTRIBUTING.md", "CHANGELOG.md", "src/ARCHITECTURE.md"],
  ...readdirSync(join(ROOT, "src/decisions")).map((name) => `src/decisions/${name}`),
];

const folder = temporaryFolder();
const at = unpack(pack(folder), folder, []);

describe("links in the package", (test) => {
  test("start from pages that are all packed", () => {
    for (const page of LINKING_PAGES) assert.ok(existsSync(join(at, page)), page);
    const pictures = readdirSync(join(ROOT, "src/docs"));
    for (const name of pictures) assert.ok(existsSync(join(at, "src/docs", name)), name);
  });

  test("are found in a page: inline links, pictures and anchors", () => {
    const text =
      '# A `b` c!\n## A\n## A\n[x](y.md#z) ![p](q.svg) `[no](code.md)`\n```\n[no](block.md)\n# no\n```\n<img src="r.svg">\n';
    assert.equal(linksOf(text), ["y.md#z", "q.svg", "r.svg"]);
    assert.equal([...anchorsOf(text)], ["a-b-c", "a", "a-1"]);
  });

  for (const page of LINKING_PAGES) {
    test(`${page} links to files and headings that exist`, () => {
      const text = readFileSync(join(at, page), "utf8");
      const relative = linksOf(text).filter((target) => !/^[a-z]+:/.test(target));
      for (const address of relative) {
        const [path = "", anchor] = address.split("#");
        const target = path === "" ? page : normalize(join(dirname(page), path));
        assert.ok(existsSync(join(at, target)), `${address}: ${target} is not in the package`);
        if (anchor === undefined) continue;
        assert.ok(anchorsOf(readFileSync(join(at, target), "utf8")).has(anchor), `${address}: no such heading`);
      }
    });
  }

  test("reach every page from README.md", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached) {
      for (const address of linksOf(readFileSync(join(at, page), "utf8"))) {
        const target = normalize(join(dirname(page), address.split("#")[0] ?? ""));
        if (LINKING_PAGES.includes(target)) reached.add(target);
      }
    }
    assert.equal(
      LINKING_PAGES.filter((page) => !reached.has(page)),
      [],
    );
  });
});
