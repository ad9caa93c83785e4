// src/check/rules/README.md is generated from the rules. Its wrong examples have exactly the finding of their rule.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Rule } from "../src/check/rule.ts";
import { rules } from "../src/check/rules/index.ts";
import { describe } from "./describe.ts";
import { exampleCodes } from "./examples.ts";
import { ROOT } from "./golden.ts";

const PATH = join(ROOT, "src/check/rules/README.md");

/** The page: a table of all rules, then each with both examples. */
function page(all: readonly Rule[]): string {
  return `# Rules

The findings of \`modelwright check\`, by code. This page is generated from the rules, and its examples run as tests; \`modelwright
explain CODE\` prints the same text. An *error* fails the check; a *warning* fails it only with \`--error-on-warnings\`; a *hint* never
does. *Unverified* means that something cannot be checked on this machine; it fails the check only with \`--require-verified\`.

| code | severity | what is wrong |
|---|---|---|
${all.map((rule) => `| [\`${rule.code}\`](#${rule.code}) | ${kindOf(rule)} | ${rule.summary.replaceAll("|", "\\|")} |\n`).join("")}
${all.map(section).join("\n")}`;
}

function kindOf({ severity, group }: Rule): string {
  return group === undefined ? severity : `${severity}, with \`--${group}\``;
}

function section(rule: Rule): string {
  const { code, summary, explanation, bad, good } = rule;
  const fence = (verdict: string, text: string) => `\`\`\`yaml ${verdict} ${code}\n${text}\`\`\`\n`;
  return `## ${code}

*${kindOf(rule)}*

${summary} ${explanation}

${fence("wrong", bad)}
${fence("right", good)}`;
}

describe("rules/README.md", (test) => {
  const expected = page(rules);
  if (process.env["UPDATE"] === "1") writeFileSync(PATH, expected);
  const readme = existsSync(PATH) ? readFileSync(PATH, "utf8") : "";

  test("is made from the rules", () => assert.is(readme, expected, '"npm run update" writes it'));

  const examples = [...readme.matchAll(/^```yaml (wrong|right) ([a-z-]+)\n([\s\S]*?)^```$/gm)];
  test("has both examples of every rule", () => {
    assert.equal(
      examples.map(([, verdict, code]) => `${verdict} ${code}`),
      rules.flatMap(({ code }) => [`wrong ${code}`, `right ${code}`]),
    );
  });

  for (const [, verdict, code = "", text = ""] of examples) {
    test(`${verdict} ${code}`, () => assert.equal(exampleCodes(code, text), verdict === "wrong" ? [code] : []));
  }
});
