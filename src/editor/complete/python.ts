// Completes entry points: modules below the repository, then their functions and classes; and the parameters of a function.

import { credentialInName } from "../../base/credential-names.ts";
import { compareText } from "../../base/diagnostic.ts";
import { isModulePart } from "../../base/module-name.ts";
import { joinPath } from "../../base/path.ts";
import { printable } from "../../base/quote.ts";
import { rootFolderOf } from "../../base/root.ts";
import { isToken } from "../../base/token-shapes.ts";
import { parseEntrypoint } from "../../infer/entrypoint.ts";
import type { TypedModel } from "../../infer/typed.ts";
import type { NamedBinding } from "../../python/module.ts";
import { findModule, type Modules, type Repository } from "../../python/names/repository.ts";
import type { Resolution, Signature } from "../../python/names/resolution.ts";
import { isStandardModule } from "../../python/names/standard-library.ts";
import { resolveFunction } from "../../python/resolve.ts";
import type { Parameter } from "../../python/text/parameters.ts";
import { escapeMarkdown } from "../markdown.ts";
import { isBelow } from "./files.ts";
import { type Draft, type Here, type Place, valueDraft, writtenAt } from "./here.ts";

/** The maximum number of names that are offered. */
const MAX_NAMES = 500;

/** Folders that do not contain code of the model. */
const NOT_CODE: ReadonlySet<string> = new Set(["__pycache__", "node_modules", "site-packages", "venv", "env"]);

/** The code of a model, if it is on this machine and below the root. */
export function codeOf({ request: { source, host } }: Here, model: TypedModel | undefined): Repository | undefined {
  const location = model?.bound.repository.location;
  if (location?.kind !== "local") return undefined;
  if (!isBelow(host, rootFolderOf(source.path), location.folder)) return undefined;
  return { reader: host, root: location.folder, modules: new Map() satisfies Modules };
}

/** The modules before the colon of an entry point, or the functions after it. */
export function entrypointDrafts(here: Here, place: Place): readonly Draft[] {
  const code = codeOf(here, place.model);
  const { before } = writtenAt(here);
  if (code === undefined || before.includes("$")) return [];
  const colon = before.indexOf(":");
  return colon < 0 ? moduleDrafts(here, code, before) : functionDrafts(here, code, before.slice(0, colon), colon + 1);
}

function moduleDrafts(here: Here, code: Repository, before: string): readonly Draft[] {
  const { reader } = code;
  const dot = before.lastIndexOf(".") + 1;
  const parts = before.slice(0, Math.max(dot - 1, 0)).split(".");
  if (dot > 0 && !parts.every(isModulePart)) return [];
  const folder = dot > 0 ? joinPath(code.root, parts.join("/")) : code.root;
  if (!isBelow(reader as Here["request"]["host"], code.root, folder)) return [];
  const after = here.line.slice(here.column, writtenAt(here).to);
  const rest = /^[^.:]*/.exec(after)?.[0].length ?? 0;
  const part = { start: dot, end: before.length + rest };
  const hasMore = /^[.:]/.test(after.slice(rest));
  const found = new Map<string, "file" | "package">();
  for (const name of [...(reader.namesIn(folder) ?? [])].sort(compareText)) {
    const module = name.endsWith(".py") ? name.slice(0, -3) : name;
    if (!isModulePart(module) || module === "__init__" || NOT_CODE.has(module)) continue;
    if (dot === 0 && isStandardModule(module)) continue;
    const kind = name.endsWith(".py") ? "file" : packageIn(reader, joinPath(folder, name)) ? "package" : undefined;
    if (kind !== undefined && found.get(module) !== "package") found.set(module, kind);
    if (found.size >= MAX_NAMES) break;
  }
  const order = (name: string) => (name.startsWith("_") || name.startsWith("test") || name === "setup" ? 1 : 0);
  return [...found]
    .sort(([a], [b]) => order(a) - order(b) || compareText(a, b))
    .flatMap(([name, kind]) => {
      const detail = kind === "file" ? "module" : "package";
      const text = hasMore || kind === "package" ? name : `${name}:`;
      const draft = valueDraft(here, text, { kind: "module", detail, continues: true }, part);
      return draft === undefined ? [] : [{ ...draft, label: name }];
    });
}

/** Whether a folder contains modules. */
function packageIn({ kindOf, namesIn }: Repository["reader"], folder: string): boolean {
  if (kindOf(folder) !== "folder") return false;
  return namesIn(folder)?.some((name) => name.endsWith(".py")) === true;
}

function functionDrafts(here: Here, code: Repository, module: string, start: number): readonly Draft[] {
  const parts = module.split(".");
  if (!parts.every(isModulePart) || isStandardModule(parts[0] ?? "")) return [];
  const place = findModule(code, parts);
  if (place.kind !== "file") return [];
  const names = new Map<string, "own" | "imported">();
  for (const binding of place.module.bindings) {
    if (isImportable(binding)) names.set(binding.name.text, binding.kind === "import-from" ? "imported" : "own");
    if (names.size >= MAX_NAMES) break;
  }
  const { before, to, from } = writtenAt(here);
  const part = { start, end: Math.max(to - from, before.length) };
  const found = [...names].flatMap(([name, origin]): readonly Ranked[] => {
    const resolution = resolveFunction(code.reader, code.root, { module, function: name }, code.modules);
    const rank = rankOf(name, origin, resolution);
    if (rank === undefined) return [];
    const signature = "signature" in resolution ? resolution.signature : undefined;
    const kind = resolution.kind === "class" ? "class" : "function";
    const detail = signature && signatureText(signature);
    const documentation = signature?.docstring && escapeMarkdown(signature.docstring);
    const draft = valueDraft(
      here,
      name,
      { kind, ...(detail && { detail }), ...(documentation && { documentation }) },
      part,
    );
    return draft === undefined ? [] : [{ draft: { ...draft, label: name }, rank }];
  });
  return found.sort((a, b) => a.rank - b.rank).map(({ draft }) => draft);
}

interface Ranked {
  readonly draft: Draft;
  readonly rank: number;
}

type Bound = Parameters<typeof isNamed>[0];

function isNamed(binding: { readonly kind: string }): binding is NamedBinding {
  return binding.kind !== "import-star";
}

/** Whether an entry point can name what a statement binds. Whole modules are not callable. */
function isImportable(binding: Bound): binding is NamedBinding {
  if (!isNamed(binding) || binding.kind === "deleted" || binding.kind === "import" || binding.kind === "type-alias")
    return false;
  return binding.reach !== "script" && binding.reach !== "type-checking";
}

/** The order: functions and classes of the module, imported ones, uncertain ones, then private and asynchronous ones. */
function rankOf(name: string, origin: "own" | "imported", resolution: Resolution): number | undefined {
  const isLast = name.startsWith("_") || ("signature" in resolution && resolution.signature.isAsync);
  switch (resolution.kind) {
    case "found":
    case "class":
      return isLast ? 3 : origin === "own" ? 0 : 1;
    case "unverified":
      // Most imported names are those of libraries.
      return resolution.reason.kind === "outside" || isLast ? undefined : 2;
    case "module-missing":
    case "name-missing":
    case "not-callable":
      return undefined;
  }
}

/** The maximum length of an annotation or default. */
const MAX_SHOWN = 60;

/** A signature on one line. */
export function signatureText({ parameters, returns, isAsync }: Signature): string {
  const shown = parameters
    .flatMap((parameter, i) => [...separators(parameters, i), parameterText(parameter)])
    .join(", ");
  return `${isAsync ? "async " : ""}(${shown})${returns === undefined ? "" : ` -> ${short(returns.text)}`}`;
}

/** `/` and `*`, where the kind of the parameters changes. */
function separators(parameters: readonly Parameter[], i: number): readonly string[] {
  const [before, kind] = [parameters[i - 1]?.kind, parameters[i]?.kind];
  const slash = before === "positional-only" && kind !== "positional-only" ? ["/"] : [];
  const isBare = kind === "keyword-only" && before !== "keyword-only" && before !== "var-positional";
  return isBare ? [...slash, "*"] : slash;
}

/** A parameter with its annotation and its default, without text that may be a secret. */
export function parameterText({ kind, name, annotation, default: value }: Parameter): string {
  const stars = kind === "var-positional" ? "*" : kind === "var-keyword" ? "**" : "";
  const type = annotation === undefined ? "" : `: ${short(annotation.text)}`;
  const isHidden = value !== undefined && /["']/.test(value.text) && mayBeSecret(name.text, value.text);
  const shown = value === undefined ? "" : ` = ${isHidden ? "…" : short(value.text)}`;
  return stars + printable(name.text) + type + shown;
}

function mayBeSecret(name: string, value: string): boolean {
  return credentialInName(name) !== undefined || value.split(/["'\s]/).some(isToken);
}

function short(text: string): string {
  const line = printable(text.replace(/\s+/g, " ").trim());
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1)}…` : line;
}

/** The resolution of the entry point of a call. */
export function resolutionOf(here: Here, place: Place, phase: "load" | "predict"): Resolution | undefined {
  const { model } = place;
  const code = codeOf(here, model);
  const runtime = model && "runtime" in model.bound.runtime ? model.bound.runtime.runtime : undefined;
  const entrypoint = parseEntrypoint(model?.constantOf(runtime?.[phase]?.entrypoint) ?? "");
  if (code === undefined || entrypoint === undefined) return undefined;
  if (isStandardModule(entrypoint.module.split(".")[0] ?? "")) return undefined;
  return resolveFunction(code.reader, code.root, entrypoint, code.modules);
}
