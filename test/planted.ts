// Values that tests plant in environment variables, and the search for them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";

/** The middle of every planted value: letters and digits, so that most encodings keep it. */
export const mark = (i: number) => `pLaNt${i.toString(36)}Zq81kXw7`;

/** A mark as code may have encoded it: base64 in its three alignments, hexadecimal, reversed, in lowercase. */
function disguises(text: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from("\0".repeat(shift) + text).toString("base64");
    return encoded.slice(shift === 0 ? 0 : shift + 1, -4);
  });
  const hex = Buffer.from(text).toString("hex");
  return [
    text,
    text.toLowerCase(),
    text.toUpperCase(),
    [...text].reverse().join(""),
    ...base64,
    hex,
    hex.toUpperCase(),
  ];
}

/** Fails if one of the values is in one of the texts. */
export function search(texts: Readonly<Record<string, Buffer | string>>, count: number): void {
  const needles = Array.from({ length: count }, (_, i) => disguises(mark(i))).flat();
  for (const [name, bytes] of Object.entries(texts)) {
    const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
    // The common middle is searched first, and each value only if it is found.
    if (!/z?q81kxw|wXk18q/i.test(text) && !needles.some((needle) => text.includes(needle))) continue;
    const found = needles.find((needle) => text.includes(needle)) ?? "a part of a value";
    const at = Math.max(0, text.indexOf(found) - 200);
    assert.unreachable(`${found} is in ${name}: …${text.slice(at, at + 500)}`);
  }
}

/** All files below a folder, except those that contain the values by design. */
export function filesBelow(folder: string): Readonly<Record<string, Buffer>> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .filter(({ name }) => name !== "planted.env")
      .map(({ name, parentPath }) => [join(parentPath, name), readFileSync(join(parentPath, name))]),
  );
}
