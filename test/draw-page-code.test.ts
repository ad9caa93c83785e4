// The script of the graph page is generated from the TypeScript in `src/draw/page/`.
import { join } from "node:path";
import * as assert from "uvu/assert";
import { PAGE_CODE } from "../src/draw/page-code.ts";
import { describe } from "./describe.ts";
import { golden, ROOT } from "./golden.ts";
import { pageCodeModule } from "./tools/page-code.ts";

describe("the script of the graph page", (test) => {
  test("is generated from its current source", async () => {
    golden(join(ROOT, "src/draw/page-code.ts"), await pageCodeModule());
  });

  test("cannot end its element, and makes no network requests", () => {
    assert.not.match(PAGE_CODE, /<\/script|<!--/i);
    assert.not.match(PAGE_CODE, /\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|\bimport\(|new Image\b/);
    assert.not.match(PAGE_CODE, /\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML/);
    assert.match(PAGE_CODE, /^[\n -~]*$/);
  });
});
