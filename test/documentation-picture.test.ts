// The picture in README.md shows the real output of the command line, in colors that are readable on light and dark pages.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { fixture, golden, ROOT } from "./golden.ts";
import { BACKGROUND, pictureOf, TONES } from "./tools/picture.ts";

const PICTURE = join(ROOT, "src/docs/diagnostic.svg");

describe("the picture of a diagnostic", (test) => {
  test("shows what `modelwright check` prints for fixtures/docs/picture", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--", MAIN, "check", "--color"], {
      cwd: fixture("docs/picture"),
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], COLUMNS: "80" },
    });
    assert.is(status, 1, stderr);
    golden(PICTURE, pictureOf("modelwright check", stdout));
    assert.match(readFileSync(PICTURE, "utf8"), "undefined-reference");
  });

  test("has a contrast of at least 4.5 in both color schemes", () => {
    for (const scheme of ["light", "dark"] as const) {
      for (const tone of Object.values(TONES)) {
        assert.ok(contrast(tone[scheme], BACKGROUND[scheme]) >= 4.5, `${tone[scheme]} on ${BACKGROUND[scheme]}`);
      }
    }
  });
});

/** The contrast of two colors, from 1 to 21, as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
