// Runs some test files in one process, and tells how each of them ended, that in which the process died too.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Report } from "../describe.ts";
import { ROOT } from "../golden.ts";
import type { Event } from "./group.ts";

/** A process that reports nothing for so long is ended: each test has a shorter limit of its own. */
const SILENCE_MS = 700_000;

/** How a file ended; `printed` is what the process printed since the last one. */
export interface Ended {
  readonly file: string;
  readonly report: Report;
  readonly milliseconds: number;
  readonly printed: string;
}

/** The file that runs, and the test in it that has begun last. */
interface Running {
  readonly file: string;
  readonly title: string;
  readonly since: number;
}

/** Runs files in one process; gives those that never began because it died. Each other one is told to `onEnd` when it ends. */
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
  // What the process printed before an event is read in the same round as the event, and comes first.
  const onLine = (line: string) => setImmediate(() => onEvent(JSON.parse(line)));
  if (events instanceof Readable) createInterface({ input: events }).on("line", onLine);
  return new Promise((resolve) => {
    const onClose = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(silence);
      const why = isSilent ? `no test ended for ${silenceMs / 1000} s` : `the process ended with ${signal ?? code}`;
      const inTest = running === undefined || running.title === "" ? "" : ` in the test "${running.title}"`;
      if (running !== undefined) end(running.file, { passed: 0, failures: [why + inTest], goldens: [] });
      else if (isSilent)
        end(files.at(-1) ?? "", { passed: 0, failures: ["the process goes on after it"], goldens: [] });
      else process.stdout.write(printed);
      resolve([...left]);
    };
    child.on("close", (code, signal) => setImmediate(() => onClose(code, signal)));
  });
}
