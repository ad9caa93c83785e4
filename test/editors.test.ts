// Neovim and Emacs on the digits model, with the settings of the documentation. All of them run the same steps and must show the
// same results. `MODELWRIGHT_NEOVIM` is the path of another Neovim. Editors that are not installed are skipped.
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { example } from "./documentation.ts";
import { type Editor, outputOf, type Walk, walk } from "./editors/editors.ts";
import { fixture, golden } from "./golden.ts";

/** The kinds of editors, each with those that are installed here. */
const KINDS: readonly { readonly name: string; readonly found: readonly Editor[] }[] = [
  { name: "Neovim before 0.11", found: neovims((minor) => minor >= 7 && minor < 11, example("lua neovim-0.7.lua")) },
  { name: "Neovim from 0.11", found: neovims((minor) => minor >= 11, example("lua neovim.lua")) },
  { name: "Emacs with Eglot", found: emacsWith("eglot", "walk.el", example("elisp eglot.el")) },
];

const LSP_MODE = emacsWith("lsp-mode", "connect.el", example("elisp lsp-mode.el"));

/** The installed versions of Neovim with certain minor versions. */
function neovims(isWanted: (minor: number) => boolean, settings: string): readonly Editor[] {
  const programs = [process.env["MODELWRIGHT_NEOVIM"] ?? "", "nvim"].filter((each) => each !== "");
  return programs.flatMap((program): readonly Editor[] => {
    const version = /^NVIM v0\.(\d+)/.exec(outputOf(program, ["--version"]) ?? "")?.[1];
    if (version === undefined || !isWanted(Number(version))) return [];
    const args = ["--headless", "-n", "-i", "NONE", "-u"];
    return [{ program, args: (file, script) => [...args, file, "-S", script], settings, script: "walk.lua" }];
  });
}

/** Emacs, if it has a certain package and YAML mode. */
function emacsWith(client: string, script: string, lines: string): readonly Editor[] {
  // "-Q" would hide the packages of Debian.
  const args = ["-q", "--batch"];
  if (outputOf("emacs", [...args, "--eval", `(progn (require '${client}) (require 'yaml-mode))`]) === undefined)
    return [];
  const settings = example("elisp efemarai-yaml-mode.el") + lines;
  return [{ program: "emacs", args: (file, each) => [...args, "-l", file, "-l", each], settings, script }];
}

/** Asserts that an editor and its server have ended without a failure. */
function assertEnded({ status, servers, lines, output }: Walk): void {
  assert.is(status, 0, `The editor failed:\n${lines}${output}`);
  assert.equal(servers, ["exit code 0"]);
}

describe("editors", (test) => {
  for (const { name, found } of KINDS) {
    if (found.length === 0)
      console.log(`skipped: ${name} is not installed here, so it is not tested with the language server`);
    for (const editor of found) {
      test(`${name}: open, mistakes, fixes, completion, Python, hover, rename, save`, async () => {
        const walked = await walk(editor);
        assertEnded(walked);
        golden(fixture("editor/walk.txt"), walked.lines);
      });

      test(`${name}: the server ends when the editor is killed`, async () => {
        const { status, servers, lines } = await walk(editor, "killed");
        assert.is(status, null);
        assert.match(lines, /^quick fix: .*\n$/m);
        assert.equal(servers, ["exit code 1"]);
      });
    }
  }

  if (LSP_MODE.length === 0)
    console.log("skipped: lsp-mode is not installed here, so it is not tested with the language server");
  for (const editor of LSP_MODE) {
    test("lsp-mode connects and shows a mistake", async () => {
      const walked = await walk(editor);
      assertEnded(walked);
      golden(fixture("editor/lsp-mode.txt"), walked.lines);
    });
  }
});
