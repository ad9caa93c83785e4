// The JSON Schema of definitions in validators, and in editors without our language server.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { describeWord } from "../grammar/keys.ts";
import { MEANINGS } from "../grammar/words.ts";
import { modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { casesOf, folderOf } from "./fixtures.ts";
import { ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";
import { withYamlServer } from "./yaml-server.ts";

interface Schema {
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const NAMES = ["definition", "plan", "diagnostics", "config"];
const textOf = (name: string) => readFileSync(join(ROOT, `grammar/generated/${name}.schema.json`), "utf8");
const read = (name: string): Schema => JSON.parse(textOf(name));

/** Strict, except that the plan and a definition allow several types for a value. */
function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  return ajv.addVocabulary(["enumDescriptions"]);
}

/** All schemas inside a schema, each with the key that it describes. */
function* inside(schema: Schema, key = ""): Generator<readonly [key: string, schema: Schema]> {
  yield [key, schema];
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    yield* inside(each, key === "" ? name : `${key}.${name}`);
  if (schema.items !== undefined) yield* inside(schema.items, `${key}[]`);
  for (const each of schema.anyOf ?? []) yield* inside(each, key);
}

describe("the JSON Schemas", (test) => {
  test("are valid in strict mode, and each have an id and a title", () => {
    for (const name of NAMES) {
      newAjv().compile(read(name));
      assert.is(read(name).$id, `urn:modelwright:${name}`);
      assert.ok(read(name).title);
    }
  });

  test("describe every key and every word, and have valid examples", () => {
    const all = [...inside(read("definition"))];
    let examples = 0;
    // A setting is a key of a model and of the file.
    const words = new Set<string>();
    for (const [key, schema] of all) {
      if (/(?:^|\.)[\w-]+$/.test(key) && schema.properties === undefined && schema.title !== undefined) {
        assert.is(schema.title, key);
        assert.ok(schema.description, key);
      }
      if (schema.enum !== undefined) {
        const path = key
          .replaceAll("[]", ".0")
          .split(".")
          .map((step) => (step === "0" ? 0 : step));
        assert.equal(
          schema.enumDescriptions,
          schema.enum.map((word) => describeWord(path, word)),
          key,
        );
        for (const word of schema.enum) words.add(`${path.at(-1)}: ${word}`);
      }
      if (schema.examples === undefined) continue;
      const validate = newAjv().compile(schema);
      for (const example of schema.examples) assert.ok(validate(example), `${key}: ${example}`);
      examples += schema.examples.length;
    }
    assert.ok(examples > 12);
    assert.is(words.size, Object.values(MEANINGS).flatMap(Object.keys).length);
    assert.is(describeWord(["models", 0, "runtime", "device"], "constructor"), undefined);
    assert.is(describeWord(["models", 0, "name"], "cpu"), undefined);
    assert.is(describeWord(["nothing"], "cpu"), undefined);
  });

  test("accept valid definitions, except for keys without a value and text that YAML does not read as text", () => {
    const validate = newAjv().compile(read("definition"));
    let valid = 0;
    for (const name of casesOf("accept")) {
      const path = join(folderOf("accept", name), "efemarai.yaml");
      if (!existsSync(path)) continue;
      const value: unknown = parse(readFileSync(path, "utf8"), { merge: true });
      if (validate(value)) valid += 1;
      const errors = (validate.errors ?? []).filter(({ instancePath }) => {
        const found = instancePath
          .split("/")
          .slice(1)
          .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], value);
        return found !== null && typeof found !== "number" && typeof found !== "boolean";
      });
      assert.equal(errors, [], name);
    }
    assert.ok(valid > 20);
  });
});

/** A folder with an installed package, as `npm install modelwright` leaves it. */
function projectWithPackage(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules/modelwright"), "dir");
  return folder;
}

const firstLine = (folder: string, path = "efemarai.yaml") => readFileSync(join(folder, path), "utf8").split("\n")[0];

describe("the definition of `init` in an editor with yaml-language-server", (test) => {
  test("refers to the schema of the installed package, or to its own", () => {
    const folder = projectWithPackage();
    assert.is(
      modelwright(folder, ["init"]).out,
      "efemarai.yaml: written\ninference.py: written\nNext, run: modelwright check\n",
    );
    const schema = "node_modules/modelwright/grammar/generated/definition.schema.json";
    assert.is(firstLine(folder), `# yaml-language-server: $schema=./${schema}`);
    assert.is(modelwright(folder, ["init", "deep/er"]).code, 0);
    assert.is(firstLine(folder, "deep/er/efemarai.yaml"), `# yaml-language-server: $schema=../../${schema}`);
    // Other people do not have a package outside the repository.
    mkdirSync(join(folder, "repository/.git"), { recursive: true });
    const { out } = modelwright(folder, ["init", "repository"]);
    assert.match(out, "repository/efemarai.schema.json: written");
    assert.is(firstLine(folder, "repository/efemarai.yaml"), "# yaml-language-server: $schema=./efemarai.schema.json");
    assert.is(readFileSync(join(folder, "repository/efemarai.schema.json"), "utf8"), textOf("definition"));
    assert.is(modelwright(join(folder, "repository"), ["check"]).code, 0);
    const other = temporaryFolder();
    writeFileSync(join(other, "efemarai.schema.json"), "mine");
    assert.match(modelwright(other, ["init"]).err, "efemarai.schema.json already exists. Nothing was written.");
    assert.not.ok(existsSync(join(other, "efemarai.yaml")));
  });

  for (const [how, folder] of [
    ["with the installed package", projectWithPackage()],
    ["with its own schema", temporaryFolder()],
  ] as const) {
    test(`completes keys and words, and explains them, ${how}`, () =>
      withYamlServer(folder, async ({ open, complete, hover, problems }) => {
        assert.is(modelwright(folder, ["init"]).code, 0);
        const starter = readFileSync(join(folder, "efemarai.yaml"), "utf8");
        open("efemarai.yaml", starter);
        assert.equal(await problems("efemarai.yaml"), []);
        const lines = starter.split("\n");
        const line = lines.findIndex((each) => each.includes("device: cpu"));
        const column = lines[line]?.indexOf("cpu") ?? -1;
        const word = await hover("efemarai.yaml", line, column + 1);
        assert.match(word.replaceAll("\\", ""), "models[].runtime.device");
        assert.match(word, "The device on which the model runs.");
        assert.match(word, "* `gpu`: A GPU.");
        assert.match(
          await hover(
            "efemarai.yaml",
            lines.findIndex((each) => each.includes("image:")),
            8,
          ),
          "python:3.11-slim",
        );

        open("words.yaml", `${lines[0]}\nproject:\n  name: a\n  problem_type: \n`);
        const words = await complete("words.yaml", 3, 16);
        for (const [each, meaning] of Object.entries(MEANINGS.problem_type)) assert.is(words.get(each), meaning, each);
        open("keys.yaml", `${lines[0]}\nproject:\n  name: a\n  \n`);
        const keys = await complete("keys.yaml", 3, 2);
        assert.ok(keys.get("description")?.includes("Free text."));
        assert.not.ok(keys.has("name"));
        open("wrong.yaml", `${lines[0]}\nproject:\n  name: a\n  problem_type: Clasification\n  nam: b\n`);
        const found = await problems("wrong.yaml");
        assert.is(found.length, 2);
        assert.match(found.join("\n"), /^3: Value is not accepted\. Valid values: "Classification"/);
        assert.match(found.join("\n"), /^4: Property nam is not allowed\./m);
      }));
  }

  test("reports nothing for valid definitions", () => {
    const folder = projectWithPackage();
    modelwright(folder, ["init"]);
    return withYamlServer(folder, async ({ open, problems }) => {
      for (const name of ["remote", "several-models", "hostile-names", "yaml-values", "typed-client", "spellings"]) {
        const path = join(folderOf("accept", name), "efemarai.yaml");
        open(`${name}.yaml`, `${firstLine(folder)}\n${readFileSync(path, "utf8")}`);
        assert.equal(await problems(`${name}.yaml`), [], name);
      }
    });
  });
});
