// Formats for other programs: SARIF, JSON, GitHub annotations and one line per finding.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchema, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as assert from "uvu/assert";
import type { Diagnostic, Severity } from "../src/base/diagnostic.ts";
import type { Source } from "../src/base/source.ts";
import { rules } from "../src/check/rules/index.ts";
import { renderConcise } from "../src/cli/render/concise.ts";
import { renderGithub } from "../src/cli/render/github.ts";
import { renderJson } from "../src/cli/render/json.ts";
import { renderSarif } from "../src/cli/render/sarif.ts";
import { ruleUrl } from "../src/cli/rule-url.ts";
import { change, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, compileCase, folderOf } from "./fixtures.ts";
import { fixture, ROOT } from "./golden.ts";

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: Readonly<Record<"startLine" | "startColumn" | "endLine" | "endColumn", number>>;
  };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [Location];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: readonly { readonly artifactChanges: readonly { readonly replacements: readonly unknown[] }[] }[];
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly Result[];
  readonly invocations: readonly [{ readonly toolExecutionNotifications?: readonly { message: { text: string } }[] }];
}

function validator(path: string, ajv: Ajv): ValidateFunction {
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(path, "utf8")) as AnySchema);
}

function mustBeValid(validate: ValidateFunction, text: string): void {
  assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3), undefined, 2));
}

function runOf(diagnostics: readonly Diagnostic[]): Run {
  return (JSON.parse(renderSarif({ diagnostics })) as { readonly runs: readonly [Run] }).runs[0];
}

/** A finding about the first letters of a file. */
function finding(path: string, text: string, others: Partial<Diagnostic> = {}): Diagnostic {
  const source: Source = { path, text };
  return {
    code: "unknown-key",
    severity: "error",
    message: "It is wrong.",
    path: "project",
    span: { source, start: 0, end: 1 },
    ...others,
  };
}

describe("sarif", (test) => {
  // The schema's pattern for languages is not a valid regular expression in Unicode mode.
  const options = { strict: false, allErrors: true, unicodeRegExp: false };
  const validate = validator(fixture("sarif", "sarif-schema-2.1.0.json"), new Ajv(options));

  test("is valid for every rejected definition, and the schema rejects other data", () => {
    for (const name of casesOf("reject")) mustBeValid(validate, renderSarif(compileCase(folderOf("reject", name))));
    mustBeValid(validate, renderSarif({ diagnostics: [] }));
    const broken = renderSarif(compileCase(folderOf("reject", "cycle"))).replace('"level": "error"', '"level": "bad"');
    assert.not.ok(validate(JSON.parse(broken)));
  });

  test("contains every rule with its level, both examples and the command that explains it", () => {
    const driver = runOf([]).tool.driver;
    assert.equal(
      driver.rules.map(({ id }) => id),
      rules.map(({ code }) => code),
    );
    for (const [i, rule] of rules.entries()) {
      const text = JSON.stringify(driver.rules[i]);
      for (const part of [rule.explanation, rule.bad.trimEnd(), rule.good.trimEnd(), `explain ${rule.code}`]) {
        assert.ok(text.includes(JSON.stringify(part).slice(1, -1)), `${rule.code}: ${part}`);
      }
    }
  });

  test("results refer to their rule, and have the kind and level of their severity", () => {
    for (const name of casesOf("reject")) {
      const { tool, results } = runOf(compileCase(folderOf("reject", name)).diagnostics);
      for (const result of results) assert.is(tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    }
    const of = (severity: Severity) => {
      const [result] = runOf([finding("a.yaml", "x", { severity })]).results;
      return `${result?.kind} ${result?.level}`;
    };
    assert.equal((["error", "warning", "hint", "unverified"] as const).map(of), [
      "fail error",
      "fail warning",
      "fail note",
      "open none",
    ]);
  });

  test("columns are UTF-16 code units", () => {
    const { diagnostics } = compileText('x-a: 1\nproject: { name: "👩‍👧", nam: y }\n');
    const [result] = runOf(diagnostics).results;
    const region = { startLine: 2, startColumn: 27, endLine: 2, endColumn: 30 };
    assert.equal(result?.locations[0].physicalLocation.region, region);
  });

  test("contains the related place and the fix", () => {
    const twice = runOf(compileCase(folderOf("reject", "duplicate-key")).diagnostics).results[0];
    assert.is(twice?.relatedLocations?.length, 1);
    const [misspelled] = runOf(compileCase(folderOf("reject", "unknown-key")).diagnostics).results;
    assert.is(misspelled?.fixes?.[0]?.artifactChanges[0]?.replacements.length, 1);
  });

  test("edits of one file are one change", () => {
    const { span } = finding("a.yaml", "x");
    const edits = [
      { span, newText: "a" },
      { span: { ...span, start: 1 }, newText: "b" },
      { span: finding("b.yaml", "x").span, newText: "c" },
    ];
    const [result] = runOf([finding("a.yaml", "x", { fixes: [{ title: "Mend it", safe: true, edits }] })]).results;
    assert.equal(
      result?.fixes?.[0]?.artifactChanges.map(({ replacements }) => replacements.length),
      [2, 1],
    );
  });

  test("file names become URIs", () => {
    const uri = (path: string) => {
      const text = renderSarif({ diagnostics: [finding(path, "x")] });
      mustBeValid(validate, text);
      return runOf([finding(path, "x")]).results[0]?.locations[0].physicalLocation.artifactLocation.uri;
    };
    assert.is(uri("a b/c#d?.yaml"), "a%20b/c%23d%3F.yaml");
    assert.is(uri("100%/Modèle.yaml"), "100%25/Mod%C3%A8le.yaml");
    assert.is(uri("a:b.yaml"), "a%3Ab.yaml");
    assert.is(uri("../up.yaml"), "../up.yaml");
    assert.is(uri("\ud800.yaml"), "%EF%BF%BD.yaml");
    assert.is(uri("/srv/a b.yaml"), "file:///srv/a%20b.yaml");
    assert.is(uri("C:/models/a b.yaml"), "file:///C:/models/a%20b.yaml");
  });

  const prints = (diagnostics: readonly Diagnostic[]) =>
    runOf(diagnostics).results.map(({ partialFingerprints }) => partialFingerprints["modelwright/v1"]);

  test("fingerprints do not change with text before the mistake or with the order of files", () => {
    const wrong = change(DEFINITION, "files.params.url", "files.parms.url");
    const [print, ...others] = prints(compileText(wrong).diagnostics);
    assert.equal(others, []);
    const model = DEFINITION.slice(DEFINITION.indexOf("  - name")).replace("detector", "first");
    const input = "          - name: height\n            value: 480\n";
    for (const text of [
      `# A comment\n\n${wrong}`,
      wrong.replaceAll("\n", "\r\n"),
      wrong.replace("models:\n", `models:\n${model}`),
      wrong.replace("          - name: params_url\n", `${input}          - name: params_url\n`),
    ]) {
      assert.equal(prints(compileText(text).diagnostics), [print]);
    }
    const [a, b] = [finding("a.yaml", "x"), finding("b.yaml", "x")];
    assert.equal(prints([a, b]), [...prints([b, a])].reverse());
  });

  test("equal mistakes in one file have different fingerprints", () => {
    const text = DEFINITION.replaceAll("max_size: 4", "max_size: 4\n      sise: 1\n      sise: 1");
    const found = prints([...compileText(text).diagnostics, finding("a.yaml", "x"), finding("a.yaml", "x")]);
    assert.ok(found.length >= 3);
    assert.is(new Set(found).size, found.length);
  });

  test("reports if there are more findings than code scanning accepts, and omits the least severe ones", () => {
    const many = Array.from({ length: 25_001 }, (_, i) =>
      finding("a.yaml", "x", { severity: i === 0 ? "hint" : "error" }),
    );
    const { results, invocations } = runOf(many);
    assert.is(results.length, 25_000);
    assert.not.ok(results.some(({ level }) => level === "note"));
    assert.match(invocations[0].toolExecutionNotifications?.[0]?.message.text ?? "", "The 1 least severe are omitted");
    assert.is(runOf(many.slice(0, 5_000)).invocations[0].toolExecutionNotifications, undefined);
  });
});

describe("json", (test) => {
  const validate = validator(join(ROOT, "grammar/generated/diagnostics.schema.json"), new Ajv2020({ allErrors: true }));

  test("has exactly the published fields, for every rejected definition", () => {
    for (const name of casesOf("reject")) mustBeValid(validate, renderJson(compileCase(folderOf("reject", name))));
    const broken = renderJson(compileCase(folderOf("reject", "cycle"))).replace('"code"', '"kode"');
    assert.not.ok(validate(JSON.parse(broken)));
  });

  test("contains the place: file, path in the document, lines, columns and offsets", () => {
    const { diagnostics } = compileText("# One\nproject:\n  nam: b\n");
    const [found] = (JSON.parse(renderJson({ diagnostics, files: 1 })) as { diagnostics: readonly unknown[] })
      .diagnostics;
    const range = { start: { line: 3, column: 3, offset: 17 }, end: { line: 3, column: 6, offset: 20 } };
    const [{ message, hint } = { message: "", hint: "" }] = diagnostics;
    const file = "efemarai.yaml";
    const fixes = [{ title: "Replace with `name`", safe: true, edits: [{ file, range, newText: "name" }] }];
    const url = ruleUrl("unknown-key");
    const base = { code: "unknown-key", url, severity: "error", message, hint, file, path: "project.nam", range };
    assert.equal(found, { ...base, related: [], fixes });
  });
});

describe("github", (test) => {
  test("the most severe findings come first, then the summary", () => {
    const severities: readonly Severity[] = ["hint", "unverified", "warning", "error"];
    const diagnostics = severities.map((severity) => finding("a.yaml", "x", { severity }));
    const lines = renderGithub({ diagnostics, files: 1 }).split("\n");
    assert.equal(
      lines.map((line) => /^::([a-z]+) /.exec(line)?.[1] ?? line),
      ["error", "warning", "notice", "notice", "Checked 1 file: 1 error, 1 warning, 1 hint, 1 unverified", ""],
    );
  });

  test("nothing in a name or a message can end the command or begin another one", () => {
    const message = "50 % of\r\n::error::`a`";
    const text = renderGithub({ diagnostics: [finding("a,b:c%\n.yaml", "x", { message, hint: "Do it." })], files: 1 });
    const [line, ...rest] = text.split("\n");
    const place = "file=a%2Cb%3Ac%25%0A.yaml,line=1,endLine=1,col=1,endColumn=2";
    assert.is(line, `::error ${place},title=modelwright unknown-key::50 %25 of\\r\\n::error::\`a\`%0ADo it.`);
    assert.is(rest.length, 2);
  });
});

describe("concise", (test) => {
  test("one line per finding, with any content", () => {
    const text = renderConcise({ diagnostics: [finding("a\nb.yaml", "x", { message: "one\ntwo\u001b[31m" })] });
    assert.is(text, "a\\nb.yaml:1:1: error unknown-key: one\\ntwo\\u001b[31m\n");
  });
});
