import type { Fix } from "../../base/diagnostic.ts";
import { certainMatch, nearest, suggest } from "../../base/nearest.ts";
import { orList, printable, quote } from "../../base/quote.ts";
import { placeKey } from "../../base/source.ts";
import { replaceScalar } from "../../parse/edit-scalar.ts";
import type { Problem } from "../../parse/problem.ts";
import { type Path, printKeyPath, type ScalarNode } from "../../parse/tree.ts";
import { misplacedKeys, type NamedItem } from "../facts/misplaced.ts";
import { repositoryKeysFor } from "../facts/other-names.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const unknownKey: Rule = {
  code: "unknown-key",
  severity: "error",
  subject: "definition",
  summary: "A key is not part of the format.",
  explanation:
    "An unknown key has no effect; usually it is misspelled. At the top level, keys that start with `x-` are allowed, and so are keys that start with `_` or `.` and define an anchor.",
  bad: `project:
  name: aircraft
  descripton: Finds aircraft
`,
  good: `project:
  name: aircraft
  description: Finds aircraft
`,
  *check(graph) {
    const { explained, colonless, named } = misplacedKeys(graph);
    const unreadable = new Set([...problemsOf(graph, "yaml-syntax")].map(({ span }) => placeKey(span)));
    const sectionless = new Set([...problemsOf(graph, "no-section")].map(({ span }) => span.source));
    for (const problem of problemsOf(graph, "unknown-key")) {
      // A file that is not a definition is one mistake, however many keys it has.
      if (problem.path.parent === undefined && sectionless.has(problem.span.source)) continue;
      const { span, path, key, node, parent, known, replaces, belongsIn } = problem;
      if (explained.has(problem)) continue;
      const unknown = `Unknown key ${quote(key)} ${parent === "the file" ? "at the top level" : `in ${parent}`}`;
      const item = named.get(problem);
      if (item !== undefined) {
        yield {
          message: `${unknown}.`,
          hint: hintForItem(key, item),
          span,
          path: printKeyPath(path),
        };
        continue;
      }
      const meant = colonless.get(problem)?.key;
      if (meant !== undefined) {
        const message = `${unknown}: a colon is missing after ${quote(meant)}.`;
        const fixes = colonFix(node, meant);
        yield { message, hint: `Write \`${meant}: …\`.`, span, path: printKeyPath(path), fixes };
        continue;
      }
      if (belongsIn !== undefined) {
        // The parser recovered from a syntax error by ending a map too early; the syntax error is reported.
        if (unreadable.has(placeKey(span))) continue;
        const owner = definite(belongsIn.name);
        const message = `${unknown}; it belongs to ${owner}.`;
        const related = [{ message: "belongs here", span: belongsIn.span }];
        yield { message, hint: `Indent it like the keys of ${owner}.`, span, path: printKeyPath(path), related };
        continue;
      }
      if (replaces !== undefined) {
        const message = `${unknown}, where ${quote(replaces)} is missing.`;
        const fixes = [{ title: `Replace with ${quote(replaces)}`, safe: false, edits: [{ span, newText: replaces }] }];
        yield { message, hint: `Did you mean ${quote(replaces)}?`, span, path: printKeyPath(path), fixes };
        continue;
      }
      const others = path.parent?.key === "repository" ? repositoryKeysFor(key) : [];
      const near = others.length > 0 ? others : nearest(key, known);
      const [only] = near;
      const isFree = path.parent === undefined && only === undefined;
      // A key that starts like a private name and defines an anchor exists only for the anchor.
      if (isFree && /^[_.]/.test(key) && /^["']?[ \t]*:[ \t]*&/.test(span.source.text.slice(span.end, span.end + 20)))
        continue;
      yield {
        message: `${unknown}.`,
        hint: isCallPart(path, key, near)
          ? `Write ${orList(near)}: a call has several \`inputs\`, but one \`output\`.`
          : isFree
            ? `Remove it, or rename it to \`x-${key}\` to keep it as an extension.`
            : known.length === 0
              ? "Remove it."
              : others.length > 0
                ? `Did you mean ${orList(others)}?`
                : suggest(key, known, "key", near),
        span,
        path: printKeyPath(path),
        ...(isFree ? { severity: "hint" as const } : {}),
        fixes: nearFix(problem, near),
      };
    }
  },
};

/** Of `an item of …`, a certain one is meant here. */
function definite(name: string): string {
  return name === "the file" ? "the top level of the file" : name.replace(/^an item/, "the item");
}

/** Whether the key is `input` or `outputs`, with the wrong number. */
function isCallPart({ parent }: Path, key: string, near: readonly string[]): boolean {
  const isCall = (parent?.key === "load" || parent?.key === "predict") && parent.parent?.key === "runtime";
  return isCall && near.length === 1 && (key === "input" || key === "outputs");
}

/** What to write if the name of an item is used as a key, as in `- device: gpu`. */
function hintForItem(name: string, { value, keys }: NamedItem): string {
  const text = value.source.text.slice(value.start, value.end);
  const isShort = value.kind === "scalar" && text.length <= 40 && !/[\n`]/.test(text);
  const shown = isShort && text !== "" ? printable(text) : "…";
  const other = keys.find((key) => key !== "name");
  if (name === "device" && other === "value")
    return "Remove it, because `device` is passed automatically, or write `- name: device` with `value: ${model.runtime.device}` below it.";
  const first = `Write \`- name: ${printable(name)}\``;
  if (value.kind === "map" && other !== "value") return `${first} with the other keys below it.`;
  return other === undefined
    ? `Write \`name: ${shown}\` if this is the name.`
    : `${first} with \`${other}: ${shown}\` below it.`;
}

type UnknownKey = Extract<Problem, { readonly kind: "unknown-key" }>;

/** Replaces the key with the one that was meant; not safe for a key that exists elsewhere in the format and may be misplaced. */
function nearFix({ node, key, isKnownElsewhere }: UnknownKey, near: readonly string[]): readonly Fix[] {
  const sure = certainMatch(key, near);
  const meant = sure ?? (near.length === 1 ? near[0] : undefined);
  const edit = meant === undefined ? undefined : replaceScalar(node, meant);
  if (meant === undefined || edit === undefined) return [];
  const isOnlyPlural = `${key}s` === meant || key === `${meant}s`;
  return [
    {
      title: `Replace with ${quote(meant)}`,
      safe: sure !== undefined && (isOnlyPlural || !isKnownElsewhere),
      edits: [edit],
    },
  ];
}

/** Corrects `name x` to `name: x`, unless another value follows. */
function colonFix({ source, start, end, style }: ScalarNode, meant: string): readonly Fix[] {
  const isAlone = style === "plain" && /^\s*(?:[,}\n]|$)/.test(source.text.slice(end, end + 80));
  if (!isAlone || !source.text.startsWith(`${meant} `, start)) return [];
  const at = start + meant.length;
  const edits = [{ span: { source, start: at, end: at }, newText: ":" }];
  return [{ title: `Add a colon after ${quote(meant)}`, safe: true, edits }];
}
