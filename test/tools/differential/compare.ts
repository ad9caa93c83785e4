// Compares how Modelwright and the platform's SDK read one definition.
import { definition as DEFINITION, expression } from "../../../grammar/definition.ts";
import { fits, type Shape, unwrapOptional } from "../../../grammar/shape.ts";
import type { Diagnostic } from "../../../src/base/diagnostic.ts";
import { ExactNumber } from "../../../src/base/exact-json.ts";
import { memoryHost } from "../../../src/base/host.ts";
import { readAsPyYaml } from "../../../src/base/pyyaml.ts";
import { booleanIn, wholeNumberIn } from "../../../src/base/setting-text.ts";
import { textOf } from "../../../src/base/source.ts";
import { type Compilation, compile } from "../../../src/compile.ts";
import { onlyReading } from "../../../src/parse/other-spelling.ts";
import { type Path, printKeyPath, type ScalarNode, type YamlNode } from "../../../src/parse/tree.ts";
import type { PlanModel, PlanValue } from "../../../src/plan/execution-plan.ts";
import {
  type EvaluationScope,
  environmentValue,
  evaluateArguments,
  evaluateBoolean,
  evaluateName,
  evaluateText,
  type WireValue,
} from "../../../src/run/values/values.ts";
import type { Case } from "./generate.ts";
import type { Encoded, PlatformAnswer } from "./oracle.ts";
import { FILES, VARIABLES } from "./sandbox.ts";

/**
 * `false alarm`: an error here, but it works on the platform. `silent`: both accept it but read different values, and
 * nothing is reported at this place. `miss`: it fails on the platform, and nothing is reported here. `deliberate`: like
 * `false alarm` or `silent`, but of a documented kind.
 */
export type Verdict = "both accept" | "both refuse" | "warned" | "deliberate" | "false alarm" | "silent" | "miss";

export interface Outcome {
  readonly verdict: Verdict;
  /** The description of the kind, the same for all findings of a kind. */
  readonly kind: string;
  /** The details of this finding. */
  readonly detail: string;
}

/** The deliberate kinds, such as `unknown-key` or `silent: text from the environment`. */
export type Deliberate = ReadonlySet<string>;

interface Reading {
  readonly compilation: Compilation;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether nothing is reported while the values of the variables are unknown. */
  readonly isOnlyKnown: boolean;
}

/** The outcomes of one definition, at least one. */
export function compare(each: Case, platform: PlatformAnswer, deliberate: Deliberate): readonly Outcome[] {
  const reading = readHere(each);
  const errors = reading.diagnostics.filter(({ severity }) => severity === "error");
  if (platform.step !== null) {
    if (reading.diagnostics.length === 0) {
      const message = (platform.message ?? "").replaceAll(/'[^']*'|\d+/g, "…").slice(0, 90);
      return [{ verdict: "miss", kind: `${platform.step}: ${message}`, detail: platform.message ?? "" }];
    }
    const kind = `${platform.step}${reading.isOnlyKnown ? ", only with the values of variables" : ""}`;
    return [{ verdict: errors.length > 0 ? "both refuse" : "warned", kind, detail: "" }];
  }
  if (errors.length > 0) return errors.map((error) => judgeError(error, errors, platform, each, deliberate));
  const differences = [...differencesOf(each, reading, platform)];
  const unsaid = differences.filter(({ isSaid }) => !isSaid);
  if (unsaid.length === 0)
    return [
      { verdict: "both accept", kind: differences.length > 0 ? "a reported difference" : "the same", detail: "" },
    ];
  return unsaid.map(({ kind, place, here, there }) => ({
    verdict: deliberate.has(`silent: ${kind}`) ? "deliberate" : "silent",
    kind: `silent: ${kind}`,
    detail: `${place}: here ${here}, there ${there}`,
  }));
}

/** All findings about values that the platform reads differently, without and with the variables. */
function readHere({ files, given }: Case): Reading {
  const host = memoryHost(new Map([...FILES, ...Object.entries(files)]));
  const without = compile([given], host, { portable: true });
  const compilation = compile([given], host, { environment: VARIABLES, portable: true });
  // Code on another machine says nothing about this definition.
  const of = ({ diagnostics }: Compilation) => diagnostics.filter(({ code }) => code !== "remote-code");
  const [alone, known] = [of(without), of(compilation)];
  return { compilation, diagnostics: [...alone, ...known], isOnlyKnown: alone.length === 0 && known.length > 0 };
}

/** An error about something that works on the platform. */
function judgeError(
  { code, path, message, span }: Diagnostic,
  errors: readonly Diagnostic[],
  platform: PlatformAnswer,
  { files, given }: Case,
  deliberate: Deliberate,
): Outcome {
  const detail = `${path}: ${message}`;
  const text = Object.values(files).join("");
  if (OTHER_LINE_BREAK.test(text))
    return { verdict: verdictOf("line breaks", deliberate), kind: "line breaks", detail };
  const shape = shapeAt(DEFINITION, path);
  const there = span.source.path === given ? valueAt(platform.document, path) : undefined;
  // A value that is valid on the platform is not a mistake. Of two values, the platform uses the last one. A name that
  // the platform does not substitute is not valid.
  const isOne = !errors.some((error) => error.code === "duplicate-key");
  const isText = !/\$\{(?:model|datapoints)\b/.test(textOf(span));
  const isFit =
    code === "wrong-type" && isOne && isText && shape !== undefined && there !== undefined && isWanted(shape, there);
  const place = path.replaceAll(/\[\d+\]/g, "[]");
  if (isFit) return { verdict: "false alarm", kind: `${code} at ${place}, which fits there`, detail };
  const kind = kindOfError(code, place, span.source.path === given, textOf(span));
  if (deliberate.has(kind)) return { verdict: "deliberate", kind, detail };
  // The platform does not read what is below a misspelled key, and of a duplicate key it reads only the last value.
  const isMisspelled = there === undefined && errors.some((error) => MISSPELLED.has(error.code));
  const cause = !isOne ? "duplicate-key" : isMisspelled ? "unknown-key" : undefined;
  if (cause !== undefined && deliberate.has(cause)) return { verdict: "deliberate", kind: cause, detail };
  return { verdict: "false alarm", kind: `${kind} at ${place}`, detail };
}

const MISSPELLED: ReadonlySet<string> = new Set(["unknown-key", "singular-key"]);

/** The kind of an error in the table of the grammar. */
function kindOfError(code: string, place: string, isGiven: boolean, text: string): string {
  if (!isGiven) return "another file";
  if (code === "unquoted-expression" && !/^\$\{[\w.]+\}/.test(text)) return "expression-syntax";
  // A name that an input refers to must also exist on the platform.
  return code === "undefined-reference" && !place.includes(".inputs[].value") ? `${code} outside of inputs` : code;
}

function verdictOf(kind: string, deliberate: Deliberate): Verdict {
  return deliberate.has(kind) ? "deliberate" : "false alarm";
}

/** Characters that end a line in YAML 1.1 or in Python, but not in YAML 1.2. */
const OTHER_LINE_BREAK = /[\u0085\u2028\u2029]|\r(?!\n)/;

/** Whether a value is valid for a leaf, other than an expression. */
function isWanted(shape: Shape, value: Encoded): boolean {
  return isLeaf(shape) && optionsOf(shape).some((option) => option !== expression && fits(option, plain(value)));
}

function isLeaf(shape: Shape): boolean {
  const { kind } = unwrapOptional(shape);
  return kind !== "map" && kind !== "list" && kind !== "any";
}

/** The keys and indexes of a printed path. */
function keysOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, key]) =>
    index === undefined ? (quoted ?? key ?? "") : Number(index),
  );
}

function shapeAt(root: Shape, path: string): Shape | undefined {
  let at: Shape | undefined = root;
  for (const key of keysOf(path)) at = at && below(at, key);
  return at;
}

function below(shape: Shape, key: string | number): Shape | undefined {
  const at = unwrapOptional(shape);
  if (at.kind === "list") return typeof key === "number" ? at.item : undefined;
  if (at.kind === "map") return Object.hasOwn(at.fields, key) ? at.fields[key] : undefined;
  if (at.kind === "any") return at;
  return at.kind === "choice"
    ? at.options.map((option) => below(option, key)).find((found) => found !== undefined)
    : undefined;
}

function valueAt(root: Encoded | null, path: string): Encoded | undefined {
  let at: Encoded | undefined = root ?? undefined;
  for (const key of keysOf(path)) {
    if (at?.[0] === "list" && typeof key === "number") at = at[1][key];
    else if (at?.[0] === "map") at = entryThere(at, String(key));
    else return undefined;
  }
  return at;
}

function entryThere(map: Extract<Encoded, readonly ["map", unknown]>, key: string): Encoded | undefined {
  return map[1].find(([each]) => each[0] === "text" && each[1] === key)?.[1];
}

/** A value in JavaScript, to be validated by a shape. */
function plain(value: Encoded): unknown {
  switch (value[0]) {
    case "text":
    case "bool":
      return value[1];
    case "int":
    case "float":
      return numberOf(value[1]);
    case "null":
      return null;
    default:
      return value;
  }
}

function numberOf(text: string): number {
  return text === "nan" ? Number.NaN : text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
}

interface Difference {
  readonly kind: string;
  readonly place: string;
  readonly here: string;
  readonly there: string;
  /** Whether a finding is about this place. */
  readonly isSaid: boolean;
}

function* differencesOf(
  each: Case,
  { compilation, diagnostics }: Reading,
  platform: PlatformAnswer,
): Generator<Difference> {
  const definition = compilation.graph.bound.files.find(({ source }) => source.path === each.given);
  const root = definition?.root?.node;
  if (root === undefined || platform.document === null) return;
  const said = (start: number, end: number, path: string): boolean =>
    diagnostics.some(
      (found) =>
        (found.span.source.path === each.given &&
          found.span.start <= end &&
          found.span.end >= lineStart(found.span.source.text, start)) ||
        // It changes the lines, and so everything after it.
        (found.code === "not-portable" && OTHER_LINE_BREAK.test(textOf(found.span))) ||
        found.path === path,
    );
  const inDocument = [
    ...compareNodes({ node: root, shape: DEFINITION, path: undefined, start: root.start }, platform.document, said),
  ];
  yield* inDocument;
  if (inDocument.length === 0 && compilation.plan !== undefined) {
    for (const model of compilation.plan.models) yield* compareModel(model, platform, each, diagnostics);
  }
}

/** The start of the line of an offset: a tag is before its value. */
function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the entry of an argument may start: on the line of its value or on the line before. */
function nameStart(text: string, offset: number): number {
  return lineStart(text, lineStart(text, offset) - 1);
}

interface Place {
  readonly node: YamlNode;
  readonly shape: Shape | undefined;
  readonly path: Path | undefined;
  /** Where the key of a value starts. */
  readonly start: number;
}

/** Compares the document here with the one on the platform. */
function* compareNodes(
  { node, shape, path, start }: Place,
  there: Encoded,
  said: (start: number, end: number, path: string) => boolean,
): Generator<Difference> {
  const place = printKeyPath(path);
  const difference = (kind: string, here: string): Difference => {
    return { kind, place, here, there: JSON.stringify(there).slice(0, 80), isSaid: said(start, node.end, place) };
  };
  if (node.kind === "map" && there[0] === "map") {
    const seen = new Set<string>();
    for (const { key, value } of node.entries) {
      if (seen.has(key.text)) continue;
      seen.add(key.text);
      const its = there[1].find(
        ([name]) => keyText(name) === meaningOf(key) || (name[0] === "text" && name[1] === key.text),
      );
      // The SDK does not read it.
      if (key.text === "version" && /^models\[\d+\]$/.test(place)) continue;
      const at = {
        node: value,
        shape: shape && below(shape, key.text),
        path: { parent: path, key: key.text },
        start: key.start,
      };
      if (its !== undefined) yield* compareNodes(at, its[1], said);
      else if (key.text !== "<<") {
        const where = printKeyPath(at.path);
        const isSaid = said(key.start, value.end, where);
        yield { kind: "a key that is not there", place: where, here: key.text, there: "no such key", isSaid };
      }
    }
    for (const [name] of there[1]) {
      if (name[0] === "text" && node.entries.some(({ key }) => key.text === name[1] || meaningOf(key) === name[1]))
        continue;
      const isHere = node.entries.some(({ key }) => meaningOf(key) === keyText(name));
      if (!isHere) yield difference("a key that is not here", "no such key");
      else yield difference("a key that is not text there", "text");
    }
  } else if (node.kind === "list" && there[0] === "list") {
    if (node.items.length !== there[1].length) yield difference("the length of a list", `${node.items.length} items`);
    else {
      for (const [key, item] of node.items.entries()) {
        const its = there[1][key];
        if (its === undefined) continue;
        const at = { node: item, shape: shape && below(shape, key), path: { parent: path, key }, start: item.start };
        yield* compareNodes(at, its, said);
      }
    }
  } else if (node.kind === "scalar") {
    const here = scalarValue(node, shape);
    // Modelwright does not check what an axis contains, because its operator on the platform does.
    if (node.template !== undefined && place.startsWith("domains[") && isAny(shape)) return;
    if (!isSame(here, there, node)) yield difference(kindOf(node, here, there, shape), JSON.stringify(here));
  } else if (node.kind !== "hole") yield difference("another kind of value", node.kind);
}

function keyText(key: Encoded): string {
  return key[0] === "text" ? key[1] : key[0] === "null" ? "null" : String(key[1]).toLowerCase();
}

function isAny(shape: Shape | undefined): boolean {
  return shape !== undefined && unwrapOptional(shape).kind === "any";
}

/** A scalar with the variables replaced. References to the definition stay as spelled. */
function meaningOf(node: ScalarNode): string {
  const { template, text } = node;
  if (template === undefined || template.parts.some((part) => part.kind === "broken")) return text;
  return template.parts
    .map((part) => {
      if (part.kind !== "expression") return part.kind === "text" ? part.value : "";
      const written = text.slice(part.start, part.end);
      const name = part.path[0].value;
      if (part.path.length > 1 || name === "datapoints" || name === "datapoint" || name === "model") return written;
      const isBare = part.spelling === "bare";
      const value = environmentValue(
        {
          env: name,
          ...(part.default === undefined ? {} : { default: part.default.value }),
          ...(isBare ? { unset: written } : {}),
        },
        VARIABLES,
        true,
      );
      return value.kind === "value" ? value.value : written;
    })
    .join("");
}

/** The value of a scalar here. */
function scalarValue(node: ScalarNode, shape: Shape | undefined): string | number | boolean | null {
  if (node.template !== undefined) {
    const text = meaningOf(node);
    const options = shape === undefined ? [] : optionsOf(shape).filter((option) => option !== expression);
    const kinds = options.map(({ kind }) => kind);
    if (kinds.includes("text")) return text;
    if (kinds.includes("boolean")) return booleanIn(text) ?? text;
    if (kinds.includes("words")) return text.trim();
    if (!kinds.includes("number")) return text;
    const reading = readAsPyYaml(text.trim());
    return reading.kind === "float" ? reading.value : (wholeNumberIn(text) ?? text);
  }
  for (const option of shape === undefined ? [] : optionsOf(shape)) {
    const only = onlyReading(option, node);
    if (only !== undefined) return only;
    if (option.kind === "text" && option.spelling === true && typeof node.value !== "string" && node.value !== null)
      return node.text;
  }
  return node.value;
}

function optionsOf(shape: Shape): readonly Shape[] {
  const at = unwrapOptional(shape);
  return at.kind === "choice" ? at.options.flatMap(optionsOf) : [at];
}

function isSame(here: string | number | boolean | null, there: Encoded, node: ScalarNode): boolean {
  switch (there[0]) {
    case "text":
      return here === there[1];
    case "bool":
      return here === there[1];
    case "null":
      return here === null;
    case "int":
    case "float":
      return typeof here === "number" && Object.is(here + 0, numberOf(there[1]) + 0);
    case "bytes":
      return node.tag === "binary";
    default:
      return false;
  }
}

/** The kind of a difference. An environment variable that PyYAML parses again is a kind of its own, anywhere. */
function kindOf(
  node: ScalarNode,
  here: string | number | boolean | null,
  there: Encoded,
  shape: Shape | undefined,
): string {
  if (node.template !== undefined && node.style === "plain") {
    if (there[0] !== "text") return "a value of the environment that is not text there";
    return "text with a value of the environment";
  }
  if (node.template !== undefined) return "quoted text with a value of the environment";
  const wanted = shape === undefined ? "outside" : unwrapOptional(shape).kind;
  return `${typeof here} here, ${there[0]} there (${wanted})`;
}

/** The file in which the platform looks for runtimes. */
const RUNTIME_FILE = "efemarai.yaml";

const ROOT_FOLDER = "/sandbox";

/** Compares the plan of a model with what the server and the Python functions receive. */
function* compareModel(
  model: PlanModel,
  platform: PlatformAnswer,
  each: Case,
  diagnostics: readonly Diagnostic[],
): Generator<Difference> {
  const locations = new Map<string, string>();
  const scope: EvaluationScope = {
    environment: VARIABLES,
    name: undefined,
    locations,
    batched: false,
    inputs: new Map(),
  };
  const text = (value: string | PlanValue | undefined): Encoded => {
    if (value === undefined) return ["null"];
    const found = evaluateName(value, scope);
    return found.kind === "value" ? ["text", found.value] : ["other", found.message];
  };
  const name = text(model.name);
  const created = platform.requests.find(
    ([, endpoint, body]) =>
      endpoint === "api/model" &&
      body[0] === "map" &&
      String(plain(entryThere(body, "name") ?? ["null"])) === String(plain(name)),
  )?.[2];
  const index = each.given;
  // The finding about a runtime from another entry is at the name of that entry.
  const isOtherRuntime = diagnostics.some(
    ({ code, path, span }) =>
      code === "not-portable" && span.source.path === RUNTIME_FILE && /^models\[\d+\]\.name$/.test(path),
  );
  const isSaid = (key: string): boolean =>
    isOtherRuntime ||
    diagnostics.some(({ path }) => path.endsWith(key) || path.includes(`${key}.`) || path.includes(`${key}[`));
  const same = function* (key: string, here: Encoded, there: Encoded | undefined): Generator<Difference> {
    if (there === undefined || print(here) === print(there)) return;
    yield {
      kind: `plan: ${key}`,
      place: `${index} ${JSON.stringify(name[1])} ${key}`,
      here: print(here),
      there: print(there),
      isSaid: isSaid(key),
    };
  };
  if (created?.[0] !== "map") return;
  const repository = entryThere(created, "repository");
  const files = entryThere(created, "files");
  const fetches = model.steps.filter((step) => step.kind === "fetch");
  for (const step of fetches) {
    const url = evaluateText(step.url, scope);
    if (url.kind === "value") locations.set(step.id, url.value);
  }
  if (files?.[0] === "list") {
    if (files[1].length !== fetches.length)
      yield* same("files", ["int", String(fetches.length)], ["int", String(files[1].length)]);
    for (const [i, step] of fetches.entries()) {
      const its = files[1][i];
      if (its?.[0] !== "map") continue;
      const upload = evaluateBoolean(step.upload, scope);
      yield* same("url", ["text", withoutDots(locations.get(step.id) ?? "?")], withoutDotsIn(entryThere(its, "url")));
      // Here, a value that is not a boolean stops the run.
      if (upload.kind === "value")
        yield* same("upload", ["bool", upload.value], ["bool", isTrue(entryThere(its, "upload"))]);
      yield* same("credentials", text(step.credentials), entryThere(its, "credentials"));
    }
  }
  const checkout = model.steps.find((step) => step.kind === "checkout");
  if (checkout !== undefined && repository?.[0] === "map") {
    yield* same("repository.url", text(checkout.url), entryThere(repository, "url"));
    yield* same("repository.branch", text(checkout.branch), entryThere(repository, "branch"));
    yield* same("repository.hash", text(checkout.commit), entryThere(repository, "hash"));
    yield* same("repository.access_token", text(checkout.accessToken), entryThere(repository, "access_token"));
  }
  const source = model.steps.find((step) => step.kind === "source");
  if (source !== undefined && repository?.[0] === "map")
    yield* same("repository.url", ["text", withoutDots(source.path)], withoutDotsIn(entryThere(repository, "url")));
  for (const call of ["load", "predict"] as const) {
    const run = platform.runs.find((its) => its.call === call && String(plain(its.model)) === String(plain(name)));
    const step = model.steps.find((its) => its.kind === call);
    if (run === undefined || step === undefined || (step.kind !== "load" && step.kind !== "predict")) continue;
    const evaluated = evaluateArguments(step.id, step.arguments, scope);
    if (evaluated.kind === "problem") continue;
    for (const [argument, value] of evaluated.value) {
      const its = run.arguments[0] === "map" ? entryThere(run.arguments, argument) : undefined;
      const planned = step.arguments.find((one) => text(one.name)[1] === argument);
      const isArgumentSaid =
        planned !== undefined &&
        diagnostics.some(
          ({ span }) =>
            span.source.path === planned.span.file &&
            span.start <= planned.span.end.offset &&
            span.end >= nameStart(span.source.text, planned.span.start.offset),
        );
      const here = wired(value);
      const there = its ?? ["other", "no such argument"];
      if (print(absolute(here)) !== print(absolute(there)))
        yield {
          kind: "plan: an argument",
          place: `${call} ${argument}`,
          here: print(here),
          there: print(there),
          isSaid: isArgumentSaid,
        };
    }
    yield* same(
      "entrypoint",
      text("module" in step.entrypoint ? `${step.entrypoint.module}:${step.entrypoint.function}` : step.entrypoint),
      run.entrypoint,
    );
    if (call === "predict") {
      yield* same("device", text(typeof model.device === "string" ? model.device : model.device), run.device);
      yield* same("max_size", sized(model.batch.maxSize, text), run.maxSize);
      yield* same("image", text(model.image), run.image);
      const size = model.batch.imageSize?.map((one) => sized(one, text));
      yield* same("image_size", size === undefined ? ["null"] : ["list", size], run.imageSize);
    }
  }
}

function sized(value: number | PlanValue, text: (value: PlanValue) => Encoded): Encoded {
  if (typeof value === "number") return ["int", String(value)];
  const found = text(value);
  return found[0] === "text" ? ["int", found[1].trim()] : found;
}

function isTrue(value: Encoded | undefined): boolean {
  const it = value === undefined ? false : plain(value);
  return Array.isArray(it) ? true : Boolean(it);
}

function withoutDotsIn(value: Encoded | undefined): Encoded | undefined {
  return value?.[0] === "text" ? ["text", withoutDots(value[1])] : value;
}

/** A path without `.` and `..`, as both spell it. URLs are unchanged. */
function withoutDots(path: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/") === "" ? "." : parts.join("/");
}

/** Paths of files relative to the folder of the definition. */
function absolute(value: Encoded): Encoded {
  if (value[0] !== "text") return value;
  const inside =
    /^\/.*?modelwright-differential-[^/]+\/(.*)$/.exec(value[1])?.[1] ?? value[1].replace(`${ROOT_FOLDER}/`, "");
  return ["text", /^(?:\.\/|\w+\/)/.test(inside) ? withoutDots(inside) : inside];
}

function wired(value: WireValue): Encoded {
  switch (value[0]) {
    case "value": {
      const it = value[1];
      if (it instanceof ExactNumber)
        return /[.eEIN]/.test(it.text) ? ["float", pythonFloat(it.text)] : ["int", it.text];
      if (typeof it === "number") return Number.isInteger(it) ? ["int", String(it)] : ["float", String(it)];
      return it === null ? ["null"] : typeof it === "boolean" ? ["bool", it] : ["text", it];
    }
    case "list":
      return ["list", value[1].map(wired)];
    case "map":
      return ["map", value[1].map(([key, each]) => [["text", key], wired(each)] as const)];
    case "handle":
      return ["mark", "model"];
    case "datapoints":
      return ["mark", "datapoints"];
    default:
      return ["mark", "image"];
  }
}

function pythonFloat(text: string): string {
  return text === "Infinity" ? "inf" : text === "-Infinity" ? "-inf" : text === "NaN" ? "nan" : text;
}

/** A value for comparing and for people: maps sorted by key, floats as numbers. */
function print(value: Encoded): string {
  switch (value[0]) {
    case "list":
      return `[${value[1].map(print).join(", ")}]`;
    case "map":
      return `{${value[1]
        .map(([key, each]) => `${keyText(key)}: ${print(each)}`)
        .sort()
        .join(", ")}}`;
    case "float":
      return `float ${Object.is(numberOf(value[1]), -0) ? "-0" : numberOf(value[1])}`;
    default:
      return value.join(" ");
  }
}
