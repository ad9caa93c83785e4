// The examples of a model: inputs, and the predictions that were recorded for them. They are in the folder `examples` next to the
// definition, or for one model in a folder below it with the id of the model.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseExactJson } from "../../base/exact-json.ts";
import { folderOf, joinPath } from "../../base/path.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { readText } from "../../system/read.ts";

/** The name of the folder. */
export const EXAMPLES = "examples";

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

/** The folder of a definition's examples, from the root of the plan. */
export function examplesFolder({ span }: Pick<PlanModel, "span">): string {
  return joinPath(folderOf(span.file), EXAMPLES);
}

/** Finds the examples of a model; `undefined` if it has none. */
export function findExamples(model: Pick<PlanModel, "id" | "span">, root: string): ExampleSet | undefined {
  const shared = examplesFolder(model);
  for (const folder of [joinPath(shared, model.id), shared]) {
    const name = INPUTS.find((each) => existsSync(join(root, folder, each)));
    if (name !== undefined) {
      return { folder, input: join(root, folder, name), recorded: join(root, folder, RECORDED) };
    }
  }
  return undefined;
}

/** Reads recorded predictions; none if nothing was recorded yet. */
export function readRecorded({ folder, recorded }: ExampleSet, root: string): Result<readonly ExampleRow[]> {
  if (!existsSync(recorded)) return found([]);
  const text = readText(recorded, root);
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
