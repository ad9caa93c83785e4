import type { Settings } from "../../lsp/platform.ts";
import { serveOverStdio } from "../../lsp/stdio.ts";
import { findConfiguration } from "../config/configuration.ts";
import { CommandError } from "../exit.ts";
import { FORMAT_NAMES } from "../render/formats.ts";
import { ruleUrl } from "../rule-url.ts";

/** `modelwright lsp`: serves an editor over standard input and output. */
export function lspCommand(): void {
  serveOverStdio(settingsOf, ruleUrl);
}

function settingsOf(folder: string): Settings {
  try {
    const { rules, portable, pedantic } = findConfiguration(folder, FORMAT_NAMES);
    return { options: { rules, portable: portable === true, pedantic: pedantic === true }, mistake: undefined };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { options: {}, mistake: error.message };
  }
}
