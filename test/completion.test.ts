// Completion scripts in real shells: what bash, zsh and fish complete on an unfinished command line.
import { spawnSync } from "node:child_process";
import * as assert from "uvu/assert";
import { rules } from "../src/check/rules/index.ts";
import { modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { FINDINGS } from "./format-names.ts";
import { inTemporaryFolder } from "./temporary.ts";

const FILES = { "efemarai.yaml": "", "data/images.jsonl": "" };

/** Runs a shell in a folder with the script and a program for it; `undefined` if the shell is not installed. */
function runShell(shell: "bash" | "zsh" | "fish", args: readonly string[], program: string): string | undefined {
  return inTemporaryFolder(FILES, (folder) => {
    const script = modelwright(folder, ["completion", shell]);
    assert.is(script.code, 0, script.err);
    const env = { PATH: process.env["PATH"], HOME: folder, TERM: "xterm", SCRIPT: script.out };
    const { status, stdout, error } = spawnSync(shell, [...args, program], { cwd: folder, env, encoding: "utf8" });
    if (error !== undefined) {
      console.log(`skipped: ${shell} is not installed, so its completion is not tried`);
      return undefined;
    }
    assert.is(status, 0);
    return stdout;
  });
}

/** The words of a command line, and all completions of the last one. */
const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [["ch"], ["check"]],
  [["comp"], ["completion"]],
  [["check", "--form"], ["--format"]],
  [["check", "--format", ""], FINDINGS],
  [["check", "-f", "js"], ["json"]],
  [["graph", "--format", "d"], ["dot"]],
  [
    ["build", "--target", ""],
    ["ts", "js", "openapi", "zod"],
  ],
  [["check", "--rule", "unknown-k"], ["unknown-key="]],
  [["explain", "recursive"], ["recursive-alias"]],
  [
    ["schema", ""],
    ["definition", "plan", "diagnostics", "config"],
  ],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["check", "efe"], ["efemarai.yaml"]],
  [["run", "--input", "da"], ["data"]],
  [["run", "--batch"], ["--batch-timeout"]],
  [["serve", "--tok"], ["--token-env"]],
  [["run", "--max-err"], ["--max-errors"]],
  [["build", "--wat"], ["--watch"]],
  [["check", "--wat"], ["--watch"]],
  [["plan", "--requi"], ["--require-verified"]],
  [["doctor", "--pyth"], ["--python"]],
  [["init", "--cw"], ["--cwd"]],
  [["help", "pl"], ["plan"]],
  [["bundle", "ver"], ["verify"]],
  [["bundle", "efe"], ["efemarai.yaml"]],
  [["bundle", "--pu"], ["--push"]],
  [["bundle", "verify", "--hos"], ["--host"]],
  [["bundle", "inspect", "efe"], ["efemarai.yaml"]],
  [
    ["bundle", "inspect", "--format", ""],
    ["pretty", "json"],
  ],
];

describe("completion", (test) => {
  const line = (words: readonly string[]) => ["modelwright", ...words].join(" ");

  test("of bash offers commands, options, their values and files", () => {
    const program = CASES.map(([words]) => {
      const given = ["modelwright", ...words].map((word) => `'${word}'`).join(" ");
      return `COMP_WORDS=(${given}); COMP_CWORD=${words.length}; COMPREPLY=(); _modelwright; echo "\${COMPREPLY[*]}"`;
    });
    const out = runShell("bash", ["--norc", "--noprofile", "-c"], `eval "$SCRIPT"; ${program.join("; ")}`);
    if (out === undefined) return;
    const offered = out.split("\n").map((each) => each.split(" "));
    for (const [i, [words, expected]] of CASES.entries()) assert.equal(offered[i], expected, line(words));
  });

  test("of bash completes a value after an equals sign, which bash splits", () => {
    const words = "COMP_WORDS=(modelwright check --format = js); COMP_CWORD=4; _modelwright; echo ${COMPREPLY[*]}";
    const empty = "COMP_WORDS=(modelwright check --format =); COMP_CWORD=3; _modelwright; echo ${COMPREPLY[*]}";
    const out = runShell("bash", ["--norc", "--noprofile", "-c"], `eval "$SCRIPT"; ${words}; ${empty}`);
    if (out !== undefined) assert.is(out, `json\n${FINDINGS.join(" ")}\n`);
  });

  test("of fish offers the same, with descriptions", () => {
    const program = CASES.map(([words]) => `echo (complete -C '${line(words)}' | cut -f 1)`);
    const out = runShell("fish", ["--no-config", "-c"], `echo $SCRIPT | source; ${program.join("; ")}`);
    if (out === undefined) return;
    const offered = out.split("\n").map((each) => each.split(" ").map((word) => word.replace(/\/$/, "")));
    for (const [i, [words, expected]] of CASES.entries()) {
      assert.equal(offered[i]?.sort(), [...expected].sort(), line(words));
    }
  });

  test("of zsh completes a unique match in a real line", () => {
    const unique = CASES.filter(([words, offered]) => offered.length === 1 && words.at(-1) !== "");
    const lines = unique.map(
      ([words]) => `zpty -n -w z $'${line(words)}\\t\\n'; zpty -r z answer $'*<<*>>*'; print -r -- "$answer"`,
    );
    const program = `zmodload zsh/zpty
print -r -- "$SCRIPT" > $HOME/script
zpty z zsh -f -i
zpty -w z "unsetopt zle_bracketed_paste; PS1= ; stty -echo; autoload -Uz compinit; compinit -u -d $HOME/dump; source $HOME/script"
zpty -w z 'modelwright() { print -rn -- "<""<$*>"">"; print }; bindkey "^I" complete-word; print READY"<"'
zpty -r z answer '*READY<*'
${lines.join("\n")}
zpty -d z`;
    const out = runShell("zsh", ["-f", "-c"], program);
    if (out === undefined) return;
    const completed = [...out.matchAll(/<<(.*)>>/g)].map(([, words = ""]) => words.replace(/\/$/, ""));
    const expected = unique.map(([words, [offered]]) => [...words.slice(0, -1), offered].join(" "));
    assert.equal(completed, expected);
  });

  test("contains only codes, options and commands that exist", () => {
    const { out } = modelwright(".", ["completion", "bash"]);
    for (const { code } of rules) assert.ok(out.includes(`${code}=`), code);
    for (const [, name = ""] of modelwright(".", ["--help"]).out.matchAll(/^ {2}([a-z]+) /gm)) {
      assert.ok(out.includes(`    ${name})\n`), name);
      const help = modelwright(".", [name, "--help"]);
      if (name === "help") continue;
      const options = [...help.out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = ""]) => option);
      const block = out.split(`    ${name})\n`)[1]?.split("\n      ;;\n")[0] ?? "";
      for (const option of options) assert.ok(block.includes(option), `${name} ${option}`);
    }
  });
});
