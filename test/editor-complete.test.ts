// What an editor offers at a cursor. The cases below `fixtures/editor/complete` show the text, the items and what accepting one of them
// changes.
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { completionCases, rewritten } from "./editor-complete-cases.ts";
import { goldenPart } from "./golden.ts";

const LEAST = 60;

describe("completion", (test) => {
  const cases = completionCases();

  test("there are many cases", () => {
    assert.ok(cases.length >= LEAST, `${cases.length} cases`);
  });

  for (const one of cases) {
    test(`${one.written.name}: ${one.written.title}`, () => {
      goldenPart(one.path, one.written.text, rewritten(one));
    });
  }
});
