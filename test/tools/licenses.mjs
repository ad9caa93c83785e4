// The licenses of the packages in a bundle, which must be distributed with it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

const LINE = "-".repeat(80);

/** The license text of a bundle of these files, given by their paths from the root of the repository. */
export function licensesOf(inputs, bundle = "The command line of Modelwright") {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const texts = [...packages].sort().map(licenseOf);
  const intro = `${bundle} contains these packages, each under the license that follows its name.\n`;
  return [intro, ...texts].join(`\n${LINE}\n`);
}

function licenseOf(name) {
  const folder = join(ROOT, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)(?:\.|$)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no license text`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return `${[`${name} ${version}, ${license}`, ...texts].join("\n\n")}\n`;
}
