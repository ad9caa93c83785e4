// `connect`: a session on a server behaves like a local one.
import { build as esbuild } from "esbuild";
import * as assert from "uvu/assert";
import { type Datapoint, defineModel, type Model, ModelError, PredictionError } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { ROOT } from "../golden.ts";
import { until, waitFile, withServer } from "./served.ts";

type Anything = Model<Datapoint, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>>;

const model: Anything = defineModel("model", undefined, { root: "", plan: "" });

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

async function errorOf(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, Error);
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("connect", (test) => {
  test("predicts in order, with the same values as a local session", () =>
    withServer({}, {}, async ({ url }) => {
      const session = model.connect(url);
      const array = { dtype: "INT16", shape: [2, 1], data: Int16Array.of(1, -2) } as const;
      const inputs = {
        text: "é",
        big: 2n ** 70n,
        nan: Number.NaN,
        list: [1, [Number.POSITIVE_INFINITY]],
        array,
        one: Float64Array.of(0.5),
      };
      const [lists] = await all(session.predict([{ inputs }]));
      assert.ok(Number.isNaN(lists?.["nan"]));
      assert.equal({ ...lists, nan: 0 }, { ...inputs, nan: 0, array: [[1], [-2]], one: [0.5] });
      const [raw] = await all(session.predict([{ inputs }], { arrays: "raw" }));
      assert.equal([raw?.["array"], raw?.["one"]], [array, { dtype: "FP64", shape: [1], data: Float64Array.of(0.5) }]);
      const many = Array.from({ length: 200 }, (_, n) => ({ inputs: { n } }));
      assert.equal(
        await all(session.predict(many)),
        many.map((each) => each.inputs),
      );
      async function* stream() {
        yield* many.slice(0, 20);
      }
      assert.equal(
        await all(session.predict(stream())),
        many.slice(0, 20).map((each) => each.inputs),
      );
      assert.equal(await all(session.predict([])), []);
      const ones = await Promise.all(many.slice(0, 20).map((each) => session.predictOne(each)));
      assert.equal(
        ones,
        many.slice(0, 20).map((each) => each.inputs),
      );
      await session.stop();
      assert.is((await errorOf(() => all(session.predict(many)))).message, "model: the session was stopped");
    }));

  test("has the errors of a local session", () =>
    withServer({}, {}, async ({ url, folder }) => {
      const session = model.connect(url);
      const given = [
        { inputs: { n: 1 } },
        { id: "b", inputs: { fail: "it" } },
        1 as never,
        { inputs: { f: new Map() } as never },
      ];
      const settled = await all(session.predictSettled(given));
      assert.equal(
        settled.map((each) => [
          each.status,
          each.index,
          each.id,
          each.status === "rejected" ? each.reason.message : each.value,
        ]),
        [
          ["fulfilled", 0, "0", { n: 1 }],
          ["rejected", 1, "b", "b: ValueError: cannot predict it"],
          [
            "rejected",
            2,
            "2",
            "2: InputError: a datapoint must be an object with `path` or `inputs`, and its `id` must be text",
          ],
          ["rejected", 3, "3", "3: InputError: the input `f` is a Map or a Set; pass an object or an array"],
        ],
      );
      const failed = await errorOf(() => all(session.predict(given)));
      assert.instance(failed, PredictionError);
      const file = waitFile(folder, "go");
      const controller = new AbortController();
      const waiting = errorOf(() =>
        all(session.predict([{ inputs: { wait: file.path } }], { signal: controller.signal })),
      );
      await file.hasStarted();
      controller.abort(new Error("enough"));
      assert.is((await waiting).message, "enough");
      file.release();
    }));

  test("says what is wrong with the server, its address or the token", () =>
    withServer({}, { tokens: ["0123456789abcdef"] }, async ({ url }) => {
      const one: readonly Datapoint[] = [{ inputs: {} }];
      const messageOf = async (at: string, options = {}, of = model) => {
        const error = await errorOf(async () => all(of.connect(at, options).predict(one)));
        assert.instance(error, ModelError);
        return error.message.replaceAll(url, "URL");
      };
      const path = "URL/models/model/predict?arrays=raw";
      assert.is(await messageOf(url), `model: ${path} answered with status 401: a bearer token is required`);
      assert.is(
        await messageOf(url, { token: "x" }),
        `model: ${path} answered with status 401: the bearer token is not valid`,
      );
      assert.equal(await all(model.connect(`${url}/`, { token: "0123456789abcdef" }).predict(one)), [{}]);
      const other = defineModel("other", undefined, { root: "", plan: "" }) as Anything;
      assert.match(await messageOf(url, { token: "0123456789abcdef" }, other), /status 404: unknown model `other`\. /);
      assert.match(
        await messageOf("http://127.0.0.1:1"),
        /^model: http:\/\/127\.0\.0\.1:1\/models\/model\/predict\?arrays=raw cannot be reached: /,
      );
      for (const wrong of ["localhost:8080", "file:///x", ""]) {
        assert.is(await messageOf(wrong), "model: the URL of a server starts with `http://` or `https://`");
      }
    }));

  test("repeats requests that the server refuses because too many wait", () =>
    withServer({ maxSize: 1 }, { maxActive: 1, maxWaiting: 0 }, async ({ url, folder, log }) => {
      const file = waitFile(folder, "go");
      const first = all(model.connect(url).predict([{ inputs: { wait: file.path } }]));
      await file.hasStarted();
      const second = all(model.connect(url).predict([{ inputs: { n: 2 } }]));
      await until(() => log.some(({ status }) => status === 429));
      file.release();
      assert.equal([(await first).length, await second], [1, [{ n: 2 }]]);
    }));

  test("works in a browser", async () => {
    const { outputFiles } = await esbuild({
      stdin: { contents: 'export * from "./src/run/browser.ts";', resolveDir: ROOT },
      ...{ bundle: true, write: false, platform: "browser", format: "esm", logLevel: "silent" },
    });
    const page = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`)) as {
      defineModel: (id: string) => Anything;
    };
    await withServer({}, {}, async ({ url }) => {
      assert.equal(
        await all(
          page
            .defineModel("model")
            .connect(url)
            .predict([{ inputs: { n: 1 } }]),
        ),
        [{ n: 1 }],
      );
    });
  });
});
