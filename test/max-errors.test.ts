// The number of error rows that a run may have: valid limits, and when they are exceeded.
import * as fc from "fast-check";
import * as assert from "uvu/assert";
import { hasTooManyErrors, parseMaxErrors } from "../src/run/api/max-errors.ts";
import { run } from "../src/run/run.ts";
import { compileText, DEFINITION } from "./definitions.ts";
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

  test("a run with an invalid limit starts nothing", async () => {
    const { plan } = compileText(DEFINITION);
    assert.ok(plan !== undefined);
    const options = { root: "/nowhere", environment: {}, input: "/nowhere", maxErrors: "-1%" } as const;
    const { failures, tooManyErrors } = await run(plan, options);
    const message = '"-1%" is not a number of rows, a percentage such as 5%, or all';
    assert.equal([failures, tooManyErrors], [[{ step: "maxErrors", message }], false]);
  });

  test("a number limits the rows, and `all` is unlimited", () => {
    assert.is(hasTooManyErrors(2, { rows: 2, errors: 2 }), false);
    assert.is(hasTooManyErrors(2, { rows: 100, errors: 3 }), true);
    assert.is(hasTooManyErrors("all", { rows: 3, errors: 3 }), false);
    assert.is(hasTooManyErrors("0%", { rows: 0, errors: 0 }), false);
  });
});
