// Completes values: fixed words, names that are declared elsewhere in the document, paths and entry points.

import { describeWord } from "../../../grammar/keys.ts";
import { spelledText } from "../../bind/late-name.ts";
import { entryOf, nodeAt, type YamlNode } from "../../parse/tree.ts";
import { fileDrafts, type Offered } from "./files.ts";
import { bareDraft, type Draft, type Here, type Place, valueDraft } from "./here.ts";
import { inputNameDrafts, inputValueDrafts } from "./inputs.ts";
import { belowDrafts, flowItemDrafts } from "./keys.ts";
import { entrypointDrafts } from "./python.ts";
import { isScalar, wordsOf } from "./skeleton.ts";
import { variablesIn } from "./variables.ts";

/** The items for a value at the cursor. */
export function valueDrafts(here: Here, place: Place): Offered {
  const { pattern, shapes } = place;
  const files = fileDrafts(here, pattern);
  const drafts = [
    ...shapes.filter(isScalar).flatMap((shape) => wordDrafts(here, place, wordsOf(shape))),
    ...nameDrafts(here, place),
    ...inputNameDrafts(here, place),
    ...inputValueDrafts(here, place),
    ...(pattern.endsWith(".entrypoint") ? entrypointDrafts(here, place) : []),
    ...files.drafts,
  ];
  return { drafts: [...drafts, ...newDrafts(here, place)], isComplete: files.isComplete };
}

/** New items and maps, where a scalar is not allowed. */
function newDrafts(here: Here, place: Place): readonly Draft[] {
  const { role, brackets, start, end } = here.token;
  if (role !== "value") return [];
  if (typeof place.path.at(-1) === "number") return brackets.length > 0 ? flowItemDrafts(here, place) : [];
  return start === end ? belowDrafts(here, place) : [];
}

function wordDrafts(here: Here, { path }: Place, words: readonly string[]): readonly Draft[] {
  return words.flatMap((word) => {
    if (word === "true" || word === "false") return bareDraft(here, word, { kind: "word" });
    const documentation = describeWord(path, word);
    return valueDraft(here, word, { kind: "word", ...(documentation === undefined ? {} : { documentation }) }) ?? [];
  });
}

/** Names of built-in operators and types. The platform also accepts operators that are classes of the user. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "domains[].transformations[].operator": ["ChooseImage", "EvaluateSample"],
  "domains[].transformations[].axes[].type": ["float", "int", "bool", "str", "list"],
};

const SECTION_OF: Readonly<Record<string, "models" | "datasets" | "domains">> = {
  "tests[].model": "models",
  "tests[].dataset": "datasets",
  "tests[].domain": "domains",
  "baselines[].model": "models",
  "baselines[].dataset": "datasets",
};

const LINK =
  /^domains\[\]\.transformations\[\]\.(?:inputs\[\]\.output_from|outputs\[\]\.input_to\[\])\.transformation$/;

/** Names that are declared in the document. */
function nameDrafts(here: Here, place: Place): readonly Draft[] {
  const { pattern } = place;
  const built = Object.hasOwn(BUILT_IN, pattern) ? (BUILT_IN[pattern] ?? []) : [];
  if (/\.passEnv\[\]$/.test(pattern) || pattern === "x-modelwright.passEnv[]") return variableDrafts(here);
  const names = namesFor(place);
  const drafts = names.flatMap(({ name, detail }) => valueDraft(here, name, { kind: "name", detail }) ?? []);
  return [
    ...drafts,
    ...built.flatMap((word) => valueDraft(here, word, { kind: "word" }) ?? []),
    ...otherWords(here, place, built),
  ];
}

function variableDrafts(here: Here): readonly Draft[] {
  return variablesIn(here).flatMap((name) => {
    return valueDraft(here, name, { kind: "variable", detail: "environment variable" }) ?? [];
  });
}

interface Named {
  readonly name: string;
  readonly detail: string;
}

function namesFor({ pattern, path, graph, model }: Place): readonly Named[] {
  const root = graph.bound.requested[0]?.root?.node;
  if (root === undefined) return [];
  const section = Object.hasOwn(SECTION_OF, pattern) ? SECTION_OF[pattern] : undefined;
  if (section !== undefined)
    return namesIn(entryOf(root, section)?.value).map((name) => ({ name, detail: section.slice(0, -1) }));
  if (LINK.test(pattern)) {
    const list = at(root, path.slice(0, 3));
    const own = nameOf(at(root, path.slice(0, 4)));
    return namesIn(list).flatMap((name) => (name === own ? [] : [{ name, detail: "transformation" }]));
  }
  if (pattern === "models[].files[].name" && model !== undefined) {
    // Files that the runtime refers to and that the model does not have.
    const wanted = model.bound.references.flatMap(
      ({
        expression: {
          path: [first, second, third],
        },
        meaning,
      }) => {
        const isFile = first.value === "model" && second?.value === "files" && third !== undefined;
        const isMissing = meaning.kind === "undefined" || meaning.kind === "required-file";
        return isFile && isMissing && !model.bound.files.has(third.value) ? [third.value] : [];
      },
    );
    return [...new Set(wanted)].map((name) => ({ name, detail: "used by the runtime" }));
  }
  return [];
}

function at(root: YamlNode, keys: readonly (string | number)[]): YamlNode | undefined {
  return nodeAt(
    root,
    keys.reduce<Parameters<typeof nodeAt>[1]>((parent, key) => ({ parent, key }), undefined),
  );
}

function nameOf(node: YamlNode | undefined): string | undefined {
  const name = node?.kind === "map" ? entryOf(node, "name")?.value : undefined;
  return name?.kind === "scalar" && name.text.trim() !== "" ? spelledText(name) : undefined;
}

/** The names of the items of a list, each once, without the universal model. */
function namesIn(list: YamlNode | undefined): readonly string[] {
  if (list?.kind !== "list") return [];
  const names = new Set(list.items.flatMap((item) => nameOf(item) ?? []));
  return [...names].filter((name) => !name.includes("${model."));
}

/** Operators and types that the same domain already uses. */
function otherWords(here: Here, { pattern, path, graph }: Place, built: readonly string[]): readonly Draft[] {
  const key = path.at(-1);
  const isWord =
    /^domains\[\]\.transformations\[\]\.(?:operator|axes\[\]\.type|inputs\[\]\.type|outputs\[\]\.type)$/.test(pattern);
  const root = graph.bound.requested[0]?.root?.node;
  if (!isWord || root === undefined || typeof key !== "string") return [];
  const found = new Set<string>();
  const visit = (node: YamlNode | undefined, depth: number): void => {
    if (node === undefined || depth > 8) return;
    if (node.kind === "list") for (const item of node.items) visit(item, depth + 1);
    if (node.kind !== "map") return;
    for (const entry of node.entries) {
      if (entry.key.text === key && entry.value.kind === "scalar") found.add(entry.value.text);
      else visit(entry.value, depth + 1);
    }
  };
  visit(at(root, path.slice(0, 3)), 0);
  const marker = nodeText(at(root, path));
  const others = [...found].filter((word) => word !== "" && word !== marker && !built.includes(word));
  return others.flatMap((word) => valueDraft(here, word, { kind: "word", detail: "used in this domain" }) ?? []);
}

function nodeText(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}
