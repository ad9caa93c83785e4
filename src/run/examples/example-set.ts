// The examples of a model: inputs, and the predictions that were recorded for them. They are in the folder that the setting `examples`
// names, otherwise in `examples` next to the definition, or for one model in a folder below it with the id of the model.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseExactJson } from "../../base/exact-json.ts";
import { folderOf, joinPath } from "../../base/path.ts";
import { quote } from "../../base/quote.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { settingOf } from "../../plan/setting-keys.ts";
import { isWithin } from "../../system/inside.ts";
import { readText } from "../../system/read.ts";

/** The name of the folder, unless the definition names another one. */
const EXAMPLES = "examples";

/** The inputs, in any format that a run reads. The first one that exists is used. */
const INPUTS: readonly string[] = ["inputs", "inputs.jsonl", "inputs.csv", "inputs.json"];

/** The predictions, as a run writes them. */
const RECORDED = "predictions.jsonl";

/** Where the examples of some models are. */
export interface ExampleSet {
  /** The path of the folder from the root of the plan. */
  readonly folder: string;
  /** The absolute path of the inputs. */
  readonly input: string;
  /** The absolute path of the recorded predictions. It may not exist. */
  readonly recorded: string;
}

/** A row of predictions. Numbers that JavaScript would change are `ExactNumber`s. */
export interface ExampleRow {
  readonly id: string;
  readonly model: string;
  readonly predictions?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}

/** The folder of a model's examples, from the root of the plan or absolute. `isNamed`: the definition names it. */
export function examplesFolder(model: PlanModel): { readonly path: string; readonly isNamed: boolean } {
  const named = settingOf(model, "examples");
  if (named !== undefined && "literal" in named) return { path: String(named.literal), isNamed: true };
  return { path: joinPath(folderOf(model.span.file), EXAMPLES), isNamed: false };
}

/** The problem of a folder that the definition names and that does not exist. */
export function missingExamples({ id }: PlanModel, path: string): string {
  return `the folder ${quote(path)} of the examples of ${quote(id)} does not exist (\`examples\` below \`x-modelwright\`)`;
}

/** Finds the examples of a model; `undefined` if it has none. It is a problem if the folder that the definition names does not exist. */
export function findExamples(model: PlanModel, root: string): Result<ExampleSet | undefined> {
  const { path: shared, isNamed } = examplesFolder(model);
  for (const folder of [joinPath(shared, model.id), shared]) {
    const name = INPUTS.find((each) => existsSync(resolve(root, folder, each)));
    if (name !== undefined) {
      return found({ folder, input: resolve(root, folder, name), recorded: resolve(root, folder, RECORDED) });
    }
  }
  return isNamed && !existsSync(resolve(root, shared)) ? problem(missingExamples(model, shared)) : found(undefined);
}

/** Reads recorded predictions; none if nothing was recorded yet. */
export function readRecorded({ folder, recorded }: ExampleSet, root: string): Result<readonly ExampleRow[]> {
  if (!existsSync(recorded)) return found([]);
  // A definition can name a folder that is not below the root.
  const folderPath = dirname(recorded);
  const text = readText(recorded, isWithin(root, folderPath) ? root : folderPath);
  if (text === undefined) return problem(`\`${folder}/${RECORDED}\` cannot be read`);
  const rows: ExampleRow[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const row = readRow(line);
    if (row === undefined) return problem(`line ${index + 1} of \`${folder}/${RECORDED}\` is not a row of predictions`);
    rows.push(row);
  }
  return found(rows);
}

/** Reads a row; `undefined` if it is not one. */
export function readRow(line: string): ExampleRow | undefined {
  try {
    const row = parseExactJson(line) as Partial<ExampleRow> | null;
    return typeof row?.id === "string" && typeof row.model === "string" ? (row as ExampleRow) : undefined;
  } catch {
    return undefined;
  }
}
