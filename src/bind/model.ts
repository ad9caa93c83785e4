import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf, ShapedList, ShapedMap } from "../parse/shaped.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type {
  BoundCall,
  BoundFile,
  BoundInput,
  BoundModel,
  BoundRepository,
  BoundRuntime,
  BoundTitle,
  ModelEntry,
  Phase,
  Reference,
  RuntimeResolution,
  RuntimeSection,
} from "./bound.ts";
import { asIdentifier, isIdentifier } from "./identifier.ts";
import { isVariable, type LateName, lateName, spelledText } from "./late-name.ts";
import { type FoundRuntime, isUniversal, locate, nameOf } from "./runtime.ts";
import type { BindScope, CallScope } from "./scope.ts";
import { type BindContext, bindLeaf, bindValue } from "./value.ts";

/** A model's entry with what was found about it so far. */
export interface ModelSeed {
  readonly key: string;
  readonly definition: ParsedDefinition;
  readonly isRequested: boolean;
  readonly entry: ModelEntry;
  readonly found: FoundRuntime;
  /** Whether models of its name in other files use this entry's runtime, with files of their own. */
  readonly isLender: boolean;
}

/** Links everything in one entry, and in the runtime that it uses. */
export function bindModel({ key, definition, isRequested, entry, found, isLender }: ModelSeed): BoundModel {
  const references: Reference[] = [];
  const { fields } = entry;
  const universal = isUniversal(entry);
  const section = "section" in found ? found.section : undefined;
  // An entry of a file that nobody asked for may lend its runtime to models that are not here.
  const scope = scopeOf(entry, section, found.kind === "own" && (universal || isLender || !isRequested));
  const context = (phase: Phase, isBorrowed = false): BindContext => ({ phase, scope, isBorrowed, references });
  const own = context("definition");
  const name = fields.name;
  const nameValue = bindLeaf(own, name);
  const description = bindLeaf(own, fields.description);
  const version = bindLeaf(own, fields.version);
  const repository = bindRepository(own, entry, definition);
  const files = bindFiles(own, fields.files);
  return {
    key,
    definition,
    isRequested,
    entry,
    name: name && nameValue && { text: nameOf(entry) ?? "", leaf: name, value: nameValue },
    isUniversal: universal,
    isLender,
    description,
    version,
    repository,
    files,
    runtime: bindRuntimeResolution(found, definition, context),
    references,
  };
}

/** Shared by all models, since most have none of one kind. */
const NO_NAMES: ReadonlySet<string> = new Set();
const NO_FILES: ReadonlyMap<string, BoundFile> = new Map();

function scopeOf(entry: ModelEntry, runtime: RuntimeSection | undefined, isShared: boolean): BindScope {
  const { fields, written, node } = entry;
  const isFilesBroken =
    (fields.files === undefined && written.has("files")) || (fields.files === undefined && node.incomplete);
  return {
    files: isFilesBroken ? undefined : fields.files === undefined ? NO_NAMES : namesOf(fields.files),
    lateFiles: lateNamesOf(fields.files),
    isFilesOpen: !hasOwnName(entry) || fields.files?.items.some((file) => isNoName(file?.fields.name)) === true,
    isShared,
    load: runtime && callScope(runtime, "load"),
    predict: runtime && callScope(runtime, "predict"),
  };
}

/** Whether an entry is surely not the universal one with a mistake in its name; a variable alone is a name. */
function hasOwnName({ fields: { name } }: ModelEntry): boolean {
  if (name === undefined || name.node.text.trim() === "") return false;
  const [only, ...others] = name.node.template?.parts ?? [];
  if (only === undefined || only.kind === "text" || others.length > 0) return true;
  return only.kind === "expression" && isVariable(only);
}

/** A number or nothing at all where a name should stand. */
function isNoName(leaf: Leaf<ScalarNode> | undefined): boolean {
  if (leaf === undefined || isIdentifier(leaf.node.text)) return false;
  return typeof leaf.node.value !== "string" || leaf.node.text.trim() === "";
}

function callScope({ fields }: RuntimeSection, of: "load" | "predict"): CallScope | undefined {
  const call = fields[of];
  if (call === undefined) return undefined;
  const { inputs, output } = call.fields;
  const isInputsBroken =
    inputs === undefined
      ? call.written.has("inputs") || call.node.incomplete
      : inputs.items.some((input) => isNoName(input?.fields.name));
  const name = output?.fields.name?.node;
  const lateOutput = name && lateName(name);
  return {
    inputs: isInputsBroken ? undefined : inputs === undefined ? NO_NAMES : namesOf(inputs),
    lateInputs: lateNamesOf(inputs),
    output: name && spelledText(name),
    lateOutput,
    isOutputBroken: name === undefined || (lateOutput === undefined && !isIdentifier(name.text)),
  };
}

type NamedList = ShapedList<ShapedMap<{ readonly name: Leaf<ScalarNode> | undefined }>>;

/** The names in a list of named things that are made from variables. */
function lateNamesOf(list: NamedList | undefined): readonly LateName[] {
  return (list?.items ?? []).flatMap((item) => (item?.fields.name && lateName(item.fields.name.node)) ?? []);
}

/**
 * The constant names in a list of named things; `undefined` when a name cannot be read. A name that is none counts as the
 * one that it nearly is, too: who mends it follows the hint.
 */
function namesOf(list: NamedList): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  if (list.node.incomplete) return undefined;
  for (const item of list.items) {
    const name = item?.fields.name;
    if (name !== undefined && lateName(name.node) !== undefined) continue;
    if (name === undefined || name.node.template !== undefined) return undefined;
    const { text } = name.node;
    names.add(text);
    const mended = isIdentifier(text) ? undefined : asIdentifier(text);
    if (mended !== undefined) names.add(mended);
  }
  return names;
}

function bindRepository(context: BindContext, entry: ModelEntry, definition: ParsedDefinition): BoundRepository {
  const section = entry.fields.repository;
  return {
    section,
    location: locate(entry, definition),
    url: bindLeaf(context, section?.fields.url),
    branch: bindLeaf(context, section?.fields.branch),
    hash: bindLeaf(context, section?.fields.hash),
    accessToken: bindLeaf(context, section?.fields.access_token),
  };
}

function bindFiles(context: BindContext, list: ModelEntry["fields"]["files"]): ReadonlyMap<string, BoundFile> {
  if (list === undefined) return NO_FILES;
  const files = new Map<string, BoundFile>();
  for (const item of list.items) {
    const leaf = item?.fields.name;
    if (item === undefined || leaf === undefined) continue;
    const file: BoundFile = {
      ...bindTitle(context, leaf),
      url: bindLeaf(context, item.fields.url),
      upload: bindLeaf(context, item.fields.upload),
      credentials: bindLeaf(context, item.fields.credentials),
    };
    if (!files.has(file.name)) files.set(file.name, file);
  }
  return files;
}

function bindRuntimeResolution(
  found: FoundRuntime,
  definition: ParsedDefinition,
  context: (phase: Phase, isBorrowed: boolean) => BindContext,
): RuntimeResolution {
  switch (found.kind) {
    case "own":
      return { kind: "own", runtime: bindRuntime(found.section, definition, (phase) => context(phase, false)) };
    case "exact":
    case "universal": {
      const runtime = bindRuntime(found.section, found.definition, (phase) => context(phase, true));
      return { kind: found.kind, runtime, from: found.entry, definition: found.definition };
    }
    case "unverified":
    case "broken":
    case "missing":
      return found;
  }
}

function bindRuntime(
  section: RuntimeSection,
  definition: ParsedDefinition,
  context: (phase: Phase) => BindContext,
): BoundRuntime {
  const { image, device, batch, load, predict } = section.fields;
  const runtime = context("runtime");
  const size = batch?.fields.image_size?.items.flatMap((item) => bindLeaf(runtime, item) ?? []);
  return {
    section,
    definition,
    image: bindLeaf(runtime, image),
    device: bindLeaf(runtime, device),
    maxSize: bindLeaf(runtime, batch?.fields.max_size),
    imageSize: size,
    load: load && bindCall(context, "load", load),
    predict: predict && bindCall(context, "predict", predict),
  };
}

type CallSection = NonNullable<RuntimeSection["fields"]["load" | "predict"]>;

function bindCall(context: (phase: Phase) => BindContext, phase: "load" | "predict", section: CallSection): BoundCall {
  const { entrypoint, inputs, output } = section.fields;
  const bound = new Map<string, BoundInput>();
  let hasBrokenInput = inputs === undefined && section.written.has("inputs");
  for (const item of inputs?.items ?? []) {
    const leaf = item?.fields.name;
    const value = item?.fields.value;
    if (item !== undefined && leaf === undefined) bindLeaf(context(phase), value);
    if (leaf === undefined) hasBrokenInput = true;
    else {
      const input: BoundInput = { ...bindTitle(context("runtime"), leaf), value: bindLeaf(context(phase), value) };
      if (bound.has(input.name)) hasBrokenInput = true;
      else bound.set(input.name, input);
    }
  }
  const name = output?.fields.name;
  return {
    phase,
    section,
    entrypoint: bindLeaf(context("runtime"), entrypoint),
    inputs: bound,
    hasBrokenInput,
    output: name && bindTitle(context("runtime"), name),
    isOutputBroken: name === undefined,
    keys: bindKeys(context("runtime"), output),
  };
}

function bindKeys(context: BindContext, output: CallSection["fields"]["output"]): readonly BoundTitle[] {
  const keys = output !== undefined && "keys" in output.fields ? output.fields.keys : undefined;
  return (keys?.items ?? []).flatMap((leaf) => (leaf === undefined ? [] : [bindTitle(context, leaf)]));
}

function bindTitle(context: BindContext, leaf: Leaf<ScalarNode>): BoundTitle {
  const references: Reference[] = [];
  const nameValue = bindValue({ ...context, references }, leaf.node, leaf.path);
  // Anything else than a variable is wrong in a name, wherever it leads.
  if (references.every(({ expression }) => isVariable(expression))) context.references.push(...references);
  return { name: spelledText(leaf.node), leaf, nameValue };
}
