// The server of `serve` with real models and real connections: every answer is exact, and none contains a stack trace.
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { exchangeRaw, type Received, type Served, until, waitFile, withServer } from "./served.ts";

const never = new AbortController().signal;

/** A problem without its title. */
function problemOf({ status, headers, text }: Received): string {
  assert.is(headers["content-type"], "application/problem+json");
  const { status: written, detail, title, type } = JSON.parse(text);
  assert.is(written, status);
  assert.is(type, "about:blank");
  assert.ok(title);
  assert.not.match(text, /\bat .*\.[jt]s:\d|Traceback/);
  return `${status} ${detail}`;
}

/** An error of the Open Inference Protocol. */
function errorOf({ status, headers, text }: Received): string {
  assert.is(headers["content-type"], "application/json");
  assert.equal(Object.keys(JSON.parse(text)), ["error"]);
  assert.not.match(text, /\bat .*\.[jt]s:\d|Traceback/);
  return `${status} ${JSON.parse(text).error}`;
}

const infer = ({ send }: Served, document: unknown) => {
  return send("/v2/models/model/infer", { method: "POST", body: JSON.stringify(document) });
};

const HEAD = "POST /models/model/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/** The status and the problem of the answer to bytes, after which the server closes the connection. */
async function ending(port: number, text: string): Promise<string> {
  const [start = "", body = ""] = (await exchangeRaw(port, text)).split("\r\n\r\n");
  assert.match(start, /Connection: close/);
  return `${start.split("\r\n")[0]?.slice("HTTP/1.1 ".length)}: ${JSON.parse(body).detail}`;
}

describe("serve: plain JSON", (test) => {
  test("predicts one datapoint, or a list with a row for each", () =>
    withServer({}, {}, async ({ predict, log }) => {
      const one = await predict(
        { inputs: { text: "é", big: 0, list: [1, 2.5], none: null } },
        { "X-Request-Id": "my-id.1" },
      );
      assert.equal([one.status, one.headers["content-type"]], [200, "application/json"]);
      assert.is(one.headers["x-request-id"], "my-id.1");
      assert.is(one.text, '{"text":"é","big":0,"list":[1,2.5],"none":null}');
      const many = await predict([{ inputs: { n: 1 } }, { id: "b", inputs: { fail: "this" } }, { inputs: { n: 3 } }]);
      assert.equal(JSON.parse(many.text), [
        { index: 0, id: "0", predictions: { n: 1 } },
        { index: 1, id: "b", error: { type: "ValueError", message: "cannot predict this" } },
        { index: 2, id: "2", predictions: { n: 3 } },
      ]);
      assert.is((await predict([])).text, "[]");
      assert.equal(
        log.map(({ method, path, status, model, datapoints }) => [method, path, status, model, datapoints]),
        [
          ["POST", "/models/model/predict", 200, "model", 1],
          ["POST", "/models/model/predict", 200, "model", 3],
          ["POST", "/models/model/predict", 200, "model", 0],
        ],
      );
    }));

  test("keeps the digits of numbers, and the type of arrays", () =>
    withServer({}, {}, async ({ send }) => {
      const path = "/models/model/predict?arrays=raw";
      const array = {
        dtype: "INT16",
        shape: [2, 1],
        data: Buffer.from(Int16Array.of(1, -2).buffer).toString("base64"),
      };
      const nan = {
        dtype: "FP64",
        shape: [],
        data: Buffer.from(Float64Array.of(Number.NaN).buffer).toString("base64"),
      };
      const body = `{"inputs":{"n":9007199254740993,"array":${JSON.stringify(array)},"nan":${JSON.stringify(nan)}}}`;
      const raw = await send(path, { method: "POST", body });
      assert.is(raw.text, `{"n":9007199254740993,"array":${JSON.stringify(array)},"nan":${JSON.stringify(nan)}}`);
      const lists = await send("/models/model/predict", { method: "POST", body });
      assert.is(lists.text, '{"n":9007199254740993,"array":[[1],[-2]],"nan":null}');
    }));

  test("has exact problems", () =>
    withServer({}, {}, async ({ send, predict, log }) => {
      assert.is(problemOf(await predict({ inputs: { fail: "it" } })), "422 ValueError: cannot predict it");
      assert.match(log.at(-1)?.details ?? "", /^Traceback/);
      const wrong: readonly (readonly [unknown, string])[] = [
        [1, 'the datapoint must be a JSON object such as {"inputs": {"text": "…"}}'],
        [[1], 'datapoint 0 must be a JSON object such as {"inputs": {"text": "…"}}'],
        [{ text: "a" }, "the datapoint has the unknown key `text`; put the inputs into `inputs`"],
        [{ inputs: [] }, "the datapoint must have a JSON object `inputs`"],
        [{ id: 1, inputs: {} }, "the datapoint must have text as its `id`"],
        [
          { path: "/etc/passwd" },
          "the datapoint has a `path`; start the server with `--allow-paths` to let clients name files of the server",
        ],
        [
          { inputs: { a: { dtype: "FP32", shape: [2], data: "AAAA" } } },
          "the datapoint has an array of type FP32 and shape [2] whose `data` is not base64 of 8 bytes",
        ],
      ];
      for (const [body, message] of wrong) assert.is(problemOf(await predict(body)), `400 ${message}`);
      const post = (body: string | Buffer, headers = {}) =>
        send("/models/model/predict", { method: "POST", body, headers });
      assert.is(
        problemOf(await post("{")),
        "400 the request is not valid JSON: expected a key in double quotes at character 2",
      );
      assert.is(problemOf(await post("")), "400 the request is not valid JSON: expected a value at character 1");
      assert.is(problemOf(await post(Buffer.from([0xff]))), "400 the request is not UTF-8");
      assert.is(
        problemOf(await post("{}", { "Content-Type": "text/plain" })),
        "415 the content type must be `application/json`",
      );
      const many = `[${'{"inputs":{}},'.repeat(10_000)}{"inputs":{}}]`;
      assert.is(problemOf(await post(many)), "413 the request has 10001 datapoints; the limit is 10000");
      assert.is(
        problemOf(await send("/models/mode/predict", { method: "POST", body: "{}" })),
        "404 unknown model `mode`. Did you mean `model`?",
      );
      assert.is(
        problemOf(await send("/models/%ff/predict", { method: "POST", body: "{}" })),
        "400 `%ff` is not a valid part of a URL",
      );
      assert.is(
        problemOf(await send("/models/model/predict?arrays=x", { method: "POST", body: "{}" })),
        "400 `arrays` must be `lists` or `raw`",
      );
      const get = await send("/models/model/predict");
      assert.equal([problemOf(get), get.headers.allow], ["405 the method must be POST", "POST"]);
      assert.is(problemOf(await send("/%2e%2e/etc/passwd")), "404 there is nothing at `/%2e%2e/etc/passwd`");
      assert.is(problemOf(await send("/../../etc/passwd")), "404 there is nothing at `/../../etc/passwd`");
    }));

  test("lets clients name files only with `allowPaths`", () =>
    withServer({}, { allowPaths: true }, async ({ predict, folder }) => {
      const file = waitFile(folder, "a.txt");
      file.release();
      assert.equal(JSON.parse((await predict({ path: file.path })).text), { file: file.path });
    }));
});

describe("serve: the Open Inference Protocol", (test) => {
  test("answers health and metadata", () =>
    withServer({}, {}, async ({ send }) => {
      const get = async (path: string) => {
        const { status, text } = await send(path);
        return [status, JSON.parse(text)];
      };
      assert.equal(await get("/v2/health/live"), [200, { live: true }]);
      assert.equal(await get("/v2/health/ready"), [200, { ready: true }]);
      assert.equal(await get("/v2/models/model/ready"), [200, { name: "model", ready: true }]);
      assert.equal(await get("/v2/models/model/versions/1/ready"), [200, { name: "model", ready: true }]);
      assert.equal((await get("/v2"))[1].extensions, ["binary_tensor_data"]);
      const metadata = { name: "model", versions: ["1"], platform: "modelwright", inputs: [], outputs: [] };
      assert.equal(await get("/v2/models/model"), [200, metadata]);
      assert.equal(await get("/v2/models/model/versions/1/"), [200, metadata]);
      const head = await send("/v2/health/ready", { method: "HEAD" });
      assert.equal([head.status, head.text, head.headers["content-length"]], [200, "", "14"]);
    }));

  test("predicts a batch of tensors, as JSON and as bytes", () =>
    withServer({}, {}, async (served) => {
      const inputs = [
        { name: "n", datatype: "INT64", shape: [2], data: [1, 2] },
        {
          name: "a",
          datatype: "FP32",
          shape: [2, 2],
          data: [
            [1, 2],
            [3, 4],
          ],
        },
        { name: "t", datatype: "BYTES", shape: [2], data: ["x", "é"] },
      ];
      const { text } = await infer(served, { id: "7", inputs });
      assert.equal(JSON.parse(text), {
        model_name: "model",
        model_version: "1",
        id: "7",
        outputs: [
          { name: "n", datatype: "FP64", shape: [2], data: [1, 2] },
          { name: "a", datatype: "FP32", shape: [2, 2], data: [1, 2, 3, 4] },
          { name: "t", datatype: "BYTES", shape: [2], data: ["x", "é"] },
        ],
      });
      const bytes = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
      const json = Buffer.from(
        JSON.stringify({
          inputs: [{ name: "a", datatype: "FP32", shape: [2, 2], parameters: { binary_data_size: 16 } }],
          parameters: { binary_data_output: true },
        }),
      );
      const headers = { "Inference-Header-Content-Length": String(json.length), "Content-Encoding": "gzip" };
      const body = gzipSync(Buffer.concat([json, bytes]));
      const binary = await served.send("/v2/models/model/infer", { method: "POST", headers, body });
      const length = Number(binary.headers["inference-header-content-length"]);
      assert.equal(JSON.parse(String(binary.bytes.subarray(0, length))).outputs, [
        { name: "a", datatype: "FP32", shape: [2, 2], parameters: { binary_data_size: 16 } },
      ]);
      assert.equal(binary.bytes.subarray(length), bytes);
      assert.is(binary.headers["content-type"], "application/octet-stream");
    }));

  test("gives bytes to the model as an array, and texts as text", () =>
    withServer({ predict: "kinds" }, {}, async (served) => {
      const of = async (parameters: object) => {
        const inputs = [{ name: "b", datatype: "BYTES", shape: [1], data: ["AAAA"], parameters }];
        return JSON.parse((await infer(served, { inputs })).text).outputs[0].data[0];
      };
      assert.is(await of({}), "str");
      assert.is(await of({ content_type: "str" }), "str");
      assert.match(await of({ content_type: "base64" }), /^(?:memoryview|ndarray)$/);
    }));

  test("has exact errors; a failing datapoint fails its request only", () =>
    withServer({}, {}, async (served) => {
      const texts = (...data: readonly string[]) => [{ name: "fail", datatype: "BYTES", shape: [data.length], data }];
      const [failed, works] = await Promise.all([
        infer(served, { inputs: texts("a", "b") }),
        infer(served, { inputs: [{ name: "ok", datatype: "BOOL", shape: [1], data: [true] }] }),
      ]);
      assert.is(errorOf(failed), "422 datapoint 0: ValueError: cannot predict a");
      assert.equal(JSON.parse(works.text).outputs, [{ name: "ok", datatype: "BOOL", shape: [1], data: [true] }]);
      assert.is(errorOf(await infer(served, { inputs: texts("a") })), "422 ValueError: cannot predict a");
      assert.is(errorOf(await infer(served, {})), "400 `inputs` must be a list with at least one tensor");
      const wanted = { inputs: texts("a").map((input) => ({ ...input, name: "a" })), outputs: [{ name: "z" }] };
      assert.is(errorOf(await infer(served, wanted)), "400 the model has no output `z`; expected `a`");
      assert.is(
        errorOf(await served.send("/v2/models/nothing")),
        "404 unknown model `nothing`. Available models: `model`.",
      );
      assert.is(
        errorOf(await served.send("/v2/models/model/versions/2")),
        "404 the model `model` has only the version 1",
      );
      assert.is(errorOf(await served.send("/v2/models")), "404 there is nothing at `/v2/models`");
    }));
});

describe("serve: access", (test) => {
  const token = "0123456789abcdef";

  test("requires a token for all but probes and the page", () =>
    withServer({}, { tokens: [token, `${token}2`] }, async ({ send }) => {
      const as = (authorization: string) => send("/v2", { headers: { Authorization: authorization } });
      const without = await send("/v2");
      assert.equal(
        [errorOf(without), without.headers["www-authenticate"]],
        ["401 a bearer token is required", "Bearer"],
      );
      for (const wrong of [`Bearer ${token}3`, `Bearer ${token.slice(1)}`, "Bearer x"]) {
        assert.is(errorOf(await as(wrong)), "401 the bearer token is not valid");
      }
      for (const other of [`Basic ${token}`, token, "Bearer", "Bearer a b"]) {
        assert.is(errorOf(await as(other)), "401 a bearer token is required");
      }
      for (const right of [`Bearer ${token}`, `bearer  ${token}2`]) assert.is((await as(right)).status, 200);
      for (const path of ["/v2/health/live", "/v2/health/ready", "/"]) assert.is((await send(path)).status, 200);
      for (const path of ["/metrics", "/openapi.json", "/v2/models/model", "/v2/models/model/ready", "/v2/models/x"]) {
        assert.is((await send(path)).status, 401);
      }
    }));

  test("accepts only names of this machine, and pages of this server", () =>
    withServer({}, { hosts: ["models.example.com"], origins: ["https://app.example.com"] }, async ({ send, port }) => {
      const named = (host: string) => send("/v2", { headers: { Host: host } });
      for (const host of [
        `localhost:${port}`,
        "127.0.0.1",
        "[::1]:1",
        "LOCALHOST.",
        "a.localhost",
        "models.example.com:80",
      ]) {
        assert.is((await named(host)).status, 200, host);
      }
      for (const host of ["example.com", "127.0.0.1.example.com", "10.0.0.1", "localhost@example.com", "[::2]"]) {
        const message = `421 the server is not named \`${host}\`; start it with \`--allow-host\` to allow this name`;
        assert.is(errorOf(await named(host)), message);
      }
      const from = (origin: string, method = "GET") => send("/v2", { method, headers: { Origin: origin } });
      assert.is((await from(`http://localhost:${port}`)).status, 200);
      const allowed = await from("https://app.example.com");
      assert.equal([allowed.status, allowed.headers["access-control-allow-origin"]], [200, "https://app.example.com"]);
      const preflight = await from("https://app.example.com", "OPTIONS");
      assert.equal([preflight.status, preflight.headers["access-control-allow-methods"]], [204, "GET, POST"]);
      for (const origin of ["https://example.com", "null", "http://app.example.com"]) {
        const message = `403 pages of \`${origin}\` may not use this server; start the server with \`--allow-origin\` to allow them`;
        for (const method of ["GET", "OPTIONS"]) assert.is(errorOf(await from(origin, method)), message);
      }
      assert.is(errorOf(await send("/v2", { method: "OPTIONS" })), "405 the method must be GET");
    }));

  test("gives every answer an id, and takes harmless ones from clients", () =>
    withServer({}, {}, async ({ send, log }) => {
      for (const wrong of ["a b", "x".repeat(65), "é", '"', "a,b"]) {
        const { headers } = await send("/v2", { headers: { "X-Request-Id": Buffer.from(wrong).toString("latin1") } });
        assert.match(String(headers["x-request-id"]), /^[0-9a-f]{8}-/);
      }
      const { headers } = await send("/nothing", { headers: { "X-Request-Id": "trace:1" } });
      assert.is(headers["x-request-id"], "trace:1");
      assert.is(log.at(-1)?.requestId, "trace:1");
    }));
});

describe("serve: limits", (test) => {
  test("rejects large bodies, whatever their encoding", () =>
    withServer({}, { maxBody: 1000 }, async ({ send, url }) => {
      const post = (body: string | Buffer, headers = {}) =>
        send("/models/model/predict", { method: "POST", body, headers });
      const message = "413 the body of the request is larger than the limit of 1000 bytes";
      assert.is(problemOf(await post(" ".repeat(1001))), message);
      assert.is(problemOf(await post(" ".repeat(100_000), { "Transfer-Encoding": "chunked" })), message);
      assert.is(
        problemOf(await post(gzipSync(Buffer.alloc(10_000_000)).subarray(0, 900), { "Content-Encoding": "gzip" })),
        message,
      );
      assert.is(
        problemOf(await post("{}", { "Content-Encoding": "gzip" })),
        "400 the body of the request is not valid gzip data",
      );
      assert.is(
        problemOf(await post("{}", { "Content-Encoding": "br" })),
        "415 the content encoding `br` is not supported; expected `gzip` or `deflate`",
      );
      // A connection can be used again after a rejected body.
      const again = await fetch(`${url}/models/model/predict`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: '{"inputs":{"a":1}}',
      });
      assert.equal(await again.json(), { a: 1 });
    }));

  test("predicts a number of requests at the same time, lets others wait and refuses the rest", () =>
    withServer({ maxSize: 1 }, { maxActive: 1, maxWaiting: 1 }, async ({ predict, folder, model, send }) => {
      const file = waitFile(folder, "go");
      const first = predict({ inputs: { wait: file.path } });
      await file.hasStarted();
      const second = predict({ inputs: { n: 2 } });
      await until(() => model.gate.waiting === 1);
      const third = await predict({ inputs: { n: 3 } });
      assert.is(problemOf(third), "429 too many requests: 1 are predicted and 1 wait; try again later");
      assert.is(third.headers["retry-after"], "1");
      const metrics = (await send("/metrics")).text;
      assert.match(metrics, /^modelwright_requests_active\{model="model"\} 1$/m);
      assert.match(metrics, /^modelwright_requests_waiting\{model="model"\} 1$/m);
      file.release();
      assert.equal([(await first).status, (await second).text], [200, '{"n":2}']);
      assert.equal([model.gate.active, model.gate.waiting], [0, 0]);
    }));

  test("ends requests that take too long, and those whose client is gone", () =>
    withServer({ maxSize: 1 }, { maxActive: 1, requestMs: 200 }, async ({ predict, folder, model, log, url }) => {
      const file = waitFile(folder, "go");
      assert.is(
        problemOf(await predict({ inputs: { wait: file.path } })),
        "504 the request took longer than the time limit of 0.2 s",
      );
      file.release();
      await until(() => model.gate.active === 0);
      const other = waitFile(folder, "other");
      const gone = new AbortController();
      const body = JSON.stringify({ inputs: { wait: other.path } });
      const init = { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: gone.signal };
      const request = fetch(`${url}/models/model/predict`, init).catch(() => {});
      await other.hasStarted();
      gone.abort();
      await request;
      await until(() => log.length === 2);
      other.release();
      // On a busy machine, the time limit may be reached first.
      assert.ok(log[1]?.status === undefined || log[1]?.status === 504);
      await until(() => model.gate.active === 0);
    }));

  test("gives up on clients that send slowly", () =>
    withServer({}, { sendMs: 100 }, async ({ port }) => {
      for (const text of [HEAD, `${HEAD}Content-Length: 10\r\n\r\n{`]) {
        assert.is(await ending(port, text), "408 Request Timeout: the request was not sent in time");
      }
    }));

  test("rejects what is not valid HTTP, or could be read in two ways", () =>
    withServer({}, {}, async ({ port }) => {
      const invalid = "400 Bad Request: the request is not valid HTTP";
      assert.is(
        await ending(port, `${HEAD}X: ${"a".repeat(20_000)}\r\n\r\n`),
        "431 Request Header Fields Too Large: the headers of the request are too large",
      );
      for (const headers of [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Content-Length: +2\r\n\r\n{}",
        "Content-Length: -1\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "X: a\0b\r\n\r\n",
      ]) {
        assert.is(await ending(port, HEAD + headers), invalid, headers);
      }
      assert.is(await ending(port, "GET / HTTP/9.9\r\n\r\n"), invalid);
      assert.is(await ending(port, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), invalid);
    }));
});

describe("serve: models and stopping", (test) => {
  test("a worker that ends costs its datapoint, and the next one is predicted", () =>
    withServer({ maxSize: 1 }, {}, async ({ predict, send }) => {
      assert.match(problemOf(await predict({ inputs: { exit: true } })), /^500 WorkerEnded: .*exit code 3/);
      assert.equal((await predict({ inputs: { n: 1 } })).text, '{"n":1}');
      assert.is((await send("/v2/health/live")).status, 200);
    }));

  test("a model that ends for good is reported: not live, not ready, 503", () =>
    withServer({ maxSize: 1 }, {}, async ({ predict, send }) => {
      let last = await predict({ inputs: { exit: true } });
      while (last.status === 500) last = await predict({ inputs: { exit: true } });
      assert.is(problemOf(last), "503 the model has ended");
      assert.is((await send("/v2/health/live")).text, '{"live":false}');
      assert.is((await send("/v2/health/ready")).status, 503);
      assert.is((await send("/v2/models/model/ready")).text, '{"name":"model","ready":false}');
    }));

  test("a server that stops answers what it has received, and nothing new", () =>
    withServer({}, {}, async ({ predict, folder, stop, port }) => {
      const file = waitFile(folder, "go");
      const request = predict({ inputs: { wait: file.path } });
      await file.hasStarted();
      const stopping = stop({ delayMs: 0, drainMs: 600_000 }, never);
      try {
        await exchangeRaw(port, "");
        assert.unreachable("the server still accepts connections");
      } catch (error) {
        assert.is((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
      }
      file.release();
      assert.is(await stopping, 0);
      assert.is((await request).status, 200);
    }));

  test("a server that will stop is not ready, so that load balancers choose others", () =>
    withServer({}, {}, async ({ predict, stop, send }) => {
      const controller = new AbortController();
      const stopping = stop({ delayMs: 600_000, drainMs: 600_000 }, controller.signal);
      const probe = await send("/v2/health/ready");
      assert.equal([probe.status, probe.text, probe.headers.connection], [503, '{"ready":false}', "close"]);
      assert.is((await send("/v2/health/live")).status, 200);
      assert.is(problemOf(await predict({ inputs: {} })), "503 the server is stopping");
      controller.abort();
      assert.is(await stopping, 0);
    }));

  test("a request that lasts longer than the time to stop is cut off with an answer", () =>
    withServer({}, {}, async ({ predict, folder, stop }) => {
      const file = waitFile(folder, "go");
      const request = predict({ inputs: { wait: file.path } });
      await file.hasStarted();
      assert.is(await stop({ delayMs: 0, drainMs: 0 }, never), 1);
      assert.is(problemOf(await request), "503 the server has stopped");
      file.release();
    }));
});

describe("serve: pages for people and tools", (test) => {
  test("the page runs only its own code", () =>
    withServer({}, {}, async ({ send }) => {
      const { headers, text } = await send("/");
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; /);
      assert.not.match(policy, /unsafe/);
      assert.not.match(text, /https?:\/\//);
    }));

  test("metrics are in the format of Prometheus", () =>
    withServer({}, {}, async ({ send, predict }) => {
      await predict([{ inputs: {} }, { inputs: { fail: 1 } }]);
      await send('/x"\n'.replace("\n", "%0a"));
      const { headers, text } = await send("/metrics");
      assert.is(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
      for (const line of text.trimEnd().split("\n")) {
        assert.match(
          line,
          /^(?:# (?:HELP|TYPE) modelwright_\w+ .+|modelwright_\w+\{\w+="[^"\n]*"(?:,\w+="[^"\n]*")*\} [\d.e+-]+)$/,
        );
      }
      assert.match(text, /^modelwright_requests_total\{route="predict",model="model",status="200"\} 1$/m);
      assert.match(text, /^modelwright_requests_total\{route="unknown",model="",status="404"\} 1$/m);
      assert.match(text, /^modelwright_datapoints_total\{model="model",outcome="predicted"\} 1$/m);
      assert.match(text, /^modelwright_datapoints_total\{model="model",outcome="failed"\} 1$/m);
      assert.match(text, /^modelwright_request_duration_seconds_bucket\{model="model",le="\+Inf"\} 1$/m);
      assert.match(text, /^modelwright_batches_total\{model="model"\} [12]$/m);
      assert.match(text, /^modelwright_restarts_total\{model="model"\} 0$/m);
      assert.match(text, /^modelwright_model_ready\{model="model"\} 1$/m);
    }));
});
