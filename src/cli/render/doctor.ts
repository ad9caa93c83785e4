// The output of `doctor`: one line for each part of the machine, the models, and the problems.
import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { escapeCommands } from "../../base/runner-commands.ts";
import type { Examination, ModelNeeds } from "../../run/prepare/examine.ts";

/** The result of an examination. */
export interface Diagnosis extends Examination {
  readonly hasDefinition: boolean;
}

type Host = Diagnosis["machine"]["host"] & {};

/** The formats of a diagnosis; the order is that of the help. */
export const DIAGNOSIS_FORMATS = {
  pretty: (diagnosis) => escapeCommands(renderDoctor(diagnosis)),
  json: (diagnosis) => `${plainJson(JSON.stringify(diagnosis, null, 2))}\n`,
} as const satisfies Readonly<Record<string, (diagnosis: Diagnosis) => string>>;

function renderDoctor({ machine, models, problems, hasDefinition }: Diagnosis): string {
  const { node, python, git, containers, cache, freeDisk, host } = machine;
  const free = freeDisk === undefined ? "" : `, ${size(freeDisk)} of disk space free`;
  const parts: readonly (readonly [string, string])[] = [
    ["Node", node],
    ["Python", python === undefined ? "none" : `${python.version}, ${python.command}, from ${python.origin}`],
    ["git", git ?? "none"],
    ["containers", containers ?? "none (not required)"],
    ["cache", `${cache.folder}: ${size(cache.bytes)} in ${cache.files} file${cache.files === 1 ? "" : "s"}${free}`],
    ...(host === undefined ? [] : [["host", hostLine(host)] as const]),
  ];
  const lines = [
    ...parts.map(([name, text]) => `${name.padEnd(12)}${printable(text)}`),
    "",
    ...(models.length === 0 ? [hasDefinition ? "No model can run." : "No definition was found."] : []),
    ...models.flatMap(modelLines),
    ...downloadLines(models),
    "",
    ...(problems.length === 0
      ? ["No problems found. A run can start."]
      : problems.map(({ step, message }) => `problem: ${step}: ${printable(message)}`)),
  ];
  return `${lines.join("\n")}\n`;
}

function hostLine({ name, folder, freeDisk, gpus }: Host): string {
  const shown = gpus.length === 0 ? "no GPU" : `${gpus.length === 1 ? "GPU" : "GPUs"}: ${gpus.join(", ")}`;
  return `${name}: ${folder}, ${size(freeDisk)} of disk space free; ${shown}`;
}

function modelLines({ id, name, fetches, resources, missing, isReady }: ModelNeeds): readonly string[] {
  const shown = name === id ? printable(name) : `${printable(name)} (${id})`;
  return [
    `${shown}: ${isReady ? "ready" : "not ready"}`,
    ...fetches.filter((each) => !resources.some((resource) => resource.name === each)).map(fetchLine),
    ...resources.map(resourceLine),
    ...(missing.length === 0
      ? []
      : [
          `  needs the unset environment variable${missing.length === 1 ? "" : "s"} ${missing.map(printable).join(", ")}`,
        ]),
  ];
}

function fetchLine(name: string): string {
  return `  fetches ${printable(name)}`;
}

function resourceLine({ name, isLocked, isCached, bytes }: ModelNeeds["resources"][number]): string {
  const facts = [isLocked ? "locked" : "not locked"];
  if (isCached && !isLocked) facts.push("checked for changes");
  if (!isCached && bytes !== undefined) facts.push(size(bytes));
  return `${isCached ? `  cached  ${printable(name)}` : fetchLine(name)} (${facts.join(", ")})`;
}

/** How much the runs of all models would download. */
function downloadLines(models: readonly ModelNeeds[]): readonly string[] {
  const resources = models.flatMap((model) => model.resources).filter(({ isCached }) => !isCached);
  const byName = new Map(resources.map((each) => [each.name, each]));
  const known = [...byName.values()].flatMap(({ bytes }) => bytes ?? []);
  const unknown = byName.size - known.length;
  if (known.length === 0) return [];
  const others = unknown === 0 ? "" : `, and ${unknown} of unknown size`;
  return [`A run downloads ${size(known.reduce((sum, each) => sum + each, 0))}${others}.`];
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** A number of bytes for people. */
export function size(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit]}`;
}
