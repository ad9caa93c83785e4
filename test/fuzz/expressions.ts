// The text of a scalar with expressions, parsed alone and as a value in each style of YAML.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { stringify } from "yaml";
import { LIMITS, loneExpression, parseTemplate, printExpression } from "../../grammar/expression.ts";
import { accepted } from "../definitions.ts";
import { judge } from "./judge.ts";
import type { Layer } from "./layer.ts";

const PIECES = [
  ..."$ ${ $< } > $${ $$< . [ ] \" ' : :- :? - + * / ( ) { } < 0 1 99999999999999999999 model models files runtime".split(
    " ",
  ),
  ..."load predict inputs output name url device datapoints datapoint image A TOKEN __proto__ constructor".split(" "),
  ...[
    "model.name",
    "model.files.weights.url",
    "model.runtime.load.output.model",
    '["a b"]',
    "['it']",
    "[0]",
    "${A:-b}",
  ],
  ...[
    "${model.name}",
    "$<A:?why>",
    "$model.name",
    " ",
    "\n",
    "\t",
    "\r\n",
    "é",
    "e\u0301",
    "日本",
    "🚢",
    "\ud83d",
    "\udea2",
  ],
  ...["\ud800", "\u202e", "\u2028", "\0", "\x1b[2J", "\u00a0", "\ufeff", "a".repeat(2_000), ".a".repeat(33)],
];

/** The definition around a value. */
const AROUND = accepted("local").replace(
  /^.*\$\{datapoints\}.*$/m,
  (line) => `${line}\n          - name: fuzzed\n            value: HERE`,
);

export const expressions: Layer = {
  name: "expressions",
  inputs: fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
        { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
      ),
      { maxLength: 14 },
    )
    // One text is one file, so lone surrogates are written as YAML escapes.
    .map((pieces) => JSON.stringify(pieces.join("")))
    .map((text) => Buffer.from(text, "utf8").toString("latin1")),
  check: (input) => {
    const text = textIn(input);
    if (text === undefined) return;
    judgeTemplate(text);
    const json = JSON.stringify(text);
    const isText = !/\p{Cs}|[^\P{Cc}\n\t]|[\ufeff\u2028\u2029\u0085]/u.test(text);
    const styles = isText
      ? (["PLAIN", "QUOTE_SINGLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const).map((type) =>
          stringify({ value: text }, { defaultStringType: type, lineWidth: 40 })
            .replace(/^value: ?/, "")
            .trimEnd()
            .replaceAll("\n", "\n            "),
        )
      : [];
    for (const written of [json, styles[text.length % 4] ?? json])
      judge({ "efemarai.yaml": AROUND.replace("HERE", () => written) });
  },
};

function textIn(input: string): string | undefined {
  try {
    const text: unknown = JSON.parse(Buffer.from(input, "latin1").toString("utf8"));
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Parts are inside of the text, and a printed expression parses to the same expression. */
function judgeTemplate(text: string): void {
  const template = parseTemplate(text);
  if (template === undefined) return;
  assert.ok(template.problems.length <= LIMITS.expressions + 2);
  for (const { start, end } of template.problems) {
    assert.ok(start >= 0 && start <= end && end <= text.length);
    for (const offset of [start, end])
      assert.not.ok(
        /[\ud800-\udbff]$/.test(text.slice(0, offset)) && /^[\udc00-\udfff]/.test(text.slice(offset)),
        "a pair is cut",
      );
  }
  assert.is(
    template.parts.some(({ kind }) => kind === "broken"),
    template.problems.length > 0,
  );
  for (const part of template.parts) {
    if (part.kind !== "expression") continue;
    for (const { start, end, value } of part.path) assert.is(text.slice(start, end), value);
    const printed = printExpression(part);
    const again = loneExpression(parseTemplate(printed));
    assert.ok(again !== undefined, `${printed} is not an expression`);
    const short = ({ path, default: whenUnset, required }: typeof again) =>
      JSON.stringify([path.map(({ kind, value }) => [kind, value]), whenUnset?.value, required?.value]);
    assert.is(short(again), short(part));
  }
}
