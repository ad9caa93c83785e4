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
    "An unknown key has no effect; nearly always it is another one misspelled. At the top level, keys that begin with `x-` are free, and so are keys that begin with `_` or `.` and hold an anchor.",
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
      // That the file is no definition is one mistake, however many keys it has.
      if (problem.path.parent === undefined && sectionless.has(problem.span.source)) continue;
      const { span, path, key, node, parent, known, replaces, belongsIn } = problem;
      if (explained.has(problem)) continue;
      const item = named.get(problem);
      if (item !== undefined) {
        yield {
          message: `${quote(key)} is not a key of ${parent}.`,
          hint: hintForItem(key, item),
          span,
          path: printKeyPath(path),
        };
        continue;
      }
      const meant = colonless.get(problem)?.key;
      if (meant !== undefined) {
        const message = `${quote(key)} is not a key of ${parent}; a colon is missing behind ${quote(meant)}.`;
        const fixes = colonFix(node, meant);
        yield { message, hint: `Write \`${meant}: …\`.`, span, path: printKeyPath(path), fixes };
        continue;
      }
      if (belongsIn !== undefined) {
        // The text was mended by ending a map too early: its own finding says so.
        if (unreadable.has(placeKey(span))) continue;
        const message = `${quote(key)} is not a key of ${parent}; it belongs to ${definite(belongsIn.name)}.`;
        const related = [{ message: "It belongs here.", span: belongsIn.span }];
        yield { message, hint: "Indent it as the other keys there.", span, path: printKeyPath(path), related };
        continue;
      }
      if (replaces !== undefined) {
        const message = `${quote(key)} is not a key of ${parent}, and ${quote(replaces)} is missing there.`;
        const fixes = [{ title: `Write ${quote(replaces)}`, safe: false, edits: [{ span, newText: replaces }] }];
        yield { message, hint: `Did you mean ${quote(replaces)}?`, span, path: printKeyPath(path), fixes };
        continue;
      }
      const others = path.parent?.key === "repository" ? repositoryKeysFor(key) : [];
      const near = others.length > 0 ? others : nearest(key, known);
      const [only] = near;
      const isFree = path.parent === undefined && only === undefined;
      // A key that begins like a private name and holds an anchor is there for what uses the anchor.
      if (isFree && /^[_.]/.test(key) && /^["']?[ \t]*:[ \t]*&/.test(span.source.text.slice(span.end, span.end + 20)))
        continue;
      yield {
        message: `${quote(key)} is not a key of ${parent}.`,
        hint: isCallPart(path, key, near)
          ? `Write ${orList(near)}: a call has many \`inputs\` and one \`output\`.`
          : isFree
            ? `It has no effect; write \`x-${key}\` to keep it for yourself.`
            : known.length === 0
              ? "Remove it; nothing else belongs here."
              : others.length > 0
                ? `Did you mean ${orList(others)}?`
                : suggest(key, known, "other key", near),
        span,
        path: printKeyPath(path),
        ...(isFree ? { severity: "hint" as const } : {}),
        fixes: nearFix(problem, near),
      };
    }
  },
};

/** `an item of …` is a certain one here. */
function definite(name: string): string {
  return name === "the file" ? "the top level of the file" : name.replace(/^an item/, "the item");
}

/** `input` and `outputs`: the one that is many and the one that is one. */
function isCallPart({ parent }: Path, key: string, near: readonly string[]): boolean {
  const isCall = (parent?.key === "load" || parent?.key === "predict") && parent.parent?.key === "runtime";
  return isCall && near.length === 1 && (key === "input" || key === "outputs");
}

/** What to write where the name of an item stands in the place of a key, as in `- device: gpu`. */
function hintForItem(name: string, { value, keys }: NamedItem): string {
  const text = value.source.text.slice(value.start, value.end);
  const isShort = value.kind === "scalar" && text.length <= 40 && !/[\n`]/.test(text);
  const shown = isShort && text !== "" ? printable(text) : "…";
  const other = keys.find((key) => key !== "name");
  if (name === "device" && other === "value")
    return "Remove it, since a function that takes `device` gets it anyway, or write `- name: device` and below it `value: ${model.runtime.device}`.";
  const first = `Write \`- name: ${printable(name)}\``;
  if (value.kind === "map" && other !== "value") return `${first}, with the other keys below it.`;
  return other === undefined
    ? `The key \`name\` is missing; if this is meant, write \`name: ${shown}\`.`
    : `${first}, and below it \`${other}: ${shown}\`.`;
}

type UnknownKey = Extract<Problem, { readonly kind: "unknown-key" }>;

/** The key that was meant. A key of another part of the format is more likely to be in the wrong place. */
function nearFix({ node, key, isKnownElsewhere }: UnknownKey, near: readonly string[]): readonly Fix[] {
  const sure = certainMatch(key, near);
  const meant = sure ?? (near.length === 1 ? near[0] : undefined);
  const edit = meant === undefined ? undefined : replaceScalar(node, meant);
  if (meant === undefined || edit === undefined) return [];
  const isOnlyPlural = `${key}s` === meant || key === `${meant}s`;
  return [
    { title: `Write ${quote(meant)}`, safe: sure !== undefined && (isOnlyPlural || !isKnownElsewhere), edits: [edit] },
  ];
}

/** `name x` for `name: x`, where no value follows that would be another one. */
function colonFix({ source, start, end, style }: ScalarNode, meant: string): readonly Fix[] {
  const isAlone = style === "plain" && /^\s*(?:[,}\n]|$)/.test(source.text.slice(end, end + 80));
  if (!isAlone || !source.text.startsWith(`${meant} `, start)) return [];
  const at = start + meant.length;
  const edits = [{ span: { source, start: at, end: at }, newText: ":" }];
  return [{ title: `Write a colon behind ${quote(meant)}`, safe: true, edits }];
}
