// Sessions that can be operated: options, states, events, counts, and how they end.
import * as assert from "uvu/assert";
import { type Datapoint, ModelError, type SessionEvent } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { withModel } from "./client-model.ts";

const one = (id: string): Datapoint => ({ id, inputs: {} });
const reasonOf = (error: unknown): string => (error as Error).message;

describe("run: options of start", (test) => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "`start` requires an object with options, such as { env: process.env }"],
    [{}, "`env`: expected an object with environment variables, such as process.env."],
    [{ env: "A=b" }, "`env`: expected an object with environment variables, such as process.env."],
    [{ env: {}, replica: 2 }, "`replica`: it does not exist. Did you mean `replicas`?"],
    [{ env: {}, replicas: 0 }, '`replicas`: expected a whole number of at least 1, or "auto".'],
    [{ env: {}, restarts: { max: -1 } }, "`restarts.max`: expected a whole number of at least 0."],
    [{ env: {}, restarts: { most: 1 } }, "`restarts.most`: it does not exist."],
    [{ env: {}, limits: { batchMs: "5" } }, "`limits.batchMs`: expected a number of milliseconds above 0."],
    [{ env: {}, limits: 5 }, "`limits`: expected an object."],
    [{ env: {}, maxWaitMs: Number.NaN }, "`maxWaitMs`: expected a number of milliseconds of at least 0."],
    [{ env: {}, passEnv: "HF_HOME" }, "`passEnv`: expected a list of names."],
    [{ env: {}, onEvent: true }, "`onEvent`: expected a function."],
    [{ env: {}, signal: {} }, "`signal`: expected an AbortSignal."],
    [{ env: {}, container: "runc" }, '`container`: expected true, false, "podman" or "docker".'],
  ];
  test("that are wrong are errors with what was expected", () =>
    withModel({ folder: "hostile", predict: "prints" }, async (model) => {
      for (const [options, message] of wrong) {
        const error: unknown = await model.start(options as never).catch((reason: unknown) => reason);
        assert.instance(error, TypeError, JSON.stringify(options));
        assert.ok(reasonOf(error).includes(message), reasonOf(error));
      }
    }));
});

describe("run: states of a session", (test) => {
  test("are events, from the start to the stop", () =>
    withModel({ folder: "hostile", predict: "prints", maxSize: 2 }, async (model, env) => {
      const events: SessionEvent[] = [];
      const session = await model.start({ env, onEvent: (event) => events.push(event) });
      assert.is(session.state, "ready");
      await session.ready();
      await session.predictOne(one("a"));
      await session.stop();
      assert.is(session.state, "stopped");
      assert.equal(
        events.map(({ kind }) => kind),
        ["starting", "loading", "ready", "busy", "ready", "stopped"],
      );
      assert.ok(events.every(({ durationMs, restarts }) => durationMs >= 0 && restarts === 0));
      assert.equal(events.map(({ replicas, inFlight }) => [replicas, inFlight]).slice(2, 5), [
        [1, 0],
        [1, 1],
        [1, 0],
      ]);
      assert.instance(await session.ready().catch((reason: unknown) => reason), ModelError);
    }));

  test("a crash is reported, and `ready` waits for the restart", () =>
    withModel({ folder: "hostile", predict: "ends_process" }, async (model, env) => {
      const events: SessionEvent[] = [];
      await using session = await model.start({
        env,
        onEvent: (event) => events.push(event),
      });
      const error: unknown = await session.predictOne(one("bad")).catch((reason: unknown) => reason);
      assert.match(reasonOf(error), "exit code 7");
      await session.ready();
      assert.equal(
        events.map(({ kind }) => kind),
        ["starting", "loading", "ready", "busy", "restarting", "busy", "restarting", "busy", "ready"],
      );
      const { state, restarts, batches, datapoints, errors, inFlight, replicas, ready } = session.stats();
      assert.equal([state, restarts, batches, datapoints, errors, inFlight], ["ready", 2, 1, 1, 1, 0]);
      assert.equal([replicas, ready], [1, 1]);
      assert.ok(session.stats().loadMs > 0 && session.stats().busyMs > 0);
      assert.match(events.find(({ kind }) => kind === "restarting")?.reason ?? "", "exit code 7");
    }));

  test("one that has failed says why, in its last event and in every call", () =>
    withModel({ folder: "hostile", predict: "ends_process" }, async (model, env) => {
      const events: SessionEvent[] = [];
      await using session = await model.start({
        ...{ env, restarts: { max: 0 } },
        onEvent: (event) => events.push(event),
      });
      await session.predictOne(one("bad")).catch(() => {});
      assert.is(session.state, "failed");
      const reason = "the Python process ended with exit code 7; `--max-restarts 0`";
      assert.match(events.at(-1)?.reason ?? "", reason);
      for (const call of [() => session.ready(), () => session.predictOne(one("a"))]) {
        const error: unknown = await call().catch((thrown: unknown) => thrown);
        assert.instance(error, ModelError);
        assert.match(reasonOf(error), reason);
      }
    }));

  test("one that cannot start has failed", () =>
    withModel({ folder: "hostile", load: "fails_to_load", predict: "prints" }, async (model, env) => {
      const events: SessionEvent[] = [];
      await model.start({ env, onEvent: (event) => events.push(event) }).catch(() => {});
      assert.equal(
        events.map(({ kind }) => kind),
        ["starting", "loading", "failed"],
      );
      assert.match(events.at(-1)?.reason ?? "", "fails_to_load");
    }));
});

describe("run: a call that is aborted", (test) => {
  const sleeping = { folder: "replicas", predict: "may_sleep" };

  for (const how of ["predictOne", "predict"] as const) {
    test(`frees its worker while another one serves: ${how}`, () =>
      withModel(sleeping, async (model, env) => {
        const events: SessionEvent[] = [];
        const leave = new AbortController();
        let loaded = (): void => {};
        const areLoaded = new Promise<void>((resolve) => {
          loaded = resolve;
        });
        let restarted = (): void => {};
        const isRestarted = new Promise<void>((resolve) => {
          restarted = resolve;
        });
        await using session = await model.start({
          ...{ env, replicas: 2 },
          onLog: (line) => line === "asleep" && leave.abort("enough"),
          onEvent: (event) => {
            events.push(event);
            if (event.replicas === 2) (event.restarts === 1 ? restarted : loaded)();
          },
        });
        await areLoaded;
        const { signal } = leave;
        const call =
          how === "predictOne"
            ? session.predictOne(one("slow"), { signal })
            : session.predict([one("slow")], { signal }).next();
        assert.is(await call.catch((reason: unknown) => reason), "enough");
        assert.ok(Number((await session.predictOne(one("a")))["worker"]) > 0);
        await isRestarted;
        const reasons = events.flatMap(({ kind, reason }) => (kind === "restarting" ? [reason] : []));
        assert.equal(reasons, ["its call was aborted"]);
        assert.ok(events.some(({ kind }) => kind === "degraded"));
        assert.is(session.stats().ready, 2);
      }));
  }
});

describe("run: the stop of a session", (test) => {
  test("with `drainMs`, finishes what has begun and rejects what comes later", () =>
    withModel({ folder: "hostile", predict: "takes_a_moment", maxSize: 2 }, async (model, env) => {
      const session = await model.start({ env, maxWaitMs: 0 });
      const begun = ["a", "b", "c"].map((id) => session.predictOne(one(id)));
      const stopped = session.stop({ drainMs: 60_000 });
      const late: unknown = await session.predictOne(one("d")).catch((reason: unknown) => reason);
      assert.is(reasonOf(late), "model/predict: the model was stopped");
      assert.equal(await Promise.all(begun), [{ id: "a" }, { id: "b" }, { id: "c" }]);
      await stopped;
      assert.is(session.state, "stopped");
    }));

  test("does not wait longer than `drainMs`", () =>
    withModel({ folder: "hostile", predict: "announces" }, async (model, env) => {
      let begun = (): void => {};
      const busy = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const session = await model.start({ env, onLog: (line) => line.startsWith("sleeper") && begun() });
      const predicted = session.predictOne(one("slow")).catch((reason: unknown) => reason);
      await busy;
      await session.stop({ drainMs: 10 });
      assert.instance(await predicted, ModelError);
    }));
});
