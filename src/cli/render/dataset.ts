// Shows that the files of a dataset are fetched, which happens before the run starts.
import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { escapeCommands } from "../../base/runner-commands.ts";
import type { RunEvent } from "../../run/api/report.ts";
import { printNote } from "../output.ts";
import type { RunView } from "./run.ts";
import { liveBlock } from "./run-live.ts";
import { megabytes, shortened } from "./run-status.ts";

export interface DatasetWatcher {
  readonly onProgress: (bytes: number, total: number | undefined) => void;
  /** Removes what is shown on a terminal. */
  readonly end: () => void;
}

/** Creates the watcher of a dataset. It shows nothing until something is fetched. */
export function watchDataset(
  name: string,
  { json, quiet, screen, write = printNote }: Omit<RunView, "verbose" | "now">,
): DatasetWatcher {
  if (json) {
    const onProgress: DatasetWatcher["onProgress"] = (bytes, total) => {
      const event: RunEvent = { kind: "fetch", step: `datasets/${name}`, bytes, total };
      write(`${plainJson(JSON.stringify(event))}\n`);
    };
    return { onProgress, end: () => {} };
  }
  if (quiet) return { onProgress: () => {}, end: () => {} };
  const doing = `fetching the dataset ${escapeCommands(printable(name))}`;
  let line = "";
  if (screen === undefined) {
    const onProgress = (): void => {
      if (line === "") write(`${doing} …\n`);
      line = doing;
    };
    return { onProgress, end: () => {} };
  }
  const block = liveBlock(write, screen, ({ columns }) => (line === "" ? [] : [shortened(line, columns() - 1)]));
  return {
    onProgress: (bytes, total) => {
      const amount = bytes === 0 && total === undefined ? "…" : ` ${megabytes(bytes)}`;
      line = `${doing} ${amount}${total === undefined ? "" : ` of ${megabytes(total)}`}`;
      block.changed();
    },
    end: block.clear,
  };
}
