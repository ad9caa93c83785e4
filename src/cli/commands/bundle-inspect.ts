import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { titleOf } from "../../run/bundle/image.ts";
import type { OpenBundle } from "../../run/bundle/open.ts";
import { EXIT } from "../exit.ts";
import { openGivenBundle } from "../given-bundle.ts";
import type { SharedOptions } from "../options.ts";
import { printResult } from "../output.ts";
import { choose } from "../render/choose.ts";
import { size } from "../render/doctor.ts";

const FORMATS = {
  pretty: renderBundle,
  json: ({ index, manifest }: OpenBundle) => `${plainJson(JSON.stringify({ ...manifest, ...index }, null, 2))}\n`,
} as const;

/** `modelwright bundle inspect`: shows what a bundle contains. */
export async function inspectCommand(file: string, options: SharedOptions, format: string): Promise<number> {
  const render = FORMATS[choose(FORMATS, format)];
  printResult(render(await openGivenBundle(file, options, {})));
  return EXIT.clean;
}

function renderBundle({ index, manifest }: OpenBundle): string {
  const lines = [
    `digest       ${manifest.digest}`,
    `plan         ${index.plan}`,
    `definitions  ${index.definitions.map(printable).join(", ")}`,
    "",
    "layers:",
    ...manifest.layers.map(
      (layer) => `  ${layer.digest.slice(0, 19)}…  ${size(layer.size).padStart(8)}  ${printable(titleOf(layer))}`,
    ),
    "",
    "packed:",
    ...Object.entries(index.packed).map(([step, path]) => `  ${printable(step)}: ${printable(path)}`),
  ];
  const addresses = Object.entries(index.addresses).map(
    ([step, { sha256, bytes }]) => `  ${printable(step)}: ${size(bytes)}, sha256 ${sha256}`,
  );
  return `${[...lines, ...(addresses.length === 0 ? [] : ["", "not packed:", ...addresses])].join("\n")}\n`;
}
