// A dataset of a definition as the input of a run: brings its files here, and reads them in the layout of its format.
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { withoutSecrets } from "../../base/address.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { schemeOf } from "../../base/schemes.ts";
import type { PlanDataset } from "../../plan/dataset.ts";
import type { PlanValue } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { checkFile, type FetchContext, fetchFile, isRemote } from "../acquire/fetch.ts";
import type { DatasetFiles } from "../api/dataset.ts";
import { evaluateCount, evaluateText, newScope } from "../values/values.ts";
import type { Entry } from "./entry.ts";
import { filesBelow } from "./folder.ts";

/** The files of a dataset on this machine, and how many datapoints of it are used. */
export interface FetchedDataset {
  readonly files: DatasetFiles;
  readonly count: number | undefined;
}

const FORMATS = ["COCO", "ImageNet", "ImageRegression", "Custom"] as const;

/** Formats whose data is a folder, also if its URL does not end with `/`. */
const FOLDERS: readonly string[] = ["COCO", "ImageNet", "ImageRegression"];

/**
 * Brings the files of a dataset here. `stage` is the stage that the user expects. `onProgress` is first called when something is about to
 * be fetched. Only the reason of the signal is thrown.
 */
export async function fetchDataset(
  dataset: PlanDataset,
  stage: string | undefined,
  { root, ...context }: FetchContext & { readonly root: string },
): Promise<Result<FetchedDataset>> {
  const { environment } = context;
  const scope = newScope(environment);
  const [format, purpose] = [evaluateText(dataset.format, scope), evaluateText(dataset.stage, scope)];
  if (format.kind === "problem") return format;
  if (purpose.kind === "problem") return purpose;
  const shown = `the dataset \`${dataset.name}\``;
  if (stage !== undefined && purpose.value !== stage)
    return problem(`${shown} has the stage \`${purpose.value}\`, not \`${stage}\``);
  const kind = FORMATS.find((each) => each === format.value);
  if (kind === undefined) {
    return problem(
      format.value === "tfrecord"
        ? `${shown} has the format \`tfrecord\`, which only TensorFlow reads; write a JSON Lines file with paths and use \`--input\``
        : `${shown} has an unknown format`,
    );
  }
  const count = dataset.count && evaluateCount(dataset.count, scope);
  if (count?.kind === "problem") return count;
  const credentials = dataset.credentials && evaluateText(dataset.credentials, scope);
  if (credentials?.kind === "problem") return credentials;

  const locate = async (value: PlanValue, key: string, isFolder: boolean): Promise<Result<string>> => {
    const written = evaluateText(value, scope);
    if (written.kind === "problem") return written;
    const url = isFolder && isRemote(written.value) ? written.value.replace(/\/*$/, "/") : written.value;
    const isSecret = variablesIn(value).length > 0;
    const what = isSecret ? "" : ` \`${isRemote(url) ? withoutSecrets(url) : url}\``;
    if (isFolder && /^https?$/.test(schemeOf(url) ?? ""))
      return problem(`the \`${key}\`${what} of ${shown} is a folder of a web server, which cannot be listed`);
    const request = { url, shown: `the \`${key}\`${what} of ${shown}`, credentials: credentials?.value, isSecret };
    const location = await checkFile(request, root, environment);
    if (location.kind === "problem" || !isRemote(url)) return location;
    if (context.offline !== true) context.onProgress(0, undefined);
    const file = await fetchFile(request, context);
    return file.kind === "value" ? found(file.value.path) : file;
  };
  if (dataset.data === undefined) return problem(`${shown} has no \`data_url\``);
  const annotations = dataset.annotations && (await locate(dataset.annotations, "annotations_url", false));
  if (annotations?.kind === "problem") return annotations;
  if (annotations === undefined && (kind === "COCO" || kind === "ImageRegression"))
    return problem(`${shown} has no \`annotations_url\`, which its format \`${kind}\` needs`);
  const isFolder = FOLDERS.includes(kind) || (annotations !== undefined && extname(annotations.value) !== "");
  const data = await locate(dataset.data, "data_url", isFolder);
  if (data.kind === "problem") return data;
  const files = { format: kind, data: data.value, ...(annotations && { annotations: annotations.value }) };
  return found({ files, count: count?.value });
}

/** The images of a folder with one subfolder for each class. Images in the folder itself have no class. */
export async function* classFolders(folder: string): AsyncGenerator<Entry> {
  for await (const entry of filesBelow(folder)) {
    const { index, id } = entry;
    const inputs = { image: join(folder, id), ...(id.includes("/") && { class: id.slice(0, id.indexOf("/")) }) };
    yield { kind: "datapoint", index, id, datapoint: { inputs } };
  }
}

/** The file that lists the datapoints of a dataset, or the folder that contains them. */
export async function manifestOf({ data, annotations }: DatasetFiles): Promise<string> {
  if (annotations !== undefined) return annotations;
  // A folder with one of these files describes itself.
  for (const name of ["manifest.jsonl", "manifest.csv", "manifest.json"]) {
    const path = join(data, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return data;
}
