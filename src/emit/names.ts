// Allocates an identifier for each model of a file, and the names of its types. Names are unique in the file and do not
// depend on the order of the models. Adding a model does not change the identifiers of others, unless its name results
// in the same identifier.
import type { PlanModel } from "../plan/execution-plan.ts";
import { spelledName } from "../plan/spelling.ts";
import { type Use, useKey } from "./interfaces.ts";

/** The names of the declarations of one model in the generated file. */
export interface ModelNames {
  readonly value: string;
  readonly loadArguments: string;
  readonly predictArguments: string;
  readonly prediction: string;
  readonly environment: string;
  readonly datapoint: string;
  readonly rawPrediction: string;
  readonly files: string;
  /** The interface name of each Python class in use, by `useKey`. */
  readonly interfaces: ReadonlyMap<string, string>;
}

/** A model that needs names. */
interface Nameable {
  readonly id: string;
  readonly name: string;
  readonly uses: readonly Use[];
}

/** Identifiers that the file itself declares or imports, and the global types that it uses. */
const TAKEN =
  "defineModel defineUniversalModel fromPlan Datapoint DataDatapoint FileDatapoint Model ModelName NestedArray " +
  "PlanHash RawArray Readonly Record UniversalModel";

/** Identifiers that cannot name a constant, and `then`, which would make the module look like a promise. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield then " +
    TAKEN
  ).split(" "),
);

/**
 * Letters and digits of the scripts on which all supported versions of Node and TypeScript agree: Latin, Greek,
 * Cyrillic, kana, CJK and Hangul. All other characters separate words. (Unicode 16 gave U+019B an uppercase form.)
 */
const WORD =
  /(?:(?!_)(?=[\p{ASCII}\u00a0-\u019a\u019c-\u024f\u0370-\u04ff\u1e00-\u1eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3])\p{ID_Continue})+/gu;

/** Allocates names for all models, by id. */
export function allocateNames(models: readonly Nameable[]): ReadonlyMap<string, ModelNames> {
  const taken = new Set(TAKEN.split(" "));
  const allocated = new Map<string, ModelNames>();
  const tryToTake = (id: string, identifier: string): boolean => {
    const names = namesOf(identifier);
    if (Object.values(names).some((name) => taken.has(name))) return false;
    for (const name of Object.values(names)) taken.add(name);
    allocated.set(id, { ...names, interfaces: new Map() });
    return true;
  };

  // Names that are already identifiers are allocated first, so they never change. Suffixes are chosen last, because
  // `a_2` may be the real name of another model.
  const requested = models
    .map(({ id, name }) => ({ id, name, identifier: toIdentifier(name) }))
    .sort((a, b) => Number(b.name === b.identifier) - Number(a.name === a.identifier) || compare(a, b));
  const colliding = requested.filter(({ id, identifier }) => !tryToTake(id, identifier));
  const suffixes = new Map<string, number>();
  for (const { id, identifier } of colliding) {
    let suffix = suffixes.get(identifier) ?? 2;
    while (!tryToTake(id, `${identifier}_${suffix}`)) suffix += 1;
    suffixes.set(identifier, suffix + 1);
  }
  // Classes come last, so that a class never changes the name of a model.
  for (const { id, uses } of models.toSorted(compare)) {
    const names = allocated.get(id);
    if (names !== undefined) allocated.set(id, { ...names, interfaces: interfaceNames(names.value, uses, taken) });
  }
  return allocated;
}

/** The name from which a model's identifier is derived. The universal model has no name of its own. */
export function bindingName({ name, universal }: Pick<PlanModel, "name" | "universal">): string {
  // Uppercase, so that a model named `universal` keeps its identifier.
  return universal ? "Universal" : spelledName(name);
}

/** The names that a model would receive if it were alone. */
export function namesFor(name: string): Omit<ModelNames, "interfaces"> {
  return namesOf(toIdentifier(name));
}

function interfaceNames(identifier: string, uses: readonly Use[], taken: Set<string>): ReadonlyMap<string, string> {
  return new Map(
    uses.map((use) => {
      const words = use.name.normalize("NFC").match(WORD) ?? ["Class"];
      const name = `${upperFirst(identifier)}${words.map(upperFirst).join("")}${SUFFIXES[use.form]}`;
      // A class is often named `Datapoint` or `Prediction`, like the types of the model itself.
      let free = taken.has(name) ? `${name}Fields` : name;
      for (let suffix = 2; taken.has(free); suffix += 1) free = `${name}Fields_${suffix}`;
      taken.add(free);
      return [useKey(use), free] as const;
    }),
  );
}

/**
 * The suffix of an interface name by form. Most classes look the same in all forms, and their interface has no suffix.
 */
const SUFFIXES: Readonly<Record<Use["form"], string>> = { lists: "", raw: "Raw", given: "Input" };

/**
 * `YOLOR-P6` becomes `yolorP6`, `my model` `myModel`, `resnet 1.0` `resnet1_0`, `3d` `model3d`, `default`
 * `defaultModel`.
 */
function toIdentifier(name: string): string {
  const words = name.normalize("NFC").match(WORD) ?? ["model"];
  const joined = words
    .map((word, index) => (index === 0 ? lowerStart(word) : capitalize(word)))
    .reduce((text, word) => text + (/\d$/.test(text) && /^\d/.test(word) ? "_" : "") + word);
  const identifier = /^\p{ID_Start}/u.test(joined) ? joined : `model${upperFirst(joined)}`;
  return RESERVED.has(identifier) ? `${identifier}Model` : identifier;
}

function namesOf(identifier: string): Omit<ModelNames, "interfaces"> {
  const type = upperFirst(identifier);
  return {
    value: identifier,
    loadArguments: `${type}LoadArguments`,
    predictArguments: `${type}PredictArguments`,
    prediction: `${type}Prediction`,
    environment: `${type}Environment`,
    datapoint: `${type}Datapoint`,
    rawPrediction: `${type}PredictionRaw`,
    files: `${type}Files`,
  };
}

/** `YOLOv8` becomes `yolov8`, `ResNet50` `resNet50`. */
const lowerStart = (word: string): string => word.replace(/^\p{Lu}+/u, (capitals) => capitals.toLowerCase());

/** `YOLOR` becomes `Yolor`; a word with lowercase letters keeps its case. */
const capitalize = (word: string): string => upperFirst(word === word.toUpperCase() ? word.toLowerCase() : word);

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Orders by name, then by id, by code unit: the same everywhere. */
function compare(a: { id: string; name: string }, b: { id: string; name: string }): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
