// The expression language: the text of a scalar is parsed into parts and mistakes, each at its exact place.
import fc from "fast-check";
import * as assert from "uvu/assert";
import {
  type ExpressionProblem,
  LIMITS,
  loneExpression,
  parseTemplate,
  printExpression,
  printReference,
  type Segment,
} from "../grammar/expression.ts";
import { describe } from "./describe.ts";

/** The parse result in short: text in quotes, expressions as printed, `!` for a broken one. */
function meaning(text: string): string {
  const template = parseTemplate(text);
  if (template === undefined) return JSON.stringify(text);
  return template.parts
    .map((part) => {
      if (part.kind === "text") return JSON.stringify(part.value);
      return part.kind === "broken" ? "!" : printExpression(part);
    })
    .join(" ");
}

const MEANINGS: Readonly<Record<string, string>> = {
  "": '""',
  text: '"text"',
  $: '"$"',
  $$: '"$$"',
  "$5.99": '"$5.99"',
  "$HOME/data": '${HOME} "/data"',
  "reg/$TEAM/det:1": '"reg/" ${TEAM} "/det:1"',
  "det-$CI_SHA": '"det-" ${CI_SHA}',
  "$A:$B": '${A} ":" ${B}',
  "$A.pt": '${A} ".pt"',
  "$A[0]": '${A} "[0]"',
  $_1_a: "${_1_a}",
  "$1x $5.99 5 $ $": '"$1x $5.99 5 $ $"',
  $$x: '"$$x"',
  "a $$x$y": '"a $$x" ${y}',
  $$$x: '"$$$x"',
  "$${A} $B": '"${A} " ${B}',
  "$A${B}$C": "${A} ${B} ${C}",
  "${A:-$B}": "${A:-$B}",
  $größe: '${gr} "öße"',
  "x/$model.name": '"x/$model.name"',
  "a $model b $datapoints, $datapoint": '"a $model b $datapoints, $datapoint"',
  "$models/$datapoints_2": '${models} "/" ${datapoints_2}',
  "$modle.files.params.url": "${modle.files.params.url}",
  "a {b} <c>": '"a {b} <c>"',
  "${model.name}": "${model.name}",
  "${ model . name }": "${model.name}",
  "$<model.name>": "${model.name}",
  "$model.name": "${model.name}",
  "$model.files.params.url": "${model.files.params.url}",
  $GIT_KEY: "${GIT_KEY}",
  "a ${model.name} b": '"a " ${model.name} " b"',
  "${A}${B}": "${A} ${B}",
  "${A:-b c}": "${A:-b c}",
  "${A:-}": "${A:-}",
  "${A:?say this}": "${A:?say this}",
  "$<A:-}>": "$<A:-}>",
  "$${A}": '"${A}"',
  "$$<A>": '"$<A>"',
  "$$${A}": '"$${A}"',
  "$${A} ${B}": '"${A} " ${B}',
  '${model.files["my file"].url}': '${model.files["my file"].url}',
  "${model.files['it'].url}": '${model.files["it"].url}',
  "${a[0].b}": "${a[0].b}",
  "${日本.é}": "${日本.é}",
  "${_a1}": "${_a1}",
  "$${": '"${"',
  $$$$: '"$$$$"',
  $A$B: "${A} ${B}",
  "$A b": '${A} " b"',
  "$A-b": '${A} "-b"',
  "$(A) %{A} #{A} $": '"$(A) %{A} #{A} $"',
  "$A\n": "${A}",
  "$model.name\n": "${model.name}",
  "${A:-b}c}": '${A:-b} "c}"',
  "$<A:-b>c>": '${A:-b} "c>"',
  "${A:-b>c}": "${A:-b>c}",
  "$<A:-b}c>": "$<A:-b}c>",
  "${A:-b:-c:?d}": "${A:-b:-c:?d}",
  "${A :- b }": "${A:- b }",
  "${A:?}": "${A:?}",
  "{${A}}": '"{" ${A} "}"',
  "${a['}']}": '${a["}"]}',
  "${a['\"']}": "${a['\"']}",
  "${a\n.b}": "${a.b}",
  "$<a.b> ${c}": '${a.b} " " ${c}',
  "line\n${A}\nline": '"line\\n" ${A} "\\nline"',
};

/** Each mistake: its kind and the underlined characters. */
const MISTAKES: readonly (readonly [text: string, ...problems: (readonly [ExpressionProblem["kind"], string])[]])[] = [
  ["${}", ["empty", "${}"]],
  ["$<>", ["empty", "$<>"]],
  ["a ${ } b", ["empty", "${ }"]],
  ["${model.name", ["unclosed", "${model.name"]],
  ["x $<A and ${B}", ["unclosed", "$<A"]],
  ["${A ${B}}", ["nested", "${"]],
  ["${A:-${B}}", ["nested", "${"]],
  ["${a + b}", ["operator", "+"]],
  ["${a | upper}", ["operator", "|"]],
  ["${a ?? b}", ["operator", "??"]],
  ["${f(x)}", ["call", "("]],
  ["${model.files.my-file.url}", ["hyphen", "-"]],
  ["$model.files.my-file.url", ["hyphen", "-"]],
  ["${.a}", ["name-expected", "."]],
  ["${a.}", ["name-expected", "."]],
  ["${1x}", ["name-expected", "1"]],
  ["${a[}", ["bracket", "["]],
  ["${a[0}", ["bracket", "[0"]],
  ["${a b}", ["unexpected", "b"]],
  ["${a[]}", ["bracket", "]"]],
  ["${a[b]}", ["bracket", "b"]],
  ["${a[-1]}", ["bracket", "-"]],
  ["${a[1.5]}", ["bracket", "."]],
  ['${a["b}', ["bracket", '"']],
  ['${a["b"}', ["bracket", '["b"']],
  ["${a..b}", ["name-expected", "."]],
  ["${a.5}", ["name-expected", "5"]],
  ["${:-a}", ["name-expected", ":-a"]],
  ["${{a}}", ["name-expected", "{"]],
  ["${a#b}", ["unexpected", "#"]],
  ["${a - b}", ["operator", "-"]],
  ["${env:A}", ["operator", ":"]],
  ["$<a}>", ["unexpected", "}"]],
  ["${(a)}", ["call", "("]],
  ["${A $<B>}", ["nested", "$<"]],
  ["${A:-$<B>}", ["nested", "$<"]],
  ["cost: $<5", ["unclosed", "$<5"]],
  ["${a.b and ${c} and $<d", ["unclosed", "${a.b"], ["unclosed", "$<d"]],
  ["${a ${b ${c}", ["unclosed", "${a"], ["unclosed", "${b"]],
  ["${a ${b ${c}}", ["unclosed", "${a"], ["nested", "${"]],
  ["${a} ${b ${c} ${d ${e}", ["unclosed", "${b"], ["unclosed", "${d"]],
  ["${a ${b} {c}", ["unclosed", "${a"]],
  ["$<a ${b", ["unclosed", "$<a"], ["unclosed", "${b"]],
  ["$model.", ["name-expected", "."]],
  ["$model.files.a.url/b", ["operator", "/"]],
  ["$model.name is", ["unexpected", "is"]],
  ["$model. name", ["unexpected", "name"]],
  ["$model.name:-a", ["unexpected", ":-a"]],
  ["$model.name${A}", ["unexpected", "${"]],
  [`x $${"a".repeat(5000)}`, ["too-long", `$${"a".repeat(5000)}`]],
  ["$A ${B", ["unclosed", "${B"]],
  [`$model.${"a".repeat(5000)}`, ["too-long", `$model.${"a".repeat(5000)}`]],
  [`$model${".a".repeat(40)}`, ["too-deep", ""]],
  ["${a +} and ${b.} and ${c}", ["operator", "+"], ["name-expected", "."]],
  [`\${${"a.".repeat(40)}b}`, ["too-deep", ""]],
  [`\${${"a".repeat(5000)}}`, ["too-long", ""]],
];

const name = fc.stringMatching(/^[A-Za-z_é日][A-Za-z0-9_é日]{0,8}$/);
const rest = fc.oneof(
  name.map((value) => `.${value}`),
  fc.stringMatching(/^[^"'\n\\${}<>]{0,6}$/).map((value) => `["${value}"]`),
  fc.nat(99).map((value) => `[${value}]`),
);
const path = fc.tuple(name, fc.array(rest, { maxLength: 6 })).map(([root, parts]) => root + parts.join(""));
const suffix = fc.oneof(
  fc.constant(""),
  fc.stringMatching(/^[^{}<>$]{0,8}$/).map((text) => `:-${text}`),
  fc.stringMatching(/^[^{}<>$]{0,8}$/).map((text) => `:?${text}`),
);
const noise = fc.string({
  unit: fc.constantFrom("$", "{", "}", "<", ">", ".", "[", "]", '"', "a", " ", ":-", "\n", "é", "😀", "0", "(", "|"),
});

describe("expressions", (test) => {
  for (const [text, expected] of Object.entries(MEANINGS)) {
    test(JSON.stringify(text), () => assert.is(meaning(text), expected));
  }

  for (const [text, ...expected] of MISTAKES) {
    test(`mistakes in ${text.slice(0, 40)}`, () => {
      const problems = parseTemplate(text)?.problems ?? [];
      assert.equal(
        problems.map(({ kind }) => kind),
        expected.map(([kind]) => kind),
      );
      for (const [i, [, underlined]] of expected.entries()) {
        const found = problems[i];
        if (underlined !== "") assert.is(text.slice(found?.start, found?.end), underlined);
      }
    });
  }

  test("a single one keeps its type, but not next to text or an escape", () => {
    assert.ok(loneExpression(parseTemplate("${model.name}")));
    for (const text of ["${model.name} ", "$${a}", "${a}${b}"]) assert.not(loneExpression(parseTemplate(text)));
  });

  test("more than a thousand in a scalar are one mistake", () => {
    const problems = parseTemplate("${a}".repeat(LIMITS.expressions + 5))?.problems ?? [];
    assert.equal(
      problems.map(({ kind }) => kind),
      ["too-many"],
    );
    assert.equal(parseTemplate("${a}".repeat(LIMITS.expressions))?.problems, []);
  });

  test("can be as long and as deep as the limits allow", () => {
    const kinds = (text: string) => parseTemplate(text)?.problems.map(({ kind, start, end }) => [kind, start, end]);
    const long = LIMITS.expressionLength - "${}".length;
    assert.equal(kinds(`\${${"a".repeat(long)}}`), []);
    assert.equal(kinds(`\${${"a".repeat(long + 1)}}`), [["too-long", 0, LIMITS.expressionLength + 1]]);
    assert.equal(kinds(`\${a${".b".repeat(LIMITS.segments - 1)}}`), []);
    assert.equal(kinds(`\${a${".b".repeat(LIMITS.segments)}.c}`), [["too-deep", 66, 69]]);
    const many = "${a}".repeat(LIMITS.expressions);
    assert.equal(kinds(`${many}\${a} \${b`), [["too-many", many.length, many.length + 2]]);
  });

  test("and the text between them cover the scalar", () => {
    fc.assert(
      fc.property(noise, (text) => {
        const template = parseTemplate(text);
        if (template === undefined || template.problems.length > 0) return;
        const written = template.parts.map((part) => {
          if (part.kind === "text") return part.value.replace(/\$(?=[{<])/g, "$$$$");
          return part.kind === "expression" ? text.slice(part.start, part.end) : "";
        });
        const isBare = loneExpression(template)?.spelling === "bare";
        assert.is(written.join(""), isBare ? text.trimEnd() : text);
      }),
      { numRuns: 3000 },
    );
  });

  test("a printed expression parses to the same expression", () => {
    const paths = (segments: readonly Segment[]) => segments.map(({ kind, value }) => `${kind} ${value}`);
    fc.assert(
      fc.property(path, suffix, fc.boolean(), (written, end, inAngles) => {
        const text = inAngles ? `$<${written}${end}>` : `\${${written}${end}}`;
        const expression = loneExpression(parseTemplate(text));
        assert.ok(expression, text);
        const again = loneExpression(parseTemplate(printExpression(expression)));
        assert.equal(again && paths(again.path), paths(expression.path));
        assert.equal(
          [again?.default?.value, again?.required?.value],
          [expression.default?.value, expression.required?.value],
        );
        assert.is(printReference(expression.path), printReference(again?.path ?? []));
      }),
      { numRuns: 500 },
    );
  });

  test("any text is read without an exception, and places are inside of it", () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: "binary" })), (text) => {
        const template = parseTemplate(text);
        for (const { start, end } of template?.problems ?? [])
          assert.ok(start >= 0 && start <= end && end <= text.length);
        for (const part of template?.parts ?? []) {
          if (part.kind !== "expression") continue;
          for (const { start, end, value } of part.path) assert.is(text.slice(start, end), value);
        }
        assert.is(template?.parts.some(({ kind }) => kind === "broken") ?? false, (template?.problems.length ?? 0) > 0);
      }),
      { numRuns: 3000 },
    );
  });

  test("hostile text is read in one or two passes", () => {
    for (const part of [
      "$<",
      "${",
      "$",
      "$a",
      "$$a",
      "$a${",
      "$${",
      "${a[",
      "${a ${",
      "$<a> ${",
      "${$<",
      "$<${a}",
      "${\"'",
      "${:-",
    ]) {
      const template = parseTemplate(part.repeat(100_000));
      assert.ok(template === undefined || template.problems.length <= LIMITS.expressions + 2);
    }
  });
});
