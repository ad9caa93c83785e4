import fc from "fast-check";

const STRANGE = [
  ...": - # & * ! | > % @ ` \" ' [ ] { } , ? ${ } $< ~ << --- ... \\".split(" "),
  " ",
  "  ",
  "\t",
  "\n",
  "\r",
  "\r\n",
  "\ufeff",
  "\0",
  "\u0085",
  "\u2028",
  "\ud800",
  "\udc00",
  "🚢",
  "__proto__",
  "constructor: 1",
];

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const piece = fc.oneof(fc.constantFrom(...STRANGE), fc.string({ unit: "binary", maxLength: 4 }));

/** One edit between two offsets of a text, such as typing, pasting, moving or deleting. */
export const anyEdit: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.tuple(place, piece).map(
    ([at, by]) =>
      (text: string) =>
        splice(text, at, 0, by),
  ),
  fc.tuple(place, fc.nat(6), piece).map(
    ([at, length, by]) =>
      (text: string) =>
        splice(text, at, length, by),
  ),
  fc.tuple(place, fc.nat(40)).map(
    ([at, length]) =>
      (text: string) =>
        splice(text, at, length, ""),
  ),
  fc.tuple(place, fc.integer({ min: -4, max: 4 })).map(
    ([at, by]) =>
      (text: string) =>
        onLine(text, at, (line) => {
          return by < 0 ? [line.slice(Math.min(-by, line.search(/\S|$/)))] : [" ".repeat(by) + line];
        }),
  ),
  place.map((at) => (text: string) => onLine(text, at, (line) => [line, line])),
  place.map((at) => (text: string) => onLine(text, at, () => [])),
  place.map((at) => (text: string) => onLine(text, at, (line, next) => [next, line])),
  fc.tuple(place, fc.integer({ min: 2, max: 12 })).map(([at, count]) => (text: string) => {
    const lines = text.split("\n");
    const from = Math.floor(at * lines.length);
    const block = lines.slice(from, from + count);
    return [...lines.slice(0, from), ...block, ...lines.slice(from)].join("\n");
  }),
  fc.constant((text: string) => text.replaceAll("\n", "\r\n")),
);

function splice(text: string, at: number, length: number, by: string): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + by + text.slice(start + length);
}

/** Replaces a line. The next line is passed as well, and is removed if it is returned. */
function onLine(text: string, at: number, by: (line: string, next: string) => readonly string[]): string {
  const lines = text.split("\n");
  const index = Math.floor(at * lines.length);
  const [line = "", next = ""] = lines.slice(index);
  const put = by(line, next);
  return [...lines.slice(0, index), ...put, ...lines.slice(index + (put.includes(next) && next !== line ? 2 : 1))].join(
    "\n",
  );
}
