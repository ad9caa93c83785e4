import { modelShape, SETTINGS_KEY } from "../../grammar/definition.ts";
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
  ModelValue,
  Reference,
  RuntimeResolution,
  RuntimeSection,
} from "./bound.ts";
import { isIdentifier, toIdentifier } from "./identifier.ts";
import { isVariable, type LateName, lateName, spelledText } from "./late-name.ts";
import { type FoundRuntime, isUniversal, locate, nameOf } from "./runtime.ts";
import type { BindScope, CallScope } from "./scope.ts";
import { bindValues, type ModelValues, placesOf, type ValuesContext } from "./values.ts";

/** A model's entry with the runtime that was found for it. */
export interface ModelSeed {
  readonly key: string;
  readonly definition: ParsedDefinition;
  readonly isRequested: boolean;
  readonly entry: ModelEntry;
  readonly found: FoundRuntime;
  /** Whether models of the same name in other files use this entry's runtime with files of their own. */
  readonly providesRuntime: boolean;
}

const MODEL = placesOf(modelShape, "", {});
const RUNTIME = placesOf(modelShape.fields.runtime, "runtime", modelShape.use ?? {});
const SETTINGS = placesOf(modelShape.fields[SETTINGS_KEY], SETTINGS_KEY, {});

/** Links all values of an entry, of the runtime that it uses, and of the settings that apply to it. */
export function bindModel({ key, definition, isRequested, entry, found, providesRuntime }: ModelSeed): BoundModel {
  const references: Reference[] = [];
  const { fields } = entry;
  const universal = isUniversal(entry);
  const section = "section" in found ? found.section : undefined;
  // An entry in a file that is not requested may provide its runtime to models in files that were not read.
  const scope = scopeOf(entry, section, found.kind === "own" && (universal || providesRuntime || !isRequested));
  const parts: ValuesContext[] = [{ shaped: entry, places: MODEL, scope, isInherited: false, references }];
  if ("entry" in found) parts.push({ shaped: found.section, places: RUNTIME, scope, isInherited: true, references });
  const values = bindValues(parts);
  const name = fields.name;
  const nameValue = values.of(name);
  return {
    key,
    definition,
    isRequested,
    entry,
    name: name && nameValue && { text: nameOf(entry) ?? "", leaf: name, value: nameValue },
    isUniversal: universal,
    providesRuntime,
    description: values.of(fields.description),
    version: values.of(fields.version),
    repository: repositoryOf(entry, definition, values),
    files: filesOf(fields.files, values),
    runtime: runtimeOf(found, definition, values),
    values: [...values.all, ...inheritedSettings(values.all, definition, found)],
    references,
  };
}

/** The settings that a model inherits: from the entry whose runtime it uses, then from the top level of both files. */
function inheritedSettings(
  own: readonly ModelValue[],
  definition: ParsedDefinition,
  found: FoundRuntime,
): readonly ModelValue[] {
  const sections: unknown[] = [definition.root?.fields[SETTINGS_KEY]];
  if ("entry" in found) {
    sections.unshift(found.entry.fields[SETTINGS_KEY]);
    if (found.definition !== definition) sections.push(found.definition.root?.fields[SETTINGS_KEY]);
  }
  const settings: ModelValue[] = [];
  for (const shaped of sections) {
    if (shaped === undefined) continue;
    const known = new Set([...own, ...settings].map(({ key }) => key));
    // Their references belong to the place where they are written, not to this model.
    const part = { shaped, places: SETTINGS, scope: undefined, isInherited: true, references: [] };
    settings.push(...bindValues([part]).all.filter(({ key }) => !known.has(key)));
  }
  return settings;
}

/** Shared by all models, because many have no names of some kind. */
const NO_NAMES: ReadonlySet<string> = new Set();
const NO_FILES: ReadonlyMap<string, BoundFile> = new Map();

function scopeOf(entry: ModelEntry, runtime: RuntimeSection | undefined, isShared: boolean): BindScope {
  const { fields, written, node } = entry;
  const isFilesBroken =
    (fields.files === undefined && written.has("files")) || (fields.files === undefined && node.incomplete);
  return {
    files: isFilesBroken ? undefined : fields.files === undefined ? NO_NAMES : namesOf(fields.files),
    lateFiles: lateNamesOf(fields.files),
    isFilesOpen: !hasOwnName(entry) || fields.files?.items.some((file) => isInvalidName(file?.fields.name)) === true,
    isShared,
    load: runtime && callScope(runtime, "load"),
    predict: runtime && callScope(runtime, "predict"),
  };
}

/** Whether an entry is certainly not the universal model with a mistake in its name. A single variable is a valid name. */
function hasOwnName({ fields: { name } }: ModelEntry): boolean {
  if (name === undefined || name.node.text.trim() === "") return false;
  const [only, ...others] = name.node.template?.parts ?? [];
  if (only === undefined || only.kind === "text" || others.length > 0) return true;
  return only.kind === "expression" && isVariable(only);
}

/** Whether a name is a number or blank, so that a reference to it may have any name. */
function isInvalidName(leaf: Leaf<ScalarNode> | undefined): boolean {
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
      : inputs.items.some((input) => isInvalidName(input?.fields.name));
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

/** The names in a list that contain environment variables. */
function lateNamesOf(list: NamedList | undefined): readonly LateName[] {
  return (list?.items ?? []).flatMap((item) => (item?.fields.name && lateName(item.fields.name.node)) ?? []);
}

/**
 * The constant names in a list; `undefined` if a name cannot be read. An invalid name is also listed as its closest
 * identifier, which its finding suggests: references may use that one already.
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
    const identifier = isIdentifier(text) ? undefined : toIdentifier(text);
    if (identifier !== undefined) names.add(identifier);
  }
  return names;
}

function repositoryOf(entry: ModelEntry, definition: ParsedDefinition, values: ModelValues): BoundRepository {
  const section = entry.fields.repository;
  return {
    section,
    location: locate(entry, definition),
    url: values.of(section?.fields.url),
    branch: values.of(section?.fields.branch),
    hash: values.of(section?.fields.hash),
    accessToken: values.of(section?.fields.access_token),
  };
}

function filesOf(list: ModelEntry["fields"]["files"], values: ModelValues): ReadonlyMap<string, BoundFile> {
  if (list === undefined) return NO_FILES;
  const files = new Map<string, BoundFile>();
  for (const item of list.items) {
    const title = titleOf(item?.fields.name, values);
    if (item === undefined || title === undefined || files.has(title.name)) continue;
    const { url, upload, credentials } = item.fields;
    files.set(title.name, {
      ...title,
      url: values.of(url),
      upload: values.of(upload),
      credentials: values.of(credentials),
    });
  }
  return files;
}

function runtimeOf(found: FoundRuntime, definition: ParsedDefinition, values: ModelValues): RuntimeResolution {
  switch (found.kind) {
    case "own":
      return { kind: "own", runtime: boundRuntime(found.section, definition, values) };
    case "exact":
    case "universal": {
      const runtime = boundRuntime(found.section, found.definition, values);
      return { kind: found.kind, runtime, from: found.entry, definition: found.definition };
    }
    case "unverified":
    case "broken":
    case "missing":
      return found;
  }
}

function boundRuntime(section: RuntimeSection, definition: ParsedDefinition, values: ModelValues): BoundRuntime {
  const { image, device, batch, load, predict } = section.fields;
  return {
    section,
    definition,
    image: values.of(image),
    device: values.of(device),
    maxSize: values.of(batch?.fields.max_size),
    imageSize: batch?.fields.image_size?.items.flatMap((item) => values.of(item) ?? []),
    load: load && boundCall("load", load, values),
    predict: predict && boundCall("predict", predict, values),
  };
}

type CallSection = NonNullable<RuntimeSection["fields"]["load" | "predict"]>;

function boundCall(phase: "load" | "predict", section: CallSection, values: ModelValues): BoundCall {
  const { entrypoint, inputs, output } = section.fields;
  const bound = new Map<string, BoundInput>();
  let hasBrokenInput = inputs === undefined && section.written.has("inputs");
  for (const item of inputs?.items ?? []) {
    const title = titleOf(item?.fields.name, values);
    if (title === undefined || bound.has(title.name)) hasBrokenInput = true;
    else bound.set(title.name, { ...title, value: values.of(item?.fields.value) });
  }
  const keys = output !== undefined && "keys" in output.fields ? output.fields.keys : undefined;
  return {
    phase,
    section,
    entrypoint: values.of(entrypoint),
    inputs: bound,
    hasBrokenInput,
    output: titleOf(output?.fields.name, values),
    isOutputBroken: output?.fields.name === undefined,
    keys: (keys?.items ?? []).flatMap((leaf) => titleOf(leaf, values) ?? []),
  };
}

function titleOf(leaf: Leaf<ScalarNode> | undefined, values: ModelValues): BoundTitle | undefined {
  const nameValue = values.of(leaf);
  return leaf && nameValue && { name: spelledText(leaf.node), leaf, nameValue };
}
