// Runs some test files in one process and reports the result of each, including the file in which the process died.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Report } from "../describe.ts";
import { ROOT } from "../golden.ts";
import type { Event } from "./group.ts";

/** A process that reports nothing for this time is killed. The limit of a single test is shorter. */
const SILENCE_MS = 700_000;

/** The result of a file. `printed` is the output of the process since the previous file. */
export interface Ended {
  readonly file: string;
  readonly report: Report;
  readonly milliseconds: number;
  readonly printed: string;
}

/** The current file, and the test in it that started last. */
interface Running {
  readonly file: string;
  readonly title: string;
  readonly since: number;
}

/** Runs files in one process and passes each result to `onEnd`. Returns the files that did not start because the process died. */
export function runGroup(
  files: readonly string[],
  onEnd: (ended: Ended) => void,
  silenceMs = SILENCE_MS,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/tools/group.ts", ...files], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: "1" },
  });
  const left = new Set(files);
  let running: Running | undefined = { file: files[0] ?? "", title: "", since: Date.now() };
  let printed = "";
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    child.kill("SIGKILL");
  }, silenceMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const end = (file: string, report: Report) => {
    left.delete(file);
    onEnd({ file, report, milliseconds: Date.now() - (running?.since ?? Date.now()), printed });
    printed = "";
    running = undefined;
  };
  const onEvent = (event: Event): void => {
    silence.refresh();
    if (event.kind === "file") running = { file: event.file, title: "", since: Date.now() };
    else if (event.kind === "test") running = running && { ...running, title: event.title };
    else end(event.file, event.report);
  };
  const events = child.stdio[3];
  // Output that was printed before an event is read in the same turn as the event, and must be handled first.
  const onLine = (line: string) => setImmediate(() => onEvent(JSON.parse(line)));
  if (events instanceof Readable) createInterface({ input: events }).on("line", onLine);
  return new Promise((resolve) => {
    const onClose = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(silence);
      const why = isSilent ? `no test ended for ${silenceMs / 1000} s` : `the process ended with ${signal ?? code}`;
      const inTest = running === undefined || running.title === "" ? "" : ` in the test "${running.title}"`;
      if (running !== undefined) end(running.file, { passed: 0, failures: [why + inTest], goldens: [] });
      else if (isSilent)
        end(files.at(-1) ?? "", { passed: 0, failures: ["the process does not exit after it"], goldens: [] });
      else process.stdout.write(printed);
      resolve([...left]);
    };
    child.on("close", (code, signal) => setImmediate(() => onClose(code, signal)));
  });
}
