// Steps about the extension: its commands, the graph, the server, and the colors of expressions.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  commands,
  extensions,
  ProcessExecution,
  TabInputWebview,
  type TaskExecution,
  tasks,
  window,
  workspace,
} from "vscode";
import {
  api,
  check,
  definition,
  findings,
  none,
  replace,
  root,
  type Step,
  same,
  select,
  undoTo,
  uriOf,
} from "./steps.ts";
import { until } from "./until.ts";

export const tools: readonly Step[] = [
  [
    "all commands of the extension exist",
    async () => {
      const manifest: unknown = extensions.getExtension("modelwright.modelwright")?.packageJSON;
      const names = [...JSON.stringify(manifest).matchAll(/"command":"(modelwright\.\w+)"/g)].map(
        ([, name = ""]) => name,
      );
      check(names.length > 5, "the manifest has no commands");
      const known = new Set(await commands.getCommands(true));
      same(
        names.filter((name) => !known.has(name)),
        [],
        "missing commands",
      );
    },
  ],
  [
    "the graph opens beside the text and follows it",
    async () => {
      const editor = await definition();
      await commands.executeCommand("modelwright.graph", editor.document.uri.toString(), "digits");
      const tab = await until("the graph", () =>
        window.tabGroups.all
          .flatMap((group) => group.tabs)
          .find(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith("modelwright.graph")),
      );
      same(tab.label, "Graph of efemarai.yaml", "the title");
      check(tab.group !== window.tabGroups.all[0], "the graph is not beside the text");
    },
  ],
  [
    "run starts the model over a folder",
    async () => {
      const editor = await definition();
      const {
        args,
        process: program,
        cwd,
      } = await started(() =>
        commands.executeCommand("modelwright.run", editor.document.uri.toString(), "digits", uriOf("images")),
      );
      same(
        args.slice(1),
        ["run", `--input=${uriOf("images").fsPath}`, "--model=digits", "./efemarai.yaml"],
        "the command",
      );
      const printed = execFileSync(program, [...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      check(printed.startsWith('{"index":0,'), `the run prints ${printed.slice(0, 200)}`);
    },
  ],
  [
    "the bundled program generates the same bindings as the package",
    async () => {
      const bundled = await useServer("bundled");
      const editor = await definition();
      const uri = editor.document.uri.toString();
      const { process: program, args, cwd } = await started(() => commands.executeCommand("modelwright.build", uri));
      same(args[0], bundled, "the program");
      const own = await useServer("auto");
      check(own !== bundled && own.startsWith(root().fsPath), `the program of the project is ${own}`);
      const built = [bundled, own].map((main, i) => {
        execFileSync(program, [main, ...args.slice(1), `--out=generated-${i}`], { cwd, stdio: "ignore" });
        return readFileSync(join(cwd, `generated-${i}/models.ts`), "utf8");
      });
      check(built[0] !== "" && built[0] === built[1], "the bindings differ");
    },
  ],
  [
    "the server restarts, and reports the same findings",
    async () => {
      const editor = await definition();
      const before = editor.document.getText();
      await replace(editor, "model.files.weights", "model.files.wieghts");
      await findings("efemarai.yaml", (codes) => codes.includes("undefined-reference"));
      const old = api().process();
      await commands.executeCommand("modelwright.restart");
      await until("another process", () => (api().process() !== old && api().process() !== undefined) || undefined);
      await findings("efemarai.yaml", (codes) => codes.includes("undefined-reference"));
      await undoTo(editor, before);
      await findings("efemarai.yaml", none);
    },
  ],
  [
    "a server that dies is started again",
    async () => {
      await definition();
      const old = api().process();
      check(old !== undefined, "the server has no process");
      process.kill(old ?? 0, "SIGKILL");
      await until("another process", () => (api().process() !== old && api().state().kind === "running") || undefined);
      await findings("efemarai.yaml", none);
    },
  ],
  [
    "check workspace reports definitions that are not open",
    async () => {
      await findings("closed/efemarai.yaml", none);
      await commands.executeCommand("modelwright.checkAll");
      await findings("closed/efemarai.yaml", (codes) => codes.includes("undefined-reference"));
    },
  ],
  [
    "leaves a mistake and the graph for a picture",
    async () => {
      const editor = await definition();
      await replace(editor, "model.files.weights", "model.files.wieghts");
      await findings("efemarai.yaml", (codes) => codes.includes("undefined-reference"));
      select(editor, "wieghts");
      await commands.executeCommand("workbench.actions.view.problems");
    },
  ],
];

/** The process that a command starts as a task. The task itself needs a terminal, which this editor may not have. */
async function started(
  start: () => PromiseLike<unknown>,
): Promise<{ readonly process: string; readonly args: readonly string[]; readonly cwd: string }> {
  const before = new Set(tasks.taskExecutions);
  const executions: TaskExecution[] = [];
  const listening = tasks.onDidStartTask(({ execution }) => executions.push(execution));
  try {
    const starting = Promise.resolve(start()).catch(() => {});
    const isNew = (execution: TaskExecution) => !before.has(execution);
    const { task } = await until("a task", () => executions[0] ?? tasks.taskExecutions.find(isNew));
    await starting;
    const { execution } = task;
    if (!(execution instanceof ProcessExecution)) throw new Error("the task is not a process");
    return { process: execution.process, args: execution.args, cwd: execution.options?.cwd ?? root().fsPath };
  } finally {
    listening.dispose();
    for (const execution of executions) execution.terminate();
  }
}

/** Changes the setting that selects the server, and waits for the server that it selects. Resolves with its program. */
async function useServer(server: "auto" | "bundled"): Promise<string> {
  await workspace.getConfiguration("modelwright").update("server", server, false);
  const wanted = server === "auto" ? "project" : "bundled";
  return until(`the ${wanted} server`, () => {
    const state = api().state();
    return state.kind === "running" && state.choice.kind === wanted ? state.choice.main : undefined;
  });
}
