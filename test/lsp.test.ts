// The language server over its protocol: the messages of an editor, and all responses.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import * as assert from "uvu/assert";
import type {
  CodeAction,
  CompletionList,
  Diagnostic,
  Location,
  Position,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { positionAt } from "../src/base/source.ts";
import { check } from "../src/compile.ts";
import { discover } from "../src/disk/discover.ts";
import { nodeHost } from "../src/disk/host.ts";
import { rememberedFiles } from "../src/disk/remember.ts";
import type { Platform } from "../src/lsp/platform.ts";
import { describe } from "./describe.ts";
import { type EditorClient, positionOf, startServerOn } from "./editor-client.ts";
import { startEditor } from "./editor-process.ts";
import { fixture, golden } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const DIGITS = fixture("run/digits");
const DEFINITION = readFileSync(join(DIGITS, "efemarai.yaml"), "utf8");
const PYTHON = readFileSync(join(DIGITS, "inference.py"), "utf8");

/** A copy of the digits fixture. */
function digits(): string {
  const folder = join(temporaryFolder(), "digits");
  mkdirSync(folder);
  for (const name of ["efemarai.yaml", "inference.py", "weights.json", "labels.json"])
    copyFileSync(join(DIGITS, name), join(folder, name));
  return folder;
}

/** Runs a test with a server on some folders, and ends the server. */
async function withEditor(folders: readonly string[], run: (editor: EditorClient) => Promise<void>): Promise<void> {
  const editor = await startEditor(folders);
  try {
    await run(editor);
  } catch (error) {
    editor.kill();
    throw error;
  }
  assert.is(await editor.stop(), 0);
}

const codesOf = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);

/** The position after a part of a text. */
const after = (text: string, part: string) => positionOf(text, text.indexOf(part) + part.length);

/** A text after the edits of one document. */
function applied(text: string, edits: readonly TextEdit[] = []): string {
  return TextDocument.applyEdits(TextDocument.create("", "", 0, text), [...edits]);
}

/** A platform on the real disk without configuration, some of whose functions can be replaced by faulty ones. */
function platform(replaced: Partial<Platform> = {}): Platform {
  return {
    filesIn: rememberedFiles,
    discover: () => [],
    settingsOf: () => ({ options: {}, mistake: undefined }),
    ruleUrl: undefined,
    idle: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    now: () => performance.now(),
    ...replaced,
  };
}

describe("language server: requests", (test) => {
  test("every request on the digits model, as a golden file", async () => {
    const folder = digits();
    await withEditor([folder], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION);
      editor.open("inference.py", PYTHON);
      const lines: string[] = [];
      const show = async (title: string, method: string, params: object) => {
        const answer = await editor.request(method, params).catch((error: Error) => `refused: ${error.message}`);
        const text = JSON.stringify(answer, undefined, 2).replaceAll(pathToFileURL(folder).href, "file:///digits");
        lines.push(`== ${title}: ${method}`, text, "");
      };
      const document = (path: string) => ({ textDocument: { uri: editor.uri(path) } });
      const places = [
        ["a file in an expression", "efemarai.yaml", DEFINITION, "model.files.weights"],
        ["an entry point", "efemarai.yaml", DEFINITION, "inference:load"],
        ["the name of an input", "efemarai.yaml", DEFINITION, "name: weights_pa"],
        ["the name of the model", "efemarai.yaml", DEFINITION, "name: digi"],
        ["the output of load", "efemarai.yaml", DEFINITION, "output.netw"],
        ["the path of a file", "efemarai.yaml", DEFINITION, "url: weigh"],
        ["a key", "efemarai.yaml", DEFINITION, "max_s"],
        ["a comment", "efemarai.yaml", DEFINITION, "# A small"],
        ["a function in Python", "inference.py", PYTHON, "def load_mod"],
        ["a parameter in Python", "inference.py", PYTHON, "def load_model(weights_pa"],
      ] as const;
      for (const [title, path, text, part] of places) {
        const params = { ...document(path), position: after(text, part) };
        await show(title, "textDocument/hover", params);
        await show(title, "textDocument/definition", params);
        await show(title, "textDocument/references", { ...params, context: { includeDeclaration: true } });
        await show(title, "textDocument/documentHighlight", params);
        await show(title, "textDocument/prepareRename", params);
        await show(title, "textDocument/rename", { ...params, newName: "renamed" });
      }
      const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      for (const path of ["efemarai.yaml", "inference.py"]) {
        for (const method of ["documentSymbol", "documentLink", "foldingRange", "codeLens", "inlayHint"])
          await show(path, `textDocument/${method}`, { ...document(path), range });
      }
      await show("all", "workspace/symbol", { query: "WEIGHT" });
      golden(fixture("editor/digits.answers.txt"), lines.join("\n"));
    });
  });

  test("a mistake, its fix, the fix for all mistakes, and a comment that suppresses it", async () => {
    await withEditor([digits()], async (editor) => {
      const wrong = DEFINITION.replace("files.weights.url", "files.weight.url").replace("files.labels", "files.label");
      editor.open("efemarai.yaml", wrong);
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["undefined-reference", "undefined-reference"]);
      const position = after(wrong, "files.weig");
      const context = { diagnostics: [] };
      const params = { range: { start: position, end: position }, context };
      const actions = await editor.at<CodeAction[]>("textDocument/codeAction", "efemarai.yaml", position, params);
      assert.equal(
        actions.map(({ title, isPreferred = false }) => [title, isPreferred]),
        [
          ["Replace with `weights`", true],
          ["Ignore `undefined-reference` here, and say why", false],
          ["Apply all safe fixes in this file", false],
        ],
      );
      const uri = editor.uri("efemarai.yaml");
      const [fix, ignore, all] = actions.map(({ edit }) => applied(wrong, edit?.changes?.[uri]));
      assert.is(fix, DEFINITION.replace("files.labels", "files.label"));
      assert.is(all, DEFINITION);
      editor.change("efemarai.yaml", ignore ?? "");
      assert.is((await editor.diagnostics("efemarai.yaml")).length, 1, "only the other finding is left");
      editor.change("efemarai.yaml", all ?? "");
      assert.equal(await editor.diagnostics("efemarai.yaml"), []);
      const only = { ...params, context: { ...context, only: ["source.fixAll"] } };
      editor.change("efemarai.yaml", wrong);
      const onSave = await editor.at<CodeAction[]>("textDocument/codeAction", "efemarai.yaml", position, only);
      assert.equal(
        onSave.map(({ kind }) => kind),
        ["source.fixAll.modelwright"],
      );
    });
  });

  test("completion replaces the word at the cursor, because many editors compare only this word", async () => {
    await withEditor([digits()], async (editor) => {
      const edits = async (text: string, part: string) => {
        editor.open("efemarai.yaml", text);
        const position = after(text, part);
        const { items } = await editor.at<CompletionList>("textDocument/completion", "efemarai.yaml", position);
        editor.close("efemarai.yaml");
        return items.map(({ label, filterText, textEdit }) => {
          const from = textEdit !== undefined && "range" in textEdit ? textEdit.range.start.character : 0;
          return { label, filterText, newText: textEdit?.newText, before: position.character - from };
        });
      };
      const names = DEFINITION.replace("files.weights.url}", "files.we");
      const item = (name: string) => ({ label: name, filterText: name, newText: `${name}}`, before: 2 });
      assert.equal(await edits(names, "files.we"), [item("weights.url"), item("labels.url")]);
      // The item replaces more than the word at the cursor, so it must not have a `filterText`.
      const [path] = await edits(DEFINITION, "url: weights.js");
      assert.equal(path && [path.filterText, path.before], [undefined, "weights.js".length]);
    });
  });

  test("a client that sends the language of definitions for Python code", async () => {
    await withEditor([digits()], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION, "efemarai-yaml");
      editor.open("inference.py", PYTHON.replace("weights_path: str", "weights: str"), "efemarai-yaml");
      assert.equal(codesOf(await editor.diagnostics("inference.py")), []);
      assert.ok((await editor.diagnostics("efemarai.yaml")).length > 0, "Python code that is not saved counts");
    });
  });

  test("a model that uses the runtime of another file: references, rename and refusals across files", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "lib"));
    const lender = DEFINITION.replace("name: digits", `name: ${"$"}{model.name}`).replace(
      / {4}files:\n(?: {6}.*\n)+/,
      "",
    );
    const borrower = `models:\n  - name: a\n    repository: {url: lib}\n    files:\n      - {name: weights, url: w}\n      - {name: labels, url: l}\n`;
    writeFileSync(join(folder, "lib/efemarai.yaml"), lender);
    writeFileSync(join(folder, "lib/inference.py"), PYTHON);
    writeFileSync(join(folder, "efemarai.yaml"), borrower);
    writeFileSync(join(folder, "w"), "");
    writeFileSync(join(folder, "l"), "");
    const second = borrower
      .replace("name: a", "name: b")
      .replace("url: lib", "url: ../lib")
      .replaceAll(/url: (w|l)}/g, "url: ../$1}");
    mkdirSync(join(folder, "second"));
    writeFileSync(join(folder, "second/models.yaml"), second);
    await withEditor([folder], async (editor) => {
      editor.open("lib/efemarai.yaml", lender);
      const position = after(lender, "model.files.weigh");
      const context = { includeDeclaration: true };
      const uses = await editor.at<Location[]>("textDocument/references", "lib/efemarai.yaml", position, { context });
      assert.equal(uses.map(({ uri }) => uri.replace(pathToFileURL(folder).href, "")).sort(), [
        "/efemarai.yaml",
        "/lib/efemarai.yaml",
        "/second/models.yaml",
      ]);
      const renamed = await editor.at<WorkspaceEdit>("textDocument/rename", "lib/efemarai.yaml", position, {
        newName: "params",
      });
      assert.equal(Object.keys(renamed.changes ?? {}).length, 3);
      assert.is(
        applied(borrower, renamed.changes?.[editor.uri("efemarai.yaml")]),
        borrower.replace("name: weights", "name: params"),
      );
      const refused = await editor
        .at("textDocument/rename", "lib/efemarai.yaml", position, { newName: "labels" })
        .catch((error: Error) => error.message);
      assert.match(String(refused), /The new name would cause an error: /);
      const bad = await editor
        .at("textDocument/rename", "lib/efemarai.yaml", position, { newName: "a b" })
        .catch((error: Error) => error.message);
      assert.match(String(bad), /is not a valid name/);
    });
  });
});

/** The findings of the compiler, with positions of the protocol. */
function checked(folder: string, path: string, text: string): readonly string[] {
  const { diagnostics } = check([{ path, text }], nodeHost(folder));
  return diagnostics
    .filter(({ span }) => span.source.path === path)
    .map(({ code, message, hint, span }) => {
      const [start, end] = [positionAt(span.source, span.start), positionAt(span.source, span.end)];
      const range = [start.line - 1, start.column - 1, end.line - 1, end.column - 1];
      return JSON.stringify([code, hint === undefined ? message : `${message}\n${hint}`, range]);
    })
    .sort();
}

function shown(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(({ code, message, range: { start, end } }) =>
      JSON.stringify([code, message, [start.line, start.character, end.line, end.character]]),
    )
    .sort();
}

describe("language server: findings", (test) => {
  test("random edits: the published findings are those of check, and no request fails", async () => {
    const folder = digits();
    await withEditor([folder], async (editor) => {
      let text = DEFINITION;
      editor.open("efemarai.yaml", text);
      const pieces = [
        "x",
        "${",
        "}",
        '"',
        "'",
        "\n",
        "\r\n",
        "  ",
        "- ",
        ": ",
        "{",
        "[",
        "#",
        "model.files.",
        "é😀",
        "\t",
        "&a ",
        "*a",
        "|\n",
        "name",
        "",
      ];
      const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), piece: fc.constantFrom(...pieces) });
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
          if (text.length > 4000 || text.length < 200) {
            text = DEFINITION;
            editor.change("efemarai.yaml", text);
          }
          let offset = 0;
          for (const { at, length, piece } of edits) {
            const start = at % (text.length + 1);
            const end = Math.min(start + length, text.length);
            const range = { start: positionOf(text, start), end: positionOf(text, end) };
            const document = TextDocument.create("", "", 0, text);
            // A position inside a line break of two characters belongs to neither line.
            const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
            text = text.slice(0, from) + piece + text.slice(to);
            offset = from;
            editor.edit("efemarai.yaml", { range, text: piece });
          }
          const position = positionOf(text, offset);
          const range = { start: position, end: position };
          const requests = [
            "completion",
            "hover",
            "definition",
            "references",
            "documentHighlight",
            "prepareRename",
            "codeAction",
          ];
          for (const method of [
            ...requests,
            "documentSymbol",
            "documentLink",
            "foldingRange",
            "semanticTokens/full",
            "codeLens",
            "inlayHint",
          ]) {
            await editor
              .at(`textDocument/${method}`, "efemarai.yaml", position, {
                range,
                context: { diagnostics: [], includeDeclaration: true },
              })
              .catch((error: { readonly code?: number }) => assert.is(error.code, -32803, method));
          }
          assert.equal(shown(await editor.diagnostics("efemarai.yaml")), checked(folder, "efemarai.yaml", text));
          assert.equal(editor.messages, []);
        }),
        { numRuns: 30 },
      );
    });
  });

  test("a changed signature in an unsaved Python buffer changes the findings of the definition, also after saving or closing", async () => {
    const folder = digits();
    await withEditor([folder], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION);
      editor.open("inference.py", PYTHON);
      assert.equal(await editor.diagnostics("efemarai.yaml"), []);
      editor.change("inference.py", PYTHON.replace("def load_model(", "def load_model(extra, "));
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["missing-argument"]);
      editor.change("inference.py", PYTHON.replace("def load_model(", "def load_model(("));
      assert.ok(codesOf(await editor.diagnostics("inference.py")).includes("python-syntax"));
      editor.close("inference.py");
      assert.equal(await editor.diagnostics("efemarai.yaml"), []);
      assert.equal(await editor.diagnostics("inference.py"), []);
    });
  });

  test("a mistake in Python code that several definitions use is published once, and again after an entry point has moved", async () => {
    const folder = digits();
    writeFileSync(join(folder, "model.yaml"), DEFINITION.replace("name: digits", "name: other"));
    await withEditor([folder], async (editor) => {
      const shownOnce = async () => {
        const found = await editor.diagnostics("inference.py");
        assert.equal(codesOf(found), ["python-syntax"]);
        return found[0]?.relatedInformation?.map(({ location: { uri, range } }) => [uri, range.start.line]);
      };
      editor.open("model.yaml", readFileSync(join(folder, "model.yaml"), "utf8"));
      editor.open("inference.py", PYTHON.replace("def load_model(", "def load_model(("));
      editor.open("efemarai.yaml", DEFINITION);
      const [first] = (await shownOnce()) ?? [];
      assert.is(first?.[0], editor.uri("efemarai.yaml"));
      editor.change("efemarai.yaml", `# moved\n${DEFINITION}`);
      assert.equal((await shownOnce())?.[0], [first?.[0], Number(first?.[1]) + 1]);
    });
  });

  test("requests are answered while the server searches for the definitions that use a Python file", async () => {
    const folder = digits();
    const count = 40;
    for (let i = 0; i < count; i++) cpSync(folder, join(dirname(folder), `copy${i}`), { recursive: true });
    let clock = 0;
    const read = new Set<string>();
    let answered: Promise<number> | undefined;
    const slow = platform({
      now: () => (clock += 100),
      discover: () => Array.from({ length: count }, (_, i) => `copy${i}/efemarai.yaml`),
      filesIn: (path) => {
        const files = rememberedFiles(path);
        const readText = (file: string, root: string) => {
          if (file.endsWith("efemarai.yaml")) read.add(file);
          answered ??= editor
            .at("textDocument/hover", "copy0/inference.py", { line: 0, character: 0 })
            .then(() => read.size);
          return files.host.readText(file, root);
        };
        return { ...files, host: { ...files.host, readText } };
      },
    });
    const editor = await startServerOn(slow, [dirname(folder)]);
    editor.open("copy0/inference.py", PYTHON);
    await editor.request("modelwright/settled", {});
    assert.is(read.size, count);
    assert.ok(Number(await answered) < count, `${await answered} definitions were read before the answer`);
  });

  test("a Python file shows the findings of its definition, which is not open", async () => {
    const folder = digits();
    await withEditor([folder], async (editor) => {
      editor.open("inference.py", PYTHON.replace("def load_model(", "def load_model(extra, "));
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["missing-argument"]);
    });
  });

  test("files that are changed, deleted, moved and restored on disk, without file watchers in the client", async () => {
    const folder = digits();
    await withEditor([folder], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION.replace("python:3.11-slim", "python:latest"));
      assert.equal(await editor.diagnostics("efemarai.yaml"), []);
      const saved = () => editor.notify("textDocument/didSave", { textDocument: { uri: editor.uri("efemarai.yaml") } });
      const now = async () => {
        await saved();
        return codesOf(await editor.diagnostics("efemarai.yaml"));
      };
      rmSync(join(folder, "weights.json"));
      assert.equal(await now(), ["missing-file"]);
      writeFileSync(join(folder, "weights.json"), "{}");
      assert.equal(await now(), []);
      renameSync(join(folder, "inference.py"), join(folder, "other.py"));
      assert.ok((await now()).includes("missing-module"));
      renameSync(join(folder, "other.py"), join(folder, "inference.py"));
      assert.equal(await now(), []);
      writeFileSync(
        join(folder, "modelwright.config.json"),
        JSON.stringify({ pedantic: true, rules: { "floating-image": "error" } }),
      );
      assert.ok((await now()).includes("floating-image"));
      writeFileSync(join(folder, "modelwright.config.json"), "{");
      assert.equal(await now(), []);
      assert.match(editor.messages.join("\n"), /modelwright\.config\.json:1:\d+: Invalid JSON/);
      editor.close("efemarai.yaml");
      await editor.request("modelwright/settled", {});
      assert.equal(await editor.diagnostics("efemarai.yaml"), []);
    });
  });

  test("what Git ignores changes while the definition is open", async () => {
    const folder = digits();
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
    git("init");
    rmSync(join(folder, "weights.json"));
    writeFileSync(join(folder, ".gitignore"), "other.json\n");
    await withEditor([folder], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION);
      const isIgnored = async () => {
        await editor.notify("textDocument/didSave", { textDocument: { uri: editor.uri("efemarai.yaml") } });
        const [found] = await editor.diagnostics("efemarai.yaml");
        assert.is(found?.code, "missing-file");
        return JSON.stringify(found?.message).includes("Git ignores it");
      };
      assert.is(await isIgnored(), false);
      // An open document counts only after it is saved, because Git reads the disk.
      editor.open(".gitignore", "weights.json\n", "ignore");
      assert.is(await isIgnored(), false);
      for (const [path, text] of [
        [".gitignore", "weights.json\n"],
        [".gitignore", "nothing.json\n"],
        [".git/info/exclude", "*.json\n"],
        [".git/info/exclude", "*.jpeg\n"],
        ["excluded", "*.json\n"],
        ["excluded", "*.jpeg\n"],
      ] as const) {
        writeFileSync(join(folder, path), text);
        if (path === "excluded") git("config", "core.excludesFile", join(folder, path));
        assert.is(await isIgnored(), text.includes("json") && !text.includes("nothing"), `${path}: ${text}`);
      }
      renameSync(join(folder, ".git"), join(folder, "was.git"));
      writeFileSync(join(folder, ".gitignore"), "weights.json\n");
      assert.is(await isIgnored(), false);
      renameSync(join(folder, "was.git"), join(folder, ".git"));
      assert.is(await isIgnored(), true);
    });
  });

  test("two folders in both orders: a file belongs to the deepest one", async () => {
    const outer = temporaryFolder();
    const inner = join(outer, "inner");
    cpSync(digits(), inner, { recursive: true });
    writeFileSync(join(outer, "modelwright.config.json"), JSON.stringify({ rules: { "unused-file": "off" } }));
    const unused = DEFINITION.replace(
      "      - name: labels",
      "      - {name: more, url: weights.json}\n      - name: labels",
    );
    for (const folders of [
      [outer, inner],
      [inner, outer],
    ]) {
      await withEditor(folders, async (editor) => {
        const path = pathToFileURL(join(inner, "efemarai.yaml")).href;
        editor.open(path, unused);
        assert.equal(codesOf(await editor.diagnostics(path)), ["unused-file"]);
      });
    }
    await withEditor([outer], async (editor) => {
      editor.open("inner/efemarai.yaml", unused);
      assert.equal(await editor.diagnostics("inner/efemarai.yaml"), []);
    });
  });

  test("each of several definitions shows what check says of all of them together", async () => {
    for (const name of readdirSync(fixture("accept"))) {
      const folder = fixture("accept", name);
      const paths = discover(folder, nodeHost(folder));
      if (paths.length < 2) continue;
      const { diagnostics } = check(paths, nodeHost(folder));
      await withEditor([folder], async (editor) => {
        for (const path of paths) editor.open(path, readFileSync(join(folder, path), "utf8"), "efemarai-yaml");
        for (const path of paths) {
          const own = diagnostics.filter(({ span }) => span.source.path === path).map(({ code }) => code);
          assert.equal(codesOf(await editor.diagnostics(path)).sort(), own.sort(), `${name}/${path}`);
        }
      });
    }
  });

  test("the graph of a definition has its findings, and no models of others", async () => {
    await withEditor([digits()], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION.replace("files.weights", "files.weight"));
      const graph = await editor.request<object>("modelwright/graph", { uri: editor.uri("efemarai.yaml") });
      assert.match(JSON.stringify(graph), "has no file named `weight`");
    });
    const folder = fixture("accept/exact-before-universal");
    const lender = readFileSync(join(folder, "code/efemarai.yaml"), "utf8");
    await withEditor([folder], async (editor) => {
      editor.open("code/efemarai.yaml", lender.replace("load.output.", "load.output.x"));
      await editor.diagnostics("code/efemarai.yaml");
      const uri = editor.uri("code/efemarai.yaml");
      const graph = JSON.stringify(await editor.request<object>("modelwright/graph", { uri }));
      assert.match(graph, "undefined-reference");
      assert.not.match(graph, "no file named");
      assert.not.match(graph, "small.json");
    });
  });

  test("a definition that begins to use a runtime, and one that ceases to", async () => {
    const folder = temporaryFolder();
    cpSync(fixture("accept/exact-before-universal"), folder, { recursive: true });
    const lender = readFileSync(join(folder, "code/efemarai.yaml"), "utf8");
    const borrower = readFileSync(join(folder, "model.yaml"), "utf8");
    await withEditor([folder], async (editor) => {
      editor.open("code/efemarai.yaml", lender);
      assert.equal(codesOf(await editor.diagnostics("code/efemarai.yaml")), []);
      editor.open("model.yaml", borrower.replaceAll("url: code", "url: elsewhere"));
      assert.equal(codesOf(await editor.diagnostics("code/efemarai.yaml")), ["undefined-reference"]);
      editor.change("model.yaml", borrower);
      assert.equal(codesOf(await editor.diagnostics("code/efemarai.yaml")), []);
    });
  });

  test("all definitions of the workspace on request; the findings of a deleted definition are removed", async () => {
    const folder = digits();
    writeFileSync(join(folder, "model.yaml"), DEFINITION.replace("files.weights", "files.weight"));
    await withEditor([folder], async (editor) => {
      assert.equal(await editor.diagnostics("model.yaml"), []);
      await editor.request("workspace/executeCommand", { command: "modelwright.checkWorkspace" });
      assert.ok(codesOf(await editor.diagnostics("model.yaml")).includes("undefined-reference"));
      rmSync(join(folder, "model.yaml"));
      await editor.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: editor.uri("model.yaml"), type: 3 }] });
      assert.equal(await editor.diagnostics("model.yaml"), []);
    });
  });
});

describe("language server: texts of all kinds", (test) => {
  test("a document that has never been saved: no finding about files and code", async () => {
    await withEditor([digits()], async (editor) => {
      editor.open("untitled:Untitled-1", DEFINITION, "efemarai-yaml");
      assert.equal(await editor.diagnostics("untitled:Untitled-1"), []);
      editor.change("untitled:Untitled-1", DEFINITION.replace("files.weights", "files.weight"));
      assert.equal(codesOf(await editor.diagnostics("untitled:Untitled-1")), ["undefined-reference"]);
      editor.open("untitled:Untitled-2", DEFINITION.replace("files.weights", "files.weight"), "yaml");
      assert.equal(await editor.diagnostics("untitled:Untitled-2"), [], "a text in plain YAML may be anything");
      editor.open("git:/digits/efemarai.yaml", DEFINITION.replace("files.weights", "files.weight"), "efemarai-yaml");
      assert.equal(await editor.diagnostics("git:/digits/efemarai.yaml"), [], "an old version is not checked");
    });
  });

  for (const [title, change] of [
    ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
    ["a lone carriage return in a comment", (text: string) => text.replace("# A small", "# A\rsmall")],
    [
      "emoji before the mistake",
      (text: string) => text.replace("value: ${model.files.weight.", "value: 😀${model.files.weight."),
    ],
  ] as const) {
    test(`the range of a finding: ${title}`, async () => {
      await withEditor([digits()], async (editor) => {
        const text = change(DEFINITION.replace("files.weights", "files.weight"));
        editor.open("efemarai.yaml", text);
        const found = await editor.diagnostics("efemarai.yaml");
        const range = found.find(({ code }) => code === "undefined-reference")?.range;
        const document = TextDocument.create("", "", 0, text);
        assert.is(range && document.getText(range), "weight", JSON.stringify(found));
      });
    });
  }

  test("a byte order mark on disk shifts nothing", async () => {
    const folder = digits();
    writeFileSync(join(folder, "inference.py"), `\ufeff${PYTHON.slice(PYTHON.indexOf("def load_model"))}`);
    await withEditor([folder], async (editor) => {
      editor.open("efemarai.yaml", DEFINITION);
      const [location] = await editor.at<Location[]>(
        "textDocument/definition",
        "efemarai.yaml",
        after(DEFINITION, "inference:load"),
      );
      assert.equal(location?.range.start, { line: 0, character: 4 });
    });
  });

  test("64 MB and one character more", async () => {
    await withEditor([digits()], async (editor) => {
      editor.open("efemarai.yaml", `${DEFINITION}# ${"x".repeat(64 * 1024 * 1024)}\n`);
      const found = await editor.diagnostics("efemarai.yaml");
      assert.equal(codesOf(found), ["too-large"]);
      editor.change("efemarai.yaml", DEFINITION.replace("files.weights", "files.weight"));
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["undefined-reference"]);
    });
  });
});

describe("language server: under stress", (test) => {
  test("many fast changes, each with a completion: every request is answered, the findings are those of the last text, and nothing flickers", async () => {
    await withEditor([digits()], async (editor) => {
      // A mistake elsewhere is never removed.
      const base = DEFINITION.replace("device: cpu", "device: cpux");
      editor.open("efemarai.yaml", base);
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["invalid-value"]);
      const typed = "            value: ${model.files.weights.url}";
      const start = base.indexOf(typed);
      const answers: Promise<CompletionList>[] = [];
      const complete = (position: Position) =>
        answers.push(editor.at("textDocument/completion", "efemarai.yaml", position));
      for (let length = 20; length <= typed.length; length++) {
        editor.change(
          "efemarai.yaml",
          base.slice(0, start) + typed.slice(0, length) + base.slice(start + typed.length),
        );
        complete(positionOf(base, start + length));
      }
      complete(after(base, "value: ${model.files."));
      // Each request is answered, possibly with an empty list that makes the editor ask again.
      const lists = await Promise.all(answers);
      assert.is(lists.length, typed.length - 20 + 2);
      assert.ok((lists.at(-1)?.items.length ?? 0) > 1, "the one after the storm has items");
      assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["invalid-value"]);
      assert.ok(editor.published.every(({ diagnostics }) => codesOf(diagnostics).includes("invalid-value")));
      const versions = editor.published.map(({ version }) => version ?? 0);
      const sorted = [...versions].sort((a, b) => a - b);
      assert.equal(versions, sorted);
    });
  });

  test("an exception in a check or in a request is one line in the log, and the server continues", async () => {
    const folder = digits();
    let isFaulty = false;
    const faulty = platform({
      filesIn: (path) => {
        const files = rememberedFiles(path);
        const fail = (text: string) => {
          if (isFaulty) throw new Error(`secret text: ${text}`);
          return text;
        };
        return { ...files, host: { ...files.host, readText: (file, root) => files.host.readText(fail(file), root) } };
      },
    });
    const editor = await startServerOn(faulty, [folder]);
    editor.open("efemarai.yaml", DEFINITION);
    assert.equal(await editor.diagnostics("efemarai.yaml"), []);
    isFaulty = true;
    editor.change("efemarai.yaml", `${DEFINITION}\n`);
    assert.is(await editor.at("textDocument/hover", "efemarai.yaml", after(DEFINITION, "inference:load")), null);
    await editor.request("modelwright/settled", {});
    assert.ok(editor.messages.length >= 2, editor.messages.join("\n"));
    for (const message of editor.messages) assert.not.match(message, /secret text|\n/);
    isFaulty = false;
    editor.change("efemarai.yaml", DEFINITION.replace("files.weights", "files.weight"));
    assert.equal(codesOf(await editor.diagnostics("efemarai.yaml")), ["undefined-reference"]);
  });
});
