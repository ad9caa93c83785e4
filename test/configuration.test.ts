// `modelwright.config.json` and `modelwright` in package.json: what they set, what overrides them, and what they cannot do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import * as assert from "uvu/assert";
import { orList } from "../src/base/quote.ts";
import { JsonMistake, readJsonTree } from "../src/cli/config/json-tree.ts";
import { configProperties } from "../src/cli/config/keys.ts";
import { readConfiguration } from "../src/cli/config/read-config.ts";
import { FORMAT_NAMES as FORMATS } from "../src/cli/render/formats.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { change, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { inTemporaryFolder } from "./temporary.ts";

const WRONG = "project:\n  nam: x\n";
const RIGHT = "models: []\n";
/** The image has no version, and the platform does not resolve an expression inside text. */
const FLOATING = change(change(DEFINITION, ":3.11-slim", ""), "640", "weights of ${model.runtime.device}");
const NAME = "modelwright.config.json";

/** Runs a command in a folder with a definition and a configuration. */
function configured(config: object | string, args: readonly string[], definition = WRONG) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  return inTemporaryFolder({ "efemarai.yaml": definition, [NAME]: text }, (folder) => modelwright(folder, args));
}

describe("a configuration", (test) => {
  test("sets options, and the output says how many rules are off", () => {
    const off = configured({ rules: { "unknown-key": "off", cycle: "off" } }, ["check"]);
    assert.equal(off, { code: 0, out: `Checked 1 file: no problems found; 2 rules are off (${NAME})\n`, err: "" });
    const concise = configured({ format: "concise", rules: { "unknown-key": "hint" } }, ["check"]);
    assert.is(concise.code, 0);
    assert.match(concise.out, /^efemarai\.yaml:2:3: hint unknown-key/);
    assert.is(JSON.parse(configured({ rules: { cycle: "off" } }, ["check", "-f", "json"]).out).summary.rulesOff, 1);
    assert.match(configured({ format: "github", rules: { cycle: "off" } }, ["check"]).out, `1 rule is off (${NAME})`);
    assert.match(configured({ pedantic: true }, ["check"], FLOATING).out, "floating-image");
    assert.match(configured({ portable: true }, ["check"], FLOATING).out, "not-portable");
  });

  test("is overridden by the command line, rule by rule", () => {
    const rules = { "unknown-key": "off", "empty-file": "off" };
    const overridden = configured({ rules }, ["check", "--rule", "unknown-key=warning"]);
    assert.is(overridden.code, 0);
    assert.match(overridden.out, `1 warning (1 fixable with \`--fix\`); 1 rule is off (${NAME} and --rule)\n`);
    assert.is(configured({ rules }, ["check", "--no-config"]).code, 1);
    assert.match(configured({ format: "json" }, ["check", "-f", "concise"]).out, /^efemarai\.yaml:2:3/);
    const config = { pedantic: true, portable: true };
    const none = configured(config, ["check", "--no-pedantic", "--no-portable"], FLOATING);
    assert.not.match(none.out, /floating-image|not-portable/);
  });

  test("sets the folder and the target of `build`", () => {
    inTemporaryFolder({ "efemarai.yaml": RIGHT, [NAME]: '{"out": "src/made", "target": "js"}' }, (folder) => {
      assert.match(modelwright(folder, ["build"]).out, "src/made/models.js: written");
      assert.is(modelwright(folder, ["build", "--check"]).code, 0);
      assert.match(modelwright(folder, ["build", "--out", "other", "--target", "ts"]).out, "other/models.ts: written");
      assert.match(modelwright(folder, ["build", "--no-config"]).out, "generated/models.ts: written");
    });
  });

  test("does not make an invalid definition valid", () => {
    for (const command of ["plan", "build"]) {
      const { code, err } = configured({ rules: { "unknown-key": "off" } }, [command]);
      assert.is(code, 1);
      assert.match(err, "error[unknown-key]");
    }
  });

  test("can be in package.json, which is otherwise ignored", () => {
    const inPackage = (text: string, others: Readonly<Record<string, string>> = {}) =>
      inTemporaryFolder({ "efemarai.yaml": WRONG, "package.json": text, ...others }, (folder) =>
        modelwright(folder, ["check", "-f", "concise"]),
      );
    const rules = { "unknown-key": "off" };
    const own = inPackage(JSON.stringify({ name: "x", modelwright: { rules } }));
    assert.equal(own, { code: 0, out: "", err: "Checked 1 file: no problems found; 1 rule is off (package.json)\n" });
    for (const text of ["{", "[]", '{"name": "x"}', '{"devDependencies": {"modelwright": "1"}}', "null"]) {
      assert.is(inPackage(text).code, 1, text);
    }
    assert.match(
      inPackage('{\n  "modelwright": {"rules": {"cycle": "of"}}\n}').err,
      "package.json:2:38: The severity of",
    );
    assert.match(inPackage('{\n  "modelwright": 1,\n}').err, "package.json:3:1: Invalid JSON. Expected a key");
    assert.is(inPackage(JSON.stringify({ modelwright: { rules } }), { [NAME]: "{}" }).code, 1);
  });

  test("of another folder is ignored", () => {
    inFolder({ "sub/efemarai.yaml": WRONG, [NAME]: '{"rules": {"unknown-key": "off"}}' }, (folder) => {
      assert.is(modelwright(join(folder, "sub"), ["check"]).code, 1);
      assert.is(modelwright(folder, ["check", "--cwd", "sub"]).code, 1);
      assert.is(modelwright(folder, ["check"]).code, 0);
    });
  });
});

describe("an invalid configuration", (test) => {
  const cases: readonly (readonly [text: string, message: string])[] = [
    ["", "1:1: Invalid JSON. Expected a value, but the file ends."],
    ['{"format": "json"', "1:18: Invalid JSON. Expected a comma or `}`, but the file ends."],
    ["{\n  // a comment\n}", "2:3: Invalid JSON. Expected a key in double quotes."],
    ['{"format": "json", "format": "json"}', "1:20: Invalid JSON. Duplicate key `format`."],
    ["[]", "1:1: The configuration must be an object."],
    ['{"formt": "json"}', "1:2: Unknown key `formt`. Did you mean `format`?"],
    ['{"format": "xml"}', `1:12: \`format\` must be ${orList(FORMATS)}.`],
    ['{"portable": 1}', "1:14: `portable` must be true or false."],
    ['{"rules": []}', '1:11: `rules` must be an object, such as { "unknown-key": "warning" }.'],
    ['{"rules": {"unkown-key": "off"}}', "1:12: Unknown rule `unkown-key`. Did you mean `unknown-key`?"],
    ['{"rules": {"cycle": true}}', "1:21: The severity of `cycle` must be `off`, `hint`, `warning` or `error`."],
    ['{"out": ""}', "1:9: `out` must be the path of a folder, as a string."],
    ...["../x", "/tmp", "a/../../x", "C:\\\\x", "C:x", "a\\\\..\\\\x", "a\\u0000"].map(
      (out) => [`{"out": "${out}"}`, "is not below the folder of this file."] as const,
    ),
    ['{"target": "py"}', "1:12: `target` must be `ts` or `js`."],
    ['{"\\u001b[2J": 1}', "1:2: Unknown key `\\u001b[2J`."],
    ["[".repeat(100_000), "Invalid JSON. The values are nested more than 200 levels deep."],
  ];
  for (const [text, message] of cases) {
    test(`such as ${text.slice(0, 40).replaceAll("\n", " ")}`, () => {
      const { code, out, err } = configured(text, ["check"]);
      assert.equal([code, out], [2, ""]);
      assert.match(err, `modelwright: ${NAME}:`);
      assert.match(err, message);
    });
  }

  test("that is hostile is reported within limits", () => {
    const tooLong = /has more than 1000000 characters/;
    const rules = (count: number) => Array.from({ length: count }, (_, i) => `"r${i}":1`).join(",");
    for (const [text, expected] of [
      [`{"out": "${"a".repeat(2e6)}"}`, tooLong],
      [`{"format": "${"\\u0041".repeat(160_000)}"}`, /`format` must be/],
      [`{"rules": {${rules(80_000)}}}`, /Unknown rule `r19`\./],
      [`{${rules(80_000)}}`, /Unknown key `r19`\./],
      ["[".repeat(900_000), /nested more than 200 levels/],
    ] as const) {
      const { code, err } = configured(text, ["check"]);
      assert.is(code, 2);
      assert.match(err, expected);
      assert.ok(err.split("\n").length <= 22);
    }
    inTemporaryFolder(
      { "efemarai.yaml": RIGHT, "package.json": `{"modelwright": {}, "x": "${"a".repeat(2e6)}"}` },
      (at) => {
        assert.match(modelwright(at, ["check"]).err, tooLong);
      },
    );
  });

  test("is reported with all mistakes, in the order of lines", () => {
    const { err } = configured('{\n  "x": 1,\n  "target": 1,\n  "pedantic": 2\n}', ["check"]);
    assert.equal(err.match(/\d+:\d+/g), ["2:3", "3:13", "4:15"]);
  });

  test("can also be a link out of the folder, a folder or a pipe", () => {
    inTemporaryFolder({ "efemarai.yaml": RIGHT, "inside/efemarai.yaml": RIGHT, [NAME]: "{}" }, (folder) => {
      const at = join(folder, "inside");
      symlinkSync(join(folder, NAME), join(at, NAME));
      assert.match(modelwright(at, ["check"]).err, `${NAME} is a symbolic link that leads out of the checked folder`);
    });
    inTemporaryFolder({ "efemarai.yaml": RIGHT }, (folder) => {
      mkdirSync(join(folder, NAME));
      assert.match(modelwright(folder, ["check"]).err, `${NAME} is a folder.`);
    });
    inTemporaryFolder({ "efemarai.yaml": RIGHT }, (folder) => {
      assert.is(spawnSync("mkfifo", [join(folder, NAME), join(folder, "package.json")]).status, 0);
      assert.match(modelwright(folder, ["check"]).err, `${NAME} is a pipe`);
      assert.is(modelwright(folder, ["check", "--no-config"]).code, 0);
    });
  });

  test("cannot write through a link out of the folder", () => {
    inTemporaryFolder({ "project/efemarai.yaml": RIGHT, "elsewhere/x": "" }, (folder) => {
      const at = join(folder, "project");
      writeFileSync(join(at, NAME), '{"out": "made"}');
      symlinkSync(join(folder, "elsewhere"), join(at, "made"));
      assert.is(modelwright(at, ["build"]).code, 3);
      assert.not.ok(existsSync(join(folder, "elsewhere/models.ts")));
    });
  });
});

describe("the schema of the configuration", (test) => {
  const validate = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(readFileSync(join(ROOT, "grammar/generated/config.schema.json"), "utf8")),
  );
  const isRead = (text: string) =>
    readConfiguration({ path: NAME, text }, undefined, { cwd: "/project", formats: FORMATS }).kind === "configuration";

  test("accepts exactly the valid configurations", () => {
    const values = fc.oneof(
      fc.constantFrom("json", "concise", "ts", "js", "generated", true, false, "", "xml", 1, null),
      fc.dictionary(fc.constantFrom("cycle", "unknown-key", "nothing"), fc.constantFrom("off", "error", "of", 1)),
    );
    const keys = fc.constantFrom(...Object.keys(configProperties(FORMATS)), "$schema", "other");
    fc.assert(
      fc.property(fc.dictionary(keys, values), (config) => {
        const isText = config["$schema"] === undefined || typeof config["$schema"] === "string";
        if (isText) assert.is(isRead(JSON.stringify(config)), validate(config), JSON.stringify(config));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("json", (test) => {
  const plain = (node: ReturnType<typeof readJsonTree>): unknown =>
    node.kind === "map"
      ? Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
      : node.kind === "list"
        ? []
        : node.value;
  const read = (text: string): unknown => {
    try {
      return { value: plain(readJsonTree(text)) };
    } catch (error) {
      if (!(error instanceof JsonMistake)) throw error;
      assert.ok(error.offset >= 0 && error.offset <= text.length);
      return error.message.startsWith("Duplicate") ? "duplicate" : "wrong";
    }
  };

  test("is read like JSON.parse does, except duplicate keys", () => {
    const short = fc.array(fc.constantFrom(...'{}[]:,"\\ \n1e0.-tfnu/*a', "true", "null", '"a":', "{}"), {
      maxLength: 9,
    });
    const texts = fc.oneof(
      fc.json(),
      short.map((parts) => parts.join("")),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", "0")).map(([text, at, sign]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + sign + text.slice(place + 1);
      }),
    );
    const withoutLists = (value: unknown): unknown => {
      if (Array.isArray(value)) return [];
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutLists(each)]));
    };
    fc.assert(
      fc.property(texts, (text) => {
        const found = read(text);
        if (found === "duplicate") return;
        let expected: unknown = "wrong";
        try {
          expected = { value: withoutLists(JSON.parse(text)) };
        } catch {}
        assert.equal(found, expected, text);
      }),
      { numRuns: 5000 },
    );
  });
});
