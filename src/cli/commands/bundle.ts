import { resolve } from "node:path";
import { relativePath } from "../../base/path.ts";
import { printable, quote } from "../../base/quote.ts";
import type { Compilation } from "../../compile.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";
import { DEFAULT_LIMITS } from "../../run/api/limits.ts";
import { type Bundle, makeBundle } from "../../run/bundle/make.ts";
import { pushBundle } from "../../run/bundle/push.ts";
import { whyNotWritable, writeLayout, writeTar } from "../../run/bundle/write.ts";
import { PackProblem } from "../../run/pack/problem.ts";
import { type ImageReference, readImageName } from "../../run/registry/image-reference.ts";
import { cacheFolder } from "../../system/cache-folder.ts";
import { writeTarget } from "../../system/write.ts";
import { CommandError, EXIT } from "../exit.ts";
import { interruptible } from "../interruptible.ts";
import { definitionPath, type SharedOptions } from "../options.ts";
import { printNote, printResult, whyNotWritten } from "../output.ts";
import { size } from "../render/doctor.ts";
import { compileToPlan } from "./plan.ts";

/**
 * Findings that do not matter here: what a bundle needs is found or fetched, and problems are reported then. `stale-lock` does matter,
 * because nothing else says that something was not locked.
 */
const LEFT_TO_BUNDLE = new Set(["missing-file", "missing-environment", "remote-code", "invalid-lock"]);

export interface BundleOptions {
  readonly out?: string | undefined;
  readonly push?: string | undefined;
  readonly allowSecret?: readonly string[] | undefined;
  readonly locked?: boolean | undefined;
  readonly offline?: boolean | undefined;
}

/** `modelwright bundle`: packs a definition with its code and files. Prints the digest, or the URL in the registry. */
export async function bundleCommand(
  files: readonly string[],
  options: SharedOptions,
  given: BundleOptions,
): Promise<number> {
  const { out, push, allowSecret = [] } = given;
  if (out === undefined && push === undefined)
    throw new CommandError(
      EXIT.usage,
      "Nothing would be written. Use `--out FOLDER`, `--out FILE.tar` or `--push IMAGE`.",
    );
  if (files.includes("-"))
    throw new CommandError(EXIT.usage, "A bundle cannot be made from standard input. Name a file.");
  const image = push === undefined ? undefined : imageOf(push);
  const target = out === undefined ? undefined : await targetOf(out, options);
  const compilation = compileToPlan(options, files, LEFT_TO_BUNDLE);
  if (typeof compilation === "number") return compilation;
  refuseSecrets(compilation, allowSecret);
  return interruptible(async (signal) => {
    const bundle = await bundleOf(compilation, options, given, target?.path, signal);
    const { digest } = bundle.image.manifest.descriptor;
    printNote(sizesOf(bundle));
    if (target !== undefined) await write(bundle, target, options);
    if (image !== undefined) {
      const pushed = await pushBundle(bundle, image, {
        environment: process.env,
        signal,
        stallMs: DEFAULT_LIMITS.stallMs,
      });
      if (pushed.kind === "problem")
        throw new CommandError(EXIT.failure, `Cannot push to ${printable(push ?? "")}: ${pushed.message}.`);
      const { blobs, bytes } = pushed.value;
      printNote(blobs === 0 ? "Pushed; the registry already had every layer\n" : `Pushed ${size(bytes)}\n`);
    }
    printResult(`${image === undefined ? digest : `oci://${image.registry}/${image.repository}@${digest}`}\n`);
    return EXIT.clean;
  });
}

function imageOf(push: string): ImageReference {
  const image = readImageName(push);
  if (image === undefined)
    throw new CommandError(
      EXIT.usage,
      `${quote(push)} is not the name of an image, such as registry.example.com/team/model:v1.`,
    );
  if (image.digest === undefined) return image;
  throw new CommandError(
    EXIT.usage,
    "`--push` takes a name without a digest, because the digest results from the content.",
  );
}

interface Target {
  readonly path: string;
  readonly isTar: boolean;
}

async function write(bundle: Bundle, { path, isTar }: Target, { cwd }: SharedOptions): Promise<void> {
  const shown = printable(definitionPath(cwd, path));
  try {
    await (isTar ? writeTar : writeLayout)(bundle, path);
  } catch (error) {
    const reason = error instanceof PackProblem ? error.message : whyNotWritten(error);
    throw new CommandError(EXIT.failure, `Cannot write ${shown}: ${reason}.`);
  }
  printNote(`Wrote ${shown}\n`);
}

async function targetOf(out: string, { cwd }: SharedOptions): Promise<Target> {
  const isTar = out.endsWith(".tar");
  try {
    const { path } = writeTarget(resolve(cwd, out), cwd);
    const reason = await whyNotWritable(path, isTar);
    if (reason === undefined) return { path, isTar };
    throw new CommandError(EXIT.failure, `Cannot write ${printable(out)}: it ${reason}. Choose another \`--out\`.`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(EXIT.failure, `Cannot write ${printable(out)}: ${whyNotWritten(error)}.`);
  }
}

/** A secret that is written in a definition would be in the bundle, even if it has no known format. */
function refuseSecrets({ diagnostics, root }: Compilation, allowed: readonly string[]): void {
  const files = diagnostics
    .filter(({ code }) => code === "hard-coded-secret")
    .map(({ span }) => relativePath(root, span.source.path));
  const refused = [...new Set(files)].filter((path) => !allowed.includes(path));
  if (refused.length > 0) throw secretsFound(refused.map((path) => ({ path, secret: "a hard-coded secret" })));
}

function secretsFound(secrets: readonly { readonly path: string; readonly secret: string }[]): CommandError {
  const lines = secrets.slice(0, MAX_LINES).map(({ path, secret }) => `  ${printable(path)} contains ${secret}`);
  const more = secrets.length > MAX_LINES ? [`  and ${secrets.length - MAX_LINES} more`] : [];
  const hint = "Remove it, or use `--allow-secret PATH` if it is not secret.";
  return new CommandError(EXIT.findings, ["These files would be in the bundle:", ...lines, ...more, hint].join("\n"));
}

const MAX_LINES = 20;

async function bundleOf(
  compilation: Compilation & { readonly plan: object },
  { cwd, environment = process.env }: SharedOptions,
  { allowSecret, locked, offline }: BundleOptions,
  except: string | undefined,
  signal: AbortSignal,
): Promise<Bundle> {
  const { plan, root, graph } = compilation;
  const made = await makeBundle({
    plan,
    planText: canonicalJsonPretty(plan),
    root: resolve(cwd, root),
    definitions: graph.bound.requested.map(({ source }) => relativePath(root, source.path)),
    variables: environment,
    environment: process.env,
    cache: cacheFolder(process.env),
    signal,
    except,
    allowSecrets: allowSecret,
    locked,
    offline,
  });
  if (made.kind === "bundle") return made.bundle;
  if (made.secrets.length > 0) throw secretsFound(made.secrets);
  const lines = made.failures.map(({ step, message }) => `${printable(step)}: ${printable(message)}`);
  throw new CommandError(EXIT.step, lines.join("\n"));
}

/** What is in each layer and how large it is. */
function sizesOf({ layers }: Bundle): string {
  const rows = layers.map((layer) => {
    const count = layer.files.length === 1 ? "1 file" : `${layer.files.length} files`;
    return `${printable(layer.title)}: ${size(layer.size)} in ${count}`;
  });
  const total = layers.reduce((sum, layer) => sum + layer.size, 0);
  return `${[...rows, `total: ${size(total)}`].join("\n")}\n`;
}
