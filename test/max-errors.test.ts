// How many error rows a run may have: what is a limit, and what is beyond it.
import * as fc from "fast-check";
import * as assert from "uvu/assert";
import { hasTooManyErrors, parseMaxErrors } from "../src/run/api/max-errors.ts";
import { describe } from "./describe.ts";

describe("max errors", (test) => {
  test("reads a number, a percentage or all, and nothing else", () => {
    assert.equal(["0", "12", "5%", "0.25%", "100%", "all"].map(parseMaxErrors), [0, 12, "5%", "0.25%", "100%", "all"]);
    for (const wrong of ["", "%", "-1", "1.5", "100.1%", "1e3", "5 %", "All", "9007199254740992", "0x10"]) {
      assert.is(parseMaxErrors(wrong), undefined, wrong);
    }
  });

  test("a percentage allows exactly that share of the rows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }), (hundredths, scale) => {
        const limit = parseMaxErrors(`${hundredths / 100}%`);
        assert.ok(limit !== undefined);
        const [rows, allowed] = [10_000 * scale, hundredths * scale];
        assert.is(hasTooManyErrors(limit, { rows, errors: allowed }), false);
        assert.is(hasTooManyErrors(limit, { rows, errors: allowed + 1 }), true);
      }),
    );
  });

  test("a number is a number of rows, and all is any number", () => {
    assert.is(hasTooManyErrors(2, { rows: 2, errors: 2 }), false);
    assert.is(hasTooManyErrors(2, { rows: 100, errors: 3 }), true);
    assert.is(hasTooManyErrors("all", { rows: 3, errors: 3 }), false);
    assert.is(hasTooManyErrors("0%", { rows: 0, errors: 0 }), false);
  });
});
