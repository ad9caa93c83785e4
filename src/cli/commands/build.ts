import { join, resolve } from "node:path";
import type { Host } from "../../base/host.ts";
import { printable, printableLines } from "../../base/quote.ts";
import { type PublishOptions, type PublishResult, publishPlan } from "../../build.ts";
import { nodeHost } from "../../disk/host.ts";
import { watchAndRun, watchedHost } from "../../disk/watch.ts";
import type { Collision } from "../../emit/collisions.ts";
import { ALL_FILES, type Target } from "../../emit/files.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import { compileFiles, report } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult, whyNotWritten } from "../output.ts";
import { exitCodeOfPlan, isPlanned } from "./plan.ts";

export interface BuildOptions {
  readonly out: string;
  /** Writes nothing, and says whether what is there is what would be written. */
  readonly check: boolean;
  readonly target: Target;
}

/** `modelwright build`: the plan and the bindings. */
export function buildCommand(
  files: readonly string[],
  options: SharedOptions,
  { out, check, target }: BuildOptions,
  host: Host = nodeHost(options.cwd),
): number {
  const compilation = compileFiles(options, files, host);
  if (compilation === undefined) return EXIT.clean;
  report(options, compilation, false);
  if (!isPlanned(compilation)) return EXIT.findings;
  const result = publishOrExplain(compilation, { out, cwd: options.cwd, target, check });
  noteCollisions(result.collisions);
  for (const { path, state } of result.stale) printResult(`${printable(path)}: ${STATES[state]}\n`);
  if (result.stale.length > 0) {
    printNote(`Run \`${again()}\` to write them.\n`);
    return EXIT.stale;
  }
  if (result.foreign.length > 0) {
    const names = result.foreign.map((path) => `  ${path}`).join("\n");
    throw new CommandError(
      EXIT.failure,
      `These files were not written by modelwright, so nothing is written:\n${names}`,
    );
  }
  if (check) return exitCodeOfPlan(options, compilation);
  const say = (path: string, what: string): void => printResult(`${printable(path)}: ${what}\n`);
  for (const path of result.written) say(path, "written");
  for (const path of result.unchanged) say(path, "unchanged");
  for (const path of result.removed) say(path, `removed, because it is not for \`--target ${target}\``);
  return exitCodeOfPlan(options, compilation);
}

/** The command line that writes what this one compared, for a shell. */
function again(): string {
  const given = process.argv.slice(2).filter((argument) => argument !== "--check");
  const isPlain = (word: string) => /^[\w@%+=:,./-]+$/.test(word);
  const words = given.map((word) => (isPlain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return printable(["modelwright", ...words].join(" "));
}

function publishOrExplain(compilation: Parameters<typeof publishPlan>[0], options: PublishOptions): PublishResult {
  try {
    return publishPlan(compilation, options);
  } catch (error) {
    const folder = printable(options.out);
    throw new CommandError(EXIT.failure, `The files cannot be written to ${folder}: ${whyNotWritten(error)}.`);
  }
}

/** Says which models had to share an identifier, with both places, since somebody will write the wrong one. */
function noteCollisions(collisions: readonly Collision[]): void {
  const shown = ({ name, span }: PlanModel) =>
    `\`${printable(spelledName(name))}\` (${printable(span.file)}:${span.start.line})`;
  for (const { model, wanted, given, other } of collisions) {
    const reason = other === undefined ? "which the bindings need themselves" : `as ${shown(other)} does`;
    printNote(`${shown(model)} becomes \`${wanted}\` in the bindings, ${reason}. Its name there is \`${given}\`; `);
    printNote("rename a model to choose another one.\n");
  }
}

/** `modelwright build --watch`: builds again after each change, whatever was wrong before, until a signal comes. */
export async function buildAndWatch(
  files: readonly string[],
  options: SharedOptions,
  build: BuildOptions,
): Promise<number> {
  if (build.check) throw new CommandError(EXIT.usage, "`--watch` writes and `--check` does not; give one of them.");
  if (files.includes("-")) throw new CommandError(EXIT.usage, "Standard input cannot be watched; give a file.");
  const stop = new AbortController();
  let code: number = EXIT.clean;
  const end = (signal: keyof typeof SIGNALS) => {
    code = SIGNALS[signal];
    stop.abort();
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  const output = ALL_FILES.map((path) => resolve(options.cwd, join(build.out, path)));
  try {
    await watchAndRun(output, stop.signal, (watched) => {
      try {
        buildCommand(files, options, build, watchedHost(nodeHost(options.cwd), options.cwd, watched));
      } catch (error) {
        // What the file system or the command refuses can be fixed while we wait; a bug ends the command.
        if (!(error instanceof Error && (error instanceof CommandError || "syscall" in error))) throw error;
        printNote(`${printableLines(`modelwright: ${error.message}`)}\n`);
      }
      printNote("Waiting for changes; Ctrl+C ends it.\n");
    });
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
  return code;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const STATES = {
  stale: "stale",
  edited: "edited by hand",
  missing: "missing",
  foreign: "not written by modelwright",
  leftover: "left over from another `--target`",
} as const;
