// Properties of every compiled text: places exist, messages are readable, and every format and every command can show
// the findings.
import * as assert from "uvu/assert";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { memoryHost } from "../../src/base/host.ts";
import type { Source, Span } from "../../src/base/source.ts";
import { renderConcise } from "../../src/cli/render/concise.ts";
import { renderExplanation, renderExplanationJson } from "../../src/cli/render/explain.ts";
import { FORMATS } from "../../src/cli/render/formats.ts";
import { renderGithub } from "../../src/cli/render/github.ts";
import { renderGraph } from "../../src/cli/render/graph.ts";
import { renderJson } from "../../src/cli/render/json.ts";
import { diagnosticsDocument } from "../../src/cli/render/json-schema.ts";
import { type Compilation, type CompileOptions, compile } from "../../src/compile.ts";
import { emit, textEmitter } from "../../src/emit/emit.ts";
import { explain } from "../../src/explain/explain.ts";
import { fix } from "../../src/fix.ts";
import { executionPlan } from "../../src/plan/schema.ts";
import { renderPretty } from "../../src/render/pretty.ts";
import { FINDINGS, GRAPHS } from "../format-names.ts";

/** Compiles the first of some files and checks all properties of the result. */
export function judge(files: Readonly<Record<string, string>>, options: CompileOptions = {}): Compilation {
  const host = memoryHost(new Map(Object.entries(files)));
  const [given = ""] = Object.keys(files);
  const compilation = compile([given], host, options);
  const { diagnostics, suppressed } = compilation;
  const text = Object.values(files).join("\n");
  for (const diagnostic of [...diagnostics, ...suppressed]) judgeDiagnostic(diagnostic, text);
  judgeFormats(compilation);
  judgePlan(compilation);
  judgeExplanations(compilation, given, text);
  const fixed = fix([given], host, options);
  const errors = ({ diagnostics: all }: Pick<Compilation, "diagnostics">) =>
    all.filter(({ severity }) => severity === "error").length;
  assert.ok(errors(fixed.after) <= errors(fixed.before), "a fix caused an error");
  for (const diagnostic of fixed.after.diagnostics) judgeDiagnostic(diagnostic, text);
  return compilation;
}

/** Spans are inside of their files, and messages are sentences. */
export function judgeDiagnostic({ span, message, hint, label, path, related, fixes }: Diagnostic, text: string): void {
  judgeSpan(span, message);
  judgeWords(message, text);
  assert.ok(/[.?!]$/.test(message), `not a sentence: ${message}`);
  for (const words of [hint, label, path]) if (words !== undefined) judgeWords(words, text);
  for (const other of related ?? []) {
    judgeSpan(other.span, message);
    judgeWords(other.message, text);
  }
  for (const { title, edits } of fixes ?? []) {
    judgeWords(title, text);
    for (const edit of edits) judgeSpan(edit.span, message);
  }
}

/** A span is inside of its file and does not split a character. */
export function judgeSpan({ source, start, end }: Span, what: string): void {
  const isWhole = Number.isInteger(start) && Number.isInteger(end);
  assert.ok(
    isWhole && start >= 0 && start <= end && end <= source.text.length,
    `${start}-${end} is not a place: ${what}`,
  );
  for (const offset of [start, end])
    assert.not.ok(cutsPair(source, offset), `${offset} is inside a character: ${what}`);
}

function cutsPair({ text }: Source, offset: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(offset - 1)) && /[\udc00-\udfff]/.test(text.charAt(offset));
}

/** Words that a message never contains, unless they are in the text that it is about. */
const BUG_WORDS = ["undefined", "NaN", "[object ", "Infinity", "function (", "=> "];

function judgeWords(words: string, text: string): void {
  const said = words.replace(/`[^`]*`/g, "``");
  for (const word of BUG_WORDS) if (said.includes(word)) assert.ok(mayHold(text, word), `${word} is in: ${words}`);
}

/** Whether a text may contain a word itself: completely, in pieces, or as a number. */
function mayHold(text: string, word: string): boolean {
  const isNumber = word === "NaN" || word === "Infinity";
  return text.replace(/[\s\\"']/g, "").includes(word.trim()) || (isNumber && /\.nan|\.inf|\d{3}|\de/i.test(text));
}

/** Characters that a terminal would interpret, or that are invisible. */
const OBEYED = /[\p{Cc}\p{Cs}\u2028\u2029\p{Bidi_Control}]/u;

/** The colors of our own output. */
const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

function judgeFormats(compilation: Compilation): void {
  const { diagnostics } = compilation;
  for (const [width, color] of [
    [undefined, false],
    [80, true],
    [24, false],
  ] as const) {
    const text = renderPretty(compilation, { color, isResult: true, width });
    judgeText(color ? text.replace(COLORS, "") : text);
  }
  const concise = renderConcise(compilation);
  judgeText(concise);
  assert.is(concise.split("\n").length - 1, diagnostics.length);
  const github = renderGithub(compilation);
  judgeText(github);
  const commands = github.split("\n").slice(0, -2);
  assert.is(commands.length, diagnostics.length);
  for (const line of commands) assert.match(line, /^::(?:error|warning|notice) file=[^\s:,]*,line=\d+,endLine=\d+/);
  const json = renderJson(compilation);
  const document: unknown = JSON.parse(json);
  assert.ok(diagnosticsDocument.safeParse(document).success, "the diagnostics do not fit their schema");
  for (const format of FINDINGS) {
    const text = FORMATS[format].render(compilation, { color: false, isResult: true });
    if (FORMATS[format].isDocument) JSON.parse(text);
    judgeText(text);
  }
  for (const format of GRAPHS) {
    const text = renderGraph(compilation, format);
    if (format === "json") JSON.parse(text);
    judgeText(text);
  }
}

function judgeText(text: string): void {
  const line = text.split("\n").find((each) => OBEYED.test(each));
  assert.is(line, undefined, `this can be obeyed: ${JSON.stringify(line)}`);
}

function judgePlan({ plan, diagnostics, suppressed }: Compilation): void {
  if (plan === undefined) {
    // A suppressed finding is still an error.
    const isWrong = [...diagnostics, ...suppressed].some(({ severity }) => severity === "error");
    assert.ok(isWrong, "there is no plan, and nothing is wrong");
    return;
  }
  assert.ok(executionPlan.safeParse(plan).success, "the schema refuses the plan");
  for (const target of ["ts", "js"] as const) emit(plan, { root: "./", target }, textEmitter);
}

/** A few places, spread over the file. */
function judgeExplanations({ graph, diagnostics }: Compilation, path: string, text: string): void {
  const lines = text.split("\n").length;
  for (const line of new Set([1, Math.ceil(lines / 3), Math.ceil(lines / 2), lines])) {
    for (const column of [undefined, 1, 14]) {
      const explained = explain(graph, diagnostics, path, { line, column });
      if (explained.kind !== "explanation") continue;
      const { explanation } = explained;
      judgeSpan(explanation.span, "an explanation");
      for (const { text: words, hint } of explanation.hops)
        for (const each of [words, hint ?? ""]) judgeWords(each, text);
      judgeText(renderExplanation(explanation));
      JSON.parse(renderExplanationJson(explanation));
    }
  }
}
