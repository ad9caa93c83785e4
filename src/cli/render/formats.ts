// The formats for findings. A new format is an entry here and a renderer. Renderers in this folder are loaded when they are
// called (`LAZY` in test/tools/bundle.mjs).
import { escapeCommands } from "../../base/runner-commands.ts";
import type { Checked } from "../../compile.ts";
import { type PrettyOptions, renderPretty } from "../../render/pretty.ts";
import type { Hidden } from "../../render/summary.ts";
import { renderConcise } from "./concise.ts";
import { renderGithub } from "./github.ts";
import { renderJson } from "./json.ts";
import { renderSarif } from "./sarif.ts";

interface FindingsFormat {
  /** Renders findings as text, in which nothing from a definition can control a terminal or GitHub's runner. */
  readonly render: (checked: Checked & Hidden, options: PrettyOptions) => string;
  /** Whether the text is one document, so that it cannot share standard output with another format. */
  readonly isDocument: boolean;
  /** Whether the text ends with the number of findings. Otherwise it is written to standard error. */
  readonly hasSummary: boolean;
  /** Whether hints are left out when a command is not about findings. */
  readonly skipsHints: boolean;
  /** How `run` reports its progress: to a person, or as one JSON object per line. */
  readonly progress: "display" | "json";
}

/** The formats in the order of the help. */
export const FORMATS = {
  pretty: {
    render: (checked, options) => escapeCommands(renderPretty(checked, options)),
    isDocument: false,
    hasSummary: true,
    skipsHints: true,
    progress: "display",
  },
  concise: {
    render: (checked) => escapeCommands(renderConcise(checked)),
    isDocument: false,
    hasSummary: false,
    skipsHints: false,
    progress: "display",
  },
  json: {
    render: (checked, { isResult }) => renderJson(checked, !isResult),
    isDocument: true,
    hasSummary: false,
    skipsHints: false,
    progress: "json",
  },
  sarif: {
    render: renderSarif,
    isDocument: true,
    hasSummary: false,
    skipsHints: false,
    progress: "display",
  },
  github: {
    render: renderGithub,
    isDocument: false,
    hasSummary: true,
    skipsHints: false,
    progress: "display",
  },
} as const satisfies Readonly<Record<string, FindingsFormat>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
