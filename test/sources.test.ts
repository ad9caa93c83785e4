// A file is one source, whether it is shown with its secrets or with stars instead.
import * as assert from "uvu/assert";
import { concealedSource } from "../src/base/conceal.ts";
import { isSameSource, originalOf, placeKey } from "../src/base/source.ts";
import { describe } from "./describe.ts";

describe("sources", (test) => {
  const source = { path: "a.yaml", text: "key: secret" };
  const shown = concealedSource(source, [{ start: 5, end: 11 }]);
  const again = concealedSource(shown, [{ start: 0, end: 3 }]);

  test("a source with another text to show is the same source", () => {
    assert.equal([shown.text, again.text], ["key: ******", "***: ******"]);
    for (const each of [source, shown, again]) {
      assert.is(originalOf(each), source);
      assert.ok(isSameSource(each, shown));
      assert.is(placeKey({ source: each, start: 5 }), placeKey({ source, start: 5 }));
    }
    assert.not.match(JSON.stringify(shown), "secret");
  });

  test("two sources with the same path are different", () => {
    const other = { ...source };
    assert.not(isSameSource(source, other));
    assert.is.not(placeKey({ source: other, start: 5 }), placeKey({ source, start: 5 }));
    assert.is.not(placeKey({ source, start: 4 }), placeKey({ source, start: 5 }));
  });
});
