// The environment of a model's process: what its plan names, what was requested, and the table.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { type Datapoint, defineModel, ModelError } from "../../src/run/index.ts";
import { lookForPython } from "../../src/run/prepare/python.ts";
import { PASSED, passedEnvironment } from "../../src/run/worker/passed-environment.ts";
import { modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { readPage } from "../documentation.ts";
import { fixture, ROOT } from "../golden.ts";
import { inProject } from "./definition.ts";
import { named, outcomes, planOf, predictions, runPlan } from "./harness.ts";

const ORDINARY: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin",
  HOME: "/home/somebody",
  USER: "somebody",
  LOGNAME: "somebody",
  SHELL: "/bin/bash",
  LANG: "de_DE.UTF-8",
  LANGUAGE: "de:en",
  LC_ALL: "C.UTF-8",
  LC_NUMERIC: "de_DE.UTF-8",
  TZ: "Europe/Sofia",
  TMPDIR: "/var/tmp",
  http_proxy: "http://proxy.internal:3128",
  HTTPS_PROXY: "http://proxy.internal:3128",
  NO_PROXY: "localhost,.internal",
  SSL_CERT_FILE: "/etc/ssl/corporate.pem",
  REQUESTS_CA_BUNDLE: "/etc/ssl/corporate.pem",
  PYTHONPATH: "/opt/code",
  PYTHONHASHSEED: "0",
  PYTHONUTF8: "1",
  PYTHONDONTWRITEBYTECODE: "1",
  VIRTUAL_ENV: "/opt/venv",
  CONDA_PREFIX: "/opt/conda",
  LD_LIBRARY_PATH: "/usr/local/cuda/lib64",
  DYLD_LIBRARY_PATH: "/opt/lib",
  OMP_NUM_THREADS: "4",
  MKL_NUM_THREADS: "4",
  OPENBLAS_NUM_THREADS: "4",
  KMP_AFFINITY: "granularity=fine",
  NUMEXPR_MAX_THREADS: "8",
  VECLIB_MAXIMUM_THREADS: "2",
  CUDA_VISIBLE_DEVICES: "0,1",
  CUDA_CACHE_PATH: "/var/cache/cuda",
  NVIDIA_VISIBLE_DEVICES: "all",
  HIP_VISIBLE_DEVICES: "0",
  ROCR_VISIBLE_DEVICES: "0",
  HF_HOME: "/data/huggingface",
  HF_HUB_OFFLINE: "1",
  HF_HUB_CACHE: "/data/huggingface/hub",
  TRANSFORMERS_CACHE: "/data/transformers",
  TOKENIZERS_PARALLELISM: "false",
  TORCH_HOME: "/data/torch",
  TF_CPP_MIN_LOG_LEVEL: "3",
  XDG_CACHE_HOME: "/data/cache",
  MPLCONFIGDIR: "/data/matplotlib",
};

const WITHHELD: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AKIA",
  AWS_SECRET_ACCESS_KEY: "a cloud",
  AWS_PROFILE: "production",
  AZURE_CLIENT_SECRET: "a cloud",
  GOOGLE_APPLICATION_CREDENTIALS: "/home/somebody/key.json",
  GITHUB_TOKEN: "of a run of CI",
  ACTIONS_RUNTIME_TOKEN: "of a run of CI",
  CI_JOB_TOKEN: "of a run of CI",
  CI: "true",
  HF_TOKEN: "another model's",
  HUGGING_FACE_HUB_TOKEN: "another model's",
  OPENAI_API_KEY: "another model's",
  DATABASE_URL: "postgres://user:word@db/x",
  PGPASSWORD: "word",
  SSH_AUTH_SOCK: "/tmp/ssh/agent",
  KUBECONFIG: "/home/somebody/.kube/config",
  TF_VAR_database: "of Terraform",
  SENTRY_DSN: "https://x@sentry.internal/1",
  PWD: "/somewhere/else",
  NODE_OPTIONS: "--require ./x.cjs",
  SOMETHING: "else",
  // In the table, but a credential.
  NVIDIA_API_KEY: "nvapi-1",
  NVIDIA_NGC_TOKEN: "ngc",
  MODELWRIGHT_GIT_TOKEN: "git",
  PYTHON_SECRET: "word",
  CUDA_PASSWORD: "word",
  HTTP_PROXY: "http://user:secret@proxy.internal:3128",
  https_proxy: "user:pass@proxy.internal:3128",
  ALL_PROXY: "socks5://user@proxy.internal",
  PYTORCH_INDEX: "https://ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy@example.org/simple",
};

const MINE = { MY_TOKEN: "of this model", CUDA_HOST: "ssh://me:word@gpu" };

describe("run: the environment of a model's process, by name", (test) => {
  test("variables that configure the use of the machine are passed", () => {
    assert.equal(passedEnvironment(ORDINARY, []), ORDINARY);
  });

  test("credentials and unknown variables are not", () => {
    assert.equal(passedEnvironment({ ...WITHHELD, UNSET: undefined }, []), {});
  });

  test("named variables are passed if they are set", () => {
    const environment = { ...ORDINARY, ...WITHHELD, ...MINE };
    const named = ["MY_TOKEN", "CUDA_HOST", "NOT_SET", "toString", "__proto__"];
    assert.equal(passedEnvironment(environment, named), { ...ORDINARY, ...MINE });
  });

  test("the documentation lists the table", () => {
    const page = readPage("src/docs/running.md");
    for (const name of PASSED) assert.ok(page.includes(`\`${name}\``), name);
  });
});

const shows = (id: string, variable: string) => ({
  id,
  folder: "hostile",
  predict: "shows_environment",
  loadInputs: {},
  predictInputs: {
    datapoints: { ref: `${id}/datapoints`, select: "all" },
  },
  device: { env: variable } as const,
  environment: [variable],
});

/** The variables that the processes of two models, each with a variable of its own, have. */
async function seenBy(passEnv: readonly string[] = []): Promise<readonly Readonly<Record<string, string>>[]> {
  const plan = planOf(shows("first", "FIRST"), shows("second", "SECOND"));
  const environment = { ...WITHHELD, LC_NUMERIC: "C", FIRST: "cpu", SECOND: "cpu" };
  const { rows, report } = await runPlan(plan, fixture("run/one.jsonl"), { environment, passEnv });
  assert.equal(report.failures, []);
  return predictions(rows).map(({ environment: seen }) => seen as Record<string, string>);
}

describe("run: the environment of a model's process, as it is", (test) => {
  test("contains what its plan names, and no other credentials", async () => {
    const [first = {}, second = {}] = await seenBy();
    for (const name of Object.keys(WITHHELD)) assert.is(first[name], undefined, name);
    assert.equal([first["FIRST"], first["SECOND"], first["LC_NUMERIC"]], ["cpu", undefined, "C"]);
    assert.equal([second["FIRST"], second["SECOND"]], [undefined, "cpu"]);
    assert.equal([first["PATH"], first["HOME"]], [process.env["PATH"], process.env["HOME"]]);
  });

  test("contains variables that are passed by name", async () => {
    const [first = {}, second = {}] = await seenBy(["AWS_PROFILE", "HF_TOKEN", "HTTP_PROXY", "NOT_SET"]);
    for (const seen of [first, second]) {
      assert.equal([seen["AWS_PROFILE"], seen["HF_TOKEN"]], ["production", "another model's"]);
      assert.equal([seen["HTTP_PROXY"], seen["NOT_SET"]], ["http://user:secret@proxy.internal:3128", undefined]);
      assert.equal([seen["AWS_SECRET_ACCESS_KEY"], seen["GITHUB_TOKEN"]], [undefined, undefined]);
    }
  });

  test("is the same, without those variables, for a Python that is asked for its version", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const program = join(folder, "python");
      writeFileSync(program, `#!/bin/sh\nenv > "${folder}/seen"\nexec python3 "$@"\n`);
      chmodSync(program, 0o755);
      const environment = { ...process.env, ...WITHHELD, CUDA_VISIBLE_DEVICES: "1" };
      assert.is((await lookForPython({ program, origin: program }, folder, environment)).kind, "value");
      const seen = readFileSync(join(folder, "seen"), "utf8");
      assert.match(seen, /^CUDA_VISIBLE_DEVICES=1$/m);
      for (const name of Object.keys(WITHHELD)) {
        if (name !== "PWD") assert.not.match(seen, new RegExp(`^${name}=`, "m"), name); // the shell sets its own
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("run: a variable that was not passed", (test) => {
  const advice = "pass it with `--pass-env ELSEWHERE` (`passEnv` of `start`)";
  const environment = { ELSEWHERE: "a value that is not shown", HF_HOME: "/data" };

  for (const [what, sketch, step] of [
    ["imports", { load: "needs:load" }, "model/load"],
    ["loads", { load: "needs_variable" }, "model/load"],
  ] as const) {
    test(`is named with what to do if the code ${what}`, async () => {
      const plan = planOf({ folder: "hostile", predict: "prints", ...sketch });
      const { report } = await runPlan(plan, named("a"), { environment });
      assert.is(report.failures[0]?.step, step);
      assert.ok(
        report.failures[0]?.message.endsWith(
          `raised KeyError: 'ELSEWHERE'; ELSEWHERE is set but was not passed to the model; ${advice}`,
        ),
      );
      const { report: passed } = await runPlan(plan, named("a"), { environment, passEnv: ["ELSEWHERE"] });
      assert.equal(passed.failures, []);
    });
  }

  test("is named only if the code predicts", async () => {
    const plan = planOf({ folder: "hostile", predict: "needs_variables" });
    const { rows } = await runPlan(plan, named("ELSEWHERE", "map:ELSEWHERE", "NOT_SET", "HF_HOME"), { environment });
    assert.equal(outcomes(rows), ["ELSEWHERE: KeyError", "map:ELSEWHERE: KeyError", "NOT_SET: KeyError", "HF_HOME"]);
    assert.is(rows[0]?.error?.message, `'ELSEWHERE'; ELSEWHERE is set but was not passed to the model; ${advice}`);
    assert.equal(
      rows.slice(1, 3).map(({ error }) => error?.message),
      ["'ELSEWHERE'", "'NOT_SET'"],
    );
    assert.not.match(JSON.stringify(rows), "a value that is not shown");
  });
});

describe("run: --pass-env", (test) => {
  test("names variables for models, and can be repeated", () =>
    inProject({ predict: "print(sorted(name for name in os.environ if name.startswith('OF_')))" }, async ({ run }) => {
      const env = { OF_A: "1", OF_B: "2", OF_C: "3" };
      const { code, err } = await run(["--head", "1", "--pass-env", "OF_A", "--pass-env=OF_C", "--pass-env", "OF_D"], {
        env,
      });
      assert.is(code, 0);
      assert.match(err, "['OF_A', 'OF_C']");
    }));

  test("accepts only names, and shows no value", () =>
    inProject({}, async ({ run }) => {
      for (const name of ["HF_TOKEN=hidden", "", "1", "A-B", "A B", "hidden value"]) {
        const { code, err } = await run([`--pass-env=${name}`]);
        assert.is(code, 2);
        assert.match(
          err,
          "Invalid value for `--pass-env`: expected the name of an environment variable without its value, such as HF_TOKEN.",
        );
        assert.not.match(err, "hidden");
      }
    }));

  test("is in the help", () => {
    const { out } = modelwright(ROOT, ["run", "--help"]);
    assert.match(out, "--pass-env <name>");
    assert.match(out, "--fetch-timeout <seconds>");
  });
});

describe("run: variables from a file", (test) => {
  test("do not decide which programs Git starts", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const mark = join(folder, "started");
      const text = `models:
  - name: model
    repository: { url: "ssh://git@127.0.0.1:9/x", branch: main }
    runtime:
      load: { entrypoint: "calls:load", output: { name: model } }
      predict:
        entrypoint: calls:predict
        inputs: [{ name: model, value: "\${model.runtime.load.output.model}" }, { name: items, value: "\${datapoints}" }]
        output: { name: predictions }
`;
      writeFileSync(join(folder, "efemarai.yaml"), text);
      writeFileSync(join(folder, "data.jsonl"), "{}\n");
      const started = ["GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "LD_PRELOAD"];
      writeFileSync(join(folder, "variables"), started.map((name) => `${name}="sh -c 'touch ${mark}'"\n`).join(""));
      const args = ["run", "--input", "data.jsonl", "--env-file", "variables"];
      const { code, err } = modelwright(folder, args, "", { XDG_CACHE_HOME: join(folder, "cache") });
      assert.is(code, 6, err);
      assert.match(err, "repository");
      assert.not.ok(existsSync(mark));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("run: start", (test) => {
  test("passes what its plan names, and what `passEnv` names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const before = { ...process.env };
    try {
      Object.assign(process.env, { OF_US: "1", HIDDEN_TOKEN: "2" });
      const plan = planOf({ ...shows("model", "OWN"), folder: fixture("run/hostile") });
      writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
      const module = { url: pathToFileURL(join(folder, "models.ts")).href } as ImportMeta;
      const model = defineModel<Datapoint, { environment: Record<string, string> }, { OWN: string }>("model", module, {
        root: ".",
        plan: plan.hash,
      });
      const see = async (env: Record<string, string>, passEnv?: readonly string[]) => {
        await using session = await model.start({ env, passEnv });
        for await (const { environment } of session.predict([{ id: "a", inputs: {} }])) return environment;
        return {};
      };
      const plain = await see({ OWN: "cpu", ELSE: "x" });
      assert.equal(
        [plain["OWN"], plain["ELSE"], plain["OF_US"], plain["HIDDEN_TOKEN"]],
        ["cpu", undefined, undefined, undefined],
      );
      const more = await see({ OWN: "cpu", ELSE: "x" }, ["ELSE", "OF_US"]);
      assert.equal([more["OWN"], more["ELSE"], more["OF_US"], more["HIDDEN_TOKEN"]], ["cpu", "x", "1", undefined]);
      const late: unknown = await model.start({ env: { OWN: "cpu" }, limits: { importMs: 1 } }).catch((error) => error);
      assert.instance(late, ModelError);
      assert.match((late as ModelError).message, "exceeded the time limit of 0.001 s");
    } finally {
      for (const name of ["OF_US", "HIDDEN_TOKEN"]) {
        if (before[name] === undefined) delete process.env[name];
      }
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
