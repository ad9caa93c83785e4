// The JSON Schemas in grammar/generated are those of the code.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { configSchemaText } from "../src/cli/config/keys.ts";
import { FORMAT_NAMES } from "../src/cli/render/formats.ts";
import { diagnosticsSchemaText } from "../src/cli/render/json-schema.ts";
import { schemaText } from "../src/plan/json-schema.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

const SCHEMAS = {
  definition: () => schemaText("definition"),
  plan: () => schemaText("plan"),
  diagnostics: diagnosticsSchemaText,
  config: () => configSchemaText(FORMAT_NAMES),
};

describe("JSON Schemas", (test) => {
  for (const [name, text] of Object.entries(SCHEMAS)) {
    test(`grammar/generated/${name}.schema.json is up to date`, () => {
      const path = join(ROOT, `grammar/generated/${name}.schema.json`);
      if (process.env["UPDATE"] === "1") writeFileSync(path, text());
      const isFresh = existsSync(path) && readFileSync(path, "utf8") === text();
      assert.ok(isFresh, `${name}.schema.json differs: "npm run update schemas" writes it`);
    });
  }
});
