// The table of credential names, against names from real code.
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { credentialInName } from "../src/base/credential-names.ts";
import { change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";
import { processorTime } from "./processor-time.ts";

/** Lines such as `sure HF_TOKEN`. */
const NAMES = readFileSync(fixture("credential-names", "names.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" ") as [said: "sure" | "likely" | "address" | "none", name: string]);

const namesSaid = (...said: readonly string[]) => NAMES.flatMap(([each, name]) => (said.includes(each) ? [name] : []));

describe("names of credentials", (test) => {
  test("there are enough names of each kind", () => {
    assert.ok(namesSaid("sure", "likely", "address").length >= 150);
    assert.ok(namesSaid("none").length >= 150);
    assert.is(new Set(NAMES.map(([, name]) => name)).size, NAMES.length);
  });

  for (const said of ["sure", "likely", "address", "none"] as const) {
    test(said, () => {
      const wrong = namesSaid(said).filter((name) => (credentialInName(name) ?? "none") !== said);
      assert.equal(wrong, []);
    });
  }

  test("case and separators do not matter", () => {
    for (const [said, name] of NAMES) {
      if (!/^[A-Z_]+$/.test(name)) continue;
      const camel = name.toLowerCase().replace(/(?<=[a-z])_+([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const spelled = [name.toLowerCase(), name.replaceAll("_", "-"), name.replaceAll("_", "."), camel];
      for (const each of spelled) assert.is(credentialInName(each) ?? "none", said, `${each} for ${name}`);
    }
  });

  test("a name takes linear time", () => {
    for (const piece of ["TOKEN", "token_", "aB", "KEYPASS", "_", "A1", "APIKEYAPI", "PASSWORD", "AUTH_X_"]) {
      const name = piece.repeat(100_000 / piece.length);
      const milliseconds = processorTime(() => credentialInName(name));
      assert.ok(milliseconds < 2000, `${piece}: ${milliseconds} ms`);
    }
  });
});

/** The names of credentials that a key of a map can have. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["KEY", "KEY_JSON", "NEW_KEY"]);

describe("rules use the table", (test) => {
  const found = (from: string, to: string) =>
    mistakes(compileText(change(DEFINITION, from, to))).filter((each) => /secret/.test(each));
  const isVariable = (name: string) => /^[A-Za-z_]\w*$/.test(name);

  test("about a variable among the arguments", () => {
    for (const [said, name] of NAMES.filter(([, name]) => isVariable(name))) {
      const expected = said === "none" ? [] : [`secret-argument \${${name}}`];
      assert.equal(found("value: 640", `value: \${${name}}`), expected, name);
    }
  });

  test("about a variable in a description", () => {
    for (const [said, name] of NAMES.filter(([, name]) => isVariable(name))) {
      const expected = said === "none" ? [] : [`published-secret \${${name}}`];
      assert.equal(found("    files", `    description: \${${name}}\n    files`), expected, name);
    }
  });

  test("about a variable in a name, where a key may belong to a map", () => {
    const keysOfMaps = [
      "KEY",
      "key",
      "CLASSES_KEY",
      "boxesKey",
      "BOX_KEY_2",
      "K8_KEY",
      "RESULT_KEY_NAME",
      "SCORES_KEYS",
    ];
    const credentials = [
      "API_KEY",
      "SSH_KEY",
      "DEPLOY_KEY",
      "S3_KEY",
      "APPKEY",
      "LICENSE_KEY",
      "AWS_ACCESS_KEY_ID",
      "KEY_PASS",
      "GH_TOKEN",
    ];
    for (const name of keysOfMaps) assert.equal(found("name: detector", `name: x-\${${name}}`), [], name);
    for (const name of credentials)
      assert.equal(found("name: detector", `name: x-\${${name}}`), [`published-secret \${${name}}`], name);
    for (const [said, name] of NAMES.filter(([, name]) => isVariable(name))) {
      const expected = said === "none" ? [] : [`published-secret \${${name}}`];
      if (!OTHER_KEYS.has(name)) assert.equal(found("name: detector", `name: x-\${${name}}`), expected, name);
    }
  });

  test("about a key that the definition uses as a credential", () => {
    const text = change(DEFINITION, "name: detector", "name: x-${MY_KEY}");
    const used = change(
      text,
      "    files",
      "    repository: { url: https://example.com/a.git, hash: 0a1b2c3, access_token: '${MY_KEY}' }\n    files",
    );
    assert.equal(
      mistakes(compileText(text)).filter((each) => /secret/.test(each)),
      [],
    );
    assert.equal(
      mistakes(compileText(used)).filter((each) => /published-secret/.test(each)),
      ["published-secret ${MY_KEY}"],
    );
  });

  test("about a literal value in the file", () => {
    for (const [said, name] of NAMES) {
      const expected = said === "sure" ? ["hard-coded-secret ************"] : [];
      assert.equal(
        found("name: width\n            value: 640", `name: ${name}\n            value: k7Pw9zQ2mXv4`),
        expected,
        name,
      );
    }
  });
});
