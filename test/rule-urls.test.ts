// The documentation URL of each finding: its section exists, and only terminals that support links get one.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { rules } from "../src/check/rules/index.ts";
import { showsHyperlinks } from "../src/cli/hyperlinks.ts";
import { renderJson } from "../src/cli/render/json.ts";
import { renderSarif } from "../src/cli/render/sarif.ts";
import { ruleUrl } from "../src/cli/rule-url.ts";
import { renderPretty } from "../src/render/pretty.ts";
import { modelwright } from "./command-line.ts";
import { change, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { inTemporaryFolder } from "./temporary.ts";

const WRONG = compileText(change(DEFINITION, "device: cpu", "devise: cpu"));

describe("the address of a rule", (test) => {
  test("is a section of a page in the package", () => {
    for (const { code } of rules) {
      const url = new URL(ruleUrl(code));
      assert.is(url.protocol, "file:");
      const page = readFileSync(fileURLToPath(url), "utf8");
      assert.ok(page.includes(`\n## ${url.hash.slice(1)}\n`), code);
    }
  });

  test("is the same for the sources and for the built command line, in JSON and in SARIF", () => {
    inTemporaryFolder({ "efemarai.yaml": "project:\n  nam: x\n" }, (folder) => {
      const json = JSON.parse(modelwright(folder, ["check", "-f", "json"]).out);
      assert.is(json.diagnostics[0].url, ruleUrl("unknown-key"));
      const sarif = JSON.parse(modelwright(folder, ["check", "-f", "sarif"]).out);
      for (const { id, helpUri } of sarif.runs[0].tool.driver.rules) assert.is(helpUri, ruleUrl(id));
    });
    assert.is(JSON.parse(renderJson(WRONG)).diagnostics[0].url, ruleUrl("unknown-key"));
    assert.ok(renderSarif(WRONG).includes(`"helpUri": "${ruleUrl("unknown-key")}"`));
  });

  test("is linked to the code in a terminal that shows links, and changes nothing else", () => {
    const options = { color: true, isResult: true, width: 60 };
    const linked = renderPretty(WRONG, { ...options, urlOf: (code) => `file:///rules#${code}` });
    const mark = String.fromCharCode(27);
    const [start, end] = [`${mark}]8;;file:///rules#unknown-key${mark}\\`, `${mark}]8;;${mark}\\`];
    assert.ok(linked.includes(`error[${start}unknown-key${end}]`));
    assert.is(linked.replace(start, "").replace(end, ""), renderPretty(WRONG, options));
  });

  test("is printed for the built command line only when asked for, outside of a terminal", () => {
    inTemporaryFolder({ "efemarai.yaml": "project:\n  nam: x\n" }, (folder) => {
      const hasLink = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
        modelwright(folder, ["check", ...args], "", env).out.includes("]8;;file:");
      assert.is(hasLink({}), false);
      assert.is(hasLink({}, "--color"), false);
      assert.is(hasLink({ FORCE_HYPERLINK: "1" }), true);
      assert.is(hasLink({ FORCE_HYPERLINK: "0" }), false);
      assert.is(hasLink({ FORCE_HYPERLINK: "1" }, "-f", "concise"), false);
    });
  });
});

describe("a hyperlink", (test) => {
  const iTerm = { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.5.0" };
  const cases: readonly (readonly [Readonly<Record<string, string>>, boolean])[] = [
    [{}, false],
    [{ TERM: "xterm-256color" }, false],
    [iTerm, true],
    [{ ...iTerm, TERM_PROGRAM_VERSION: "3.0.15" }, false],
    [{ ...iTerm, CI: "true" }, false],
    [{ ...iTerm, NO_COLOR: "1" }, false],
    [{ ...iTerm, NO_COLOR: "1", FORCE_HYPERLINK: "1" }, true],
    [{ ...iTerm, TERM: "dumb" }, false],
    [{ ...iTerm, FORCE_HYPERLINK: "0" }, false],
    [{ ...iTerm, FORCE_HYPERLINK: "" }, true],
    [{ TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.71.2" }, false],
    [{ TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.100.0" }, true],
    [{ TERM_PROGRAM: "WezTerm", TERM_PROGRAM_VERSION: "20240203-110809-5046fc22" }, true],
    [{ TERM_PROGRAM: "Apple_Terminal", TERM_PROGRAM_VERSION: "453" }, false],
    [{ TERM: "xterm-kitty" }, true],
    [{ WT_SESSION: "a" }, true],
    [{ VTE_VERSION: "4602" }, false],
    [{ VTE_VERSION: "5000" }, false],
    [{ VTE_VERSION: "7006" }, true],
  ];
  for (const [env, expected] of cases) {
    test(`${expected ? "is" : "is not"} shown with ${JSON.stringify(env)}`, () => {
      assert.is(showsHyperlinks(env, true, undefined), expected);
      assert.is(showsHyperlinks(env, false, undefined), env["FORCE_HYPERLINK"] === "1");
      assert.is(showsHyperlinks(env, true, false), env["FORCE_HYPERLINK"] === "1");
    });
  }
});
