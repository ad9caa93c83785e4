// Severities that are set for rules: which findings are shown or hidden, and which still block a plan.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { withBlockingErrors } from "../src/build.ts";
import type { RuleSettings } from "../src/check/rule-settings.ts";
import { fix } from "../src/fix.ts";
import { openDefinitions } from "../src/plugin/definitions.ts";
import { errorsOf, warningsOf } from "../src/plugin/findings.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { change, compileText, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { inTemporaryFolder } from "./temporary.ts";

const WRONG = change(DEFINITION, "device: cpu", "devise: cpu");

/** The findings, as `severity code`, and whether there is a plan. */
function found(text: string, rules: RuleSettings, isBlocking = false): readonly string[] {
  const compiled = compileText(text, { rules });
  const { diagnostics } = isBlocking ? withBlockingErrors(compiled) : compiled;
  const lines = diagnostics.map(({ severity, code }) => `${severity} ${code}`);
  return compiled.plan === undefined ? lines : [...lines, "plan"];
}

describe("the severity of a rule", (test) => {
  test("replaces that of its findings, and does not make an invalid definition valid", () => {
    assert.equal(found(WRONG, {}), ["error unknown-key"]);
    assert.equal(found(WRONG, { "unknown-key": "warning" }), ["warning unknown-key"]);
    assert.equal(found(WRONG, { "unknown-key": "hint" }), ["hint unknown-key"]);
    assert.equal(found(WRONG, { "unknown-key": "off" }), []);
    for (const setting of ["hint", "warning", "off"] as const) {
      assert.equal(found(WRONG, { "unknown-key": setting }, true), ["error unknown-key"], setting);
    }
  });

  test("enables an optional rule", () => {
    const text = change(DEFINITION, "python:3.11-slim", "python");
    assert.equal(found(text, {}), ["plan"]);
    assert.equal(found(text, { "floating-image": "warning" }), ["warning floating-image", "plan"]);
    assert.equal(found(text, { "floating-image": "off" }), ["plan"]);
  });

  test("can make a finding an error, which then blocks a plan", () => {
    const text = change(DEFINITION, "python:3.11-slim", "python");
    assert.equal(found(text, { "floating-image": "error" }), ["error floating-image"]);
    const accepted = change(text, "device: cpu", "device: cpu # modelwright-ignore wrong-type: not here");
    const suppressed = change(text, "image: python", "image: python # modelwright-ignore floating-image: a test");
    assert.equal(found(suppressed, { "floating-image": "error" }), ["plan"]);
    assert.equal(found(accepted, { "wrong-type": "off" }), ["plan"]);
  });

  test("does not change unverified findings, or those less severe than their rule", () => {
    const free = "x-a: 1\nproject:\n  name: 1\n";
    assert.equal(found(free, {}), ["warning wrong-type", "plan"]);
    assert.equal(found(free, { "wrong-type": "error" }), ["warning wrong-type", "plan"]);
    assert.equal(found(free, { "wrong-type": "hint" }), ["hint wrong-type", "plan"]);
    const remote = change(
      DEFINITION,
      "    files:",
      "    repository: { url: https://example.com/a.git, branch: b }\n    files:",
    );
    assert.equal(found(remote, {}), ["unverified remote-code", "plan"]);
    assert.equal(found(remote, { "remote-code": "error" }), ["error remote-code", "plan"]);
  });

  test("applies to findings about suppressions; a suppression of a rule that is off is not unused", () => {
    const unused = change(DEFINITION, "device: cpu", "device: cpu # modelwright-ignore unknown-key: our dashboard");
    assert.equal(found(unused, {}), ["warning unused-suppression", "plan"]);
    assert.equal(found(unused, { "unknown-key": "off" }), ["plan"]);
    assert.equal(found(unused, { "unused-suppression": "error" }), ["error unused-suppression", "plan"]);
    assert.equal(found(unused, { "unused-suppression": "off" }), ["plan"]);
    const used = change(WRONG, "devise: cpu", "devise: cpu # modelwright-ignore unknown-key: our dashboard");
    assert.equal(found(used, { "unknown-key": "off" }), []);
    assert.equal(found(used, { "unknown-key": "warning" }, true), ["error unknown-key"]);
  });

  test("does not hide other mistakes: warnings next to an error that is off are still doubtful", () => {
    const text = change(WRONG, "value: 640", "value: 640 # modelwright-ignore secret-argument: not one");
    assert.equal(found(text, {}), ["error unknown-key"]);
    assert.equal(found(text, { "unknown-key": "off" }), []);
  });

  test("does not apply to findings that a fix would cause", () => {
    const host = memoryHost(new Map([["efemarai.yaml", WRONG]]));
    const files = ["efemarai.yaml"];
    assert.is(fix(files, host).count, 1);
    assert.is(fix(files, host, { rules: { "unknown-key": "warning" } }).count, 1);
    assert.is(fix(files, host, { rules: { "unknown-key": "off" } }).count, 0);
  });

  test("is an option of the bundler plugin, which still rejects an invalid definition", () => {
    const warned = `project:\n  name: 1\n${DEFINITION}`;
    inTemporaryFolder({ "wrong.yaml": WRONG, "warned.yaml": warned, "inference.py": PYTHON }, (folder) => {
      const shown = (name: string, rules: RuleSettings) => {
        const definition = openDefinitions(folder, { rules }, () => {}).get(join(folder, name));
        return [errorsOf(definition), warningsOf(definition)].map((all) => all.map(({ code }) => code));
      };
      assert.equal(shown("wrong.yaml", { "unknown-key": "off" }), [["unknown-key"], []]);
      assert.equal(shown("warned.yaml", {}), [[], ["wrong-type"]]);
      assert.equal(shown("warned.yaml", { "wrong-type": "off" }), [[], []]);
    });
  });

  test("is an option of the command line, where the last one applies", () => {
    inFolder({ "efemarai.yaml": "project:\n  nam: x\n" }, (folder) => {
      const said = (...rules: readonly string[]) =>
        modelwright(folder, ["check", "-f", "concise", ...rules.flatMap((rule) => ["--rule", rule])]);
      const place = "efemarai.yaml:2:3: ";
      assert.match(said("unknown-key=warning").out, `${place}warning unknown-key`);
      const off = said("unknown-key=warning", "unknown-key=off", "cycle=off");
      assert.equal(off, { code: 0, out: "", err: "Checked 1 file: no problems found; 2 rules are off (--rule)\n" });
      const near = said("undefined-referenc=off");
      assert.match(near.err, "Unknown rule `undefined-referenc`. Did you mean `undefined-reference`?");
      assert.match(said("__proto__=off").err, "Unknown rule `__proto__`.");
      assert.match(
        said("unknown-key=of").err,
        "The severity of `unknown-key` must be `off`, `hint`, `warning` or `error`",
      );
      assert.match(said("unknown-key").err, "`unknown-key` has no severity. Write `--rule unknown-key=warning`.");
      assert.is(said("unknown-key=warning", "unknown-key=error").code, 1);
      assert.is(modelwright(folder, ["check", "--rule=unknown-key=warning", "--error-on-warnings"]).code, 1);
      const plan = modelwright(folder, ["plan", "--rule", "unknown-key=off"]);
      assert.equal([plan.code, plan.out], [1, ""]);
      assert.match(plan.err, /^error\[unknown-key\]/);
    });
  });

  test("that is off does not remove an entry from a baseline", () => {
    inFolder({ "efemarai.yaml": "project:\n  nam: x\n" }, (folder) => {
      const check = ["check", "--baseline", "known.json"];
      const written = "known.json: 2 entries, ";
      assert.is(modelwright(folder, [...check, "--update-baseline"]).err, "known.json: 1 entry, written.\n");
      const off = ["--rule", "unknown-key=off"];
      assert.equal(modelwright(folder, [...check, ...off]).err, "");
      writeFileSync(join(folder, "efemarai.yaml"), "project:\n  nam: x\n  private: maybe\n");
      assert.is(modelwright(folder, [...check, "--update-baseline", ...off]).err, `${written}written.\n`);
      assert.is(modelwright(folder, [...check, "--update-baseline"]).err, `${written}unchanged.\n`);
    });
  });

  test("of a variable that is not set decides whether a plan fails", () => {
    inFolder({ "efemarai.yaml": "project:\n  name: x\n  description: ${TOKEN}\n" }, (folder) => {
      assert.is(modelwright(folder, ["plan", "--env"]).code, 1);
      assert.is(modelwright(folder, ["plan", "--env", "--rule", "missing-environment=warning"]).code, 0);
    });
  });
});
