// Code of repositories in the lock file: without a network, `check` and `build` know its functions.
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { CODE, definitionOf, inRemoteProject, type RemoteProject } from "./remote-project.ts";

const WRONG_INPUT = `          - name: treshold
            value: 0.7
`;

const withCode = (files: Readonly<Record<string, string>>, work: (project: RemoteProject) => Promise<void>) =>
  inRemoteProject(async (project) => {
    project.commit(files);
    const { code, err } = await project.modelwright(["lock"]);
    assert.is(code, 0, err);
    project.disconnect();
    await work(project);
  });

/** The lines that the lock file records of the only module. */
function recordedLines({ read }: RemoteProject): readonly string[] {
  const [code] = Object.values<{ python: { files: Record<string, Record<string, string>> } }>(
    JSON.parse(read("modelwright.lock")).code,
  );
  return Object.values(code?.python.files["detector/model.py"] ?? {});
}

describe("lock: code", (test) => {
  test("is declared without the bodies of functions", () =>
    withCode({ "detector/model.py": CODE }, async (project) => {
      assert.equal(recordedLines(project), [
        "from dataclasses import dataclass",
        "from typing import TypedDict",
        "@dataclass",
        "class Detector:",
        "    weights: str",
        "class Ship(TypedDict):",
        '    """A ship in an image."""',
        "    id: str",
        "    size: int  # in bytes of the weights",
        "def load(weights: str, threshold: float = 0.5) -> Detector:",
        '    """Loads the detector from its weights."""',
        "    return ...",
        "def predict(model: Detector, datapoints: list) -> list[Ship]:",
        "    return ...",
      ]);
    }));

  test("is verified without a network, and a wrong argument is found at its characters", () =>
    withCode({ "detector/model.py": CODE }, async ({ modelwright, write, origin }) => {
      const right = await modelwright(["check"]);
      assert.is(right.code, 0, right.out);
      assert.match(right.out, "Checked 1 file: no problems found");
      write("efemarai.yaml", definitionOf(origin, { inputs: WRONG_INPUT }));
      const { code, out } = await modelwright(["check"]);
      assert.is(code, 1);
      assert.match(out, /error\[unknown-argument\]: .*`treshold`/);
      assert.match(out, "efemarai.yaml:16:19");
      assert.match(out, "^^^^^^^^");
      assert.match(out, /modelwright\.lock\/code@[0-9a-f]{7}\/detector\/model\.py:18:24/);
      assert.match(out, "`threshold`");
    }));

  test("gives typed bindings, which stay fresh without a network", () =>
    withCode({ "detector/model.py": CODE }, async ({ modelwright, read }) => {
      assert.is((await modelwright(["build"])).code, 0);
      const bindings = read("generated/models.ts");
      for (const text of ["size: number", "A ship in an image.", "in bytes of the weights", "Loads the detector"])
        assert.match(bindings, text);
      const checked = await modelwright(["build", "--check"]);
      assert.is(checked.code, 0, checked.out);
    }));

  test("that the definition newly names is reported until it is locked", () =>
    withCode({ "detector/model.py": CODE }, async ({ modelwright, write, origin }) => {
      write("efemarai.yaml", definitionOf(origin).replace("detector.model:load", "detector.model:open_model"));
      const { out } = await modelwright(["check"]);
      assert.match(out, "unverified[remote-code]: The lock file does not contain `detector.model:open_model`");
      const stale = await modelwright(["lock", "--check"]);
      assert.is(stale.code, 4);
      assert.match(stale.out, "it lacks detector.model:open_model");
      // The code is in the cache, so no network is needed.
      const locked = await modelwright(["lock"]);
      assert.is(locked.code, 1, locked.err);
      assert.match(locked.err, /error\[missing-function\]: .*`open_model`/);
      assert.is((await modelwright(["lock", "--check"])).code, 0);
      assert.match((await modelwright(["check"])).out, /error\[missing-function\]: .*`open_model`/);
    }));
});
