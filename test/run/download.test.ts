// Downloads over HTTP from misbehaving servers.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import type { Result } from "../../src/base/result.ts";
import type { CachedFile } from "../../src/run/acquire/download.ts";
import { describe } from "../describe.ts";
import { downloadUrl, type UrlDownload } from "./download-url.ts";
import { planOf, runPlan } from "./harness.ts";

const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const HASH = createHash("sha256").update(FILE).digest("hex");

/** Some hundred bytes, which expand to fifty megabytes when they are unpacked twice. */
const BOMB = gzipSync(gzipSync(Buffer.alloc(50_000_000), { level: 9 }), { level: 9 });

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Try {
  readonly fetch: (path?: string, more?: Partial<UrlDownload>) => Promise<Result<CachedFile>>;
  readonly requests: IncomingMessage["headers"][];
  readonly cache: string;
  readonly origin: string;
}

async function withServer(handler: Handler, work: (given: Try) => Promise<void>): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), "modelwright-"));
  const requests: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signal = new AbortController().signal;
  try {
    await work({
      origin,
      cache,
      requests,
      fetch: (path = "/weights.bin", more = {}) =>
        downloadUrl({ url: origin + path, cache, stallMs: 2000, retryMs: 5, signal, onProgress: () => {}, ...more }),
    });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(cache, { recursive: true, force: true });
  }
}

function assertWhole(result: Result<CachedFile>): void {
  assert.is(result.kind, "value", result.kind === "problem" ? result.message : "");
  if (result.kind === "problem") return;
  assert.equal([result.value.sha256, result.value.bytes], [HASH, FILE.length]);
  assert.ok(readFileSync(result.value.path).equals(FILE));
}

const messageOf = (result: Result<CachedFile>): string => (result.kind === "problem" ? result.message : "");

/** Sends the requested part of the file correctly. */
function send(request: IncomingMessage, response: ServerResponse, until = FILE.length): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const head = from > 0 ? { "content-range": `bytes ${from}-${FILE.length - 1}/${FILE.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { etag: '"v1"', "content-length": FILE.length - from, ...head });
  response.write(FILE.subarray(from, until), () => (until === FILE.length ? response.end() : response.destroy()));
}

/** Sends the beginning of the file, and disconnects after it has arrived. */
function breakOff(response: ServerResponse, until: number): void {
  response.writeHead(200, { etag: '"v1"', "content-length": FILE.length });
  response.write(FILE.subarray(0, until), () => setTimeout(() => response.destroy(), 100));
}

describe("run: files of a server", (test) => {
  test("are paths for the model's code, and a missing one fails only its model", () =>
    withServer(
      (request, response) =>
        void (request.url?.startsWith("/weights.bin") === true
          ? send(request, response)
          : response.writeHead(404).end()),
      async ({ origin, cache, requests }) => {
        const sketch = (id: string, path: string) => ({
          id,
          folder: "calls",
          predict: "describes",
          load: "load",
          files: { weights: { template: [{ literal: `${origin}/` }, { literal: path }] } },
          loadInputs: { weights: { ref: `${id}/files/weights`, select: "url" } },
        });
        const plan = planOf(sketch("a", "weights.bin?sig=hidden"), {
          ...sketch("b", "gone.bin"),
          environment: ["KEY"],
        });
        const input = join(cache, "input.jsonl");
        writeFileSync(input, '{"id":"x"}\n');
        const environment = { XDG_CACHE_HOME: cache, KEY: "key" };
        const { report, events } = await runPlan(plan, input, { environment });
        assert.equal(
          report.models.map(({ id, state }) => [id, state]),
          [
            ["a", "done"],
            ["b", "failed"],
          ],
        );
        const message =
          "the file whose URL contains an environment variable cannot be fetched: the server responded with status 404 Not Found";
        assert.equal(report.failures, [{ step: "b/files/weights", message }]);
        assert.ok(
          events.some(
            (event) => event.kind === "fetch" && event.step === "a/files/weights" && event.bytes === FILE.length,
          ),
        );
        assert.ok(events.some((event) => event.kind === "state" && event.state === "fetching"));
        assert.ok(readFileSync(join(cache, "modelwright/files", HASH, "weights.bin")).equals(FILE));
        assert.not.match(JSON.stringify([report, events]), "hidden");
        assert.is(requests.length, 2);
      },
    ));
});

describe("run: the time limit of a download", (test) => {
  const dripping: Handler = (_, response) => {
    response.writeHead(200, { etag: '"v1"', "content-length": FILE.length });
    const drip = setInterval(() => response.write("x"), 50);
    response.on("close", () => clearInterval(drip));
  };
  const breaking: Handler = (_, response) => {
    response.writeHead(200, { "content-length": FILE.length });
    response.write("x");
    setTimeout(() => response.destroy(), 50);
  };
  for (const [title, handler] of [
    ["a server that drips", dripping],
    ["one that is asked again and again", breaking],
  ] as const) {
    test(`applies to ${title}`, () =>
      withServer(handler, async ({ origin, cache }) => {
        const plan = planOf({
          folder: "calls",
          predict: "describes",
          files: { weights: { literal: `${origin}/weights.bin` } },
        });
        const input = join(cache, "input.jsonl");
        writeFileSync(input, '{"id":"x"}\n');
        const options = { environment: { XDG_CACHE_HOME: cache }, limits: { fetchMs: 700 } };
        const { report } = await runPlan(plan, input, options);
        assert.equal(report.failures, [
          {
            step: "model/files/weights",
            message:
              "fetching took longer than the time limit of 0.7 s; raise it with `--fetch-timeout` (`limits.fetchMs` in a program)",
          },
        ]);
        assert.is(report.models[0]?.state, "failed");
      }));
  }
});

describe("download", (test) => {
  test("fetches a file once, and asks whether it has changed", () =>
    withServer(
      (request, response) => {
        if (request.headers["if-none-match"] === '"v1"') response.writeHead(304).end();
        else send(request, response);
      },
      async ({ fetch, requests, cache }) => {
        const first = await fetch("/some%20folder/weights.bin?token=secret");
        assertWhole(first);
        assert.equal(await fetch("/some%20folder/weights.bin?token=secret"), first);
        assert.is(requests.length, 2);
        assert.is(requests[1]?.["if-none-match"], '"v1"');
        assert.is(first.kind === "value" && first.value.path, join(cache, "files", HASH, "weights.bin"));
        assert.equal(readdirSync(join(cache, "parts")), []);
        assert.is(readdirSync(join(cache, "urls")).length, 1);
      },
    ));

  test("a changed file is fetched again, and the old one is kept", () =>
    withServer(
      (_, response, count) => response.writeHead(200, { etag: `"${count}"` }).end(count === 1 ? "old" : "new"),
      async ({ fetch }) => {
        const paths = [await fetch(), await fetch()].map((each) => (each.kind === "value" ? each.value.path : ""));
        assert.equal(
          paths.map((path) => readFileSync(path, "utf8")),
          ["old", "new"],
        );
      },
    ));

  const faults: readonly (readonly [string, Handler])[] = [
    [
      "drops the connection again and again",
      (request, response, count) => send(request, response, Math.min(count * 90_000, FILE.length)),
    ],
    [
      "drops the connection and knows no ranges",
      (_, response, count) => {
        response.writeHead(200, { "content-length": FILE.length });
        response.write(FILE.subarray(0, count < 3 ? 100_000 : FILE.length));
        setTimeout(() => (count < 3 ? response.destroy() : response.end()), 20);
      },
    ],
    [
      "falls silent in the middle",
      (request, response, count) => {
        if (count > 1) return send(request, response);
        response.writeHead(200, { etag: '"v1"', "content-length": FILE.length });
        response.write(FILE.subarray(0, 1000));
      },
    ],
    [
      "never answers the first time",
      (request, response, count) => {
        if (count > 1) send(request, response);
      },
    ],
    [
      "is overloaded",
      (request, response, count) => void (count < 4 ? response.writeHead(503).end() : send(request, response)),
    ],
    [
      "wants to be asked later",
      (request, response, count) =>
        void (count < 2 ? response.writeHead(429, { "retry-after": "0" }).end() : send(request, response)),
    ],
    [
      "says that nothing is packed",
      (_, response) => void response.writeHead(200, { "content-encoding": "identity" }).end(FILE),
    ],
    ["says no length", (_, response) => void response.writeHead(200).end(FILE)],
    [
      "has another file when asked for the rest",
      (request, response, count) => {
        if (count > 1) return void response.writeHead(200, { etag: '"v2"' }).end(FILE);
        response.writeHead(200, { etag: '"v1"', "content-length": FILE.length });
        response.write(Buffer.alloc(5000), () => response.destroy());
        void request;
      },
    ],
    [
      "refuses the range that it was asked for",
      (request, response, count) => {
        if (count === 1) send(request, response, 5000);
        else if (request.headers.range !== undefined) response.writeHead(416).end();
        else send(request, response);
      },
    ],
    [
      "answers with another range",
      (request, response, count) => {
        if (count === 1) return send(request, response, 5000);
        if (request.headers.range === undefined) return send(request, response);
        response.writeHead(206, { "content-range": `bytes 0-99/${FILE.length}` }).end(FILE.subarray(0, 100));
      },
    ],
    [
      "leads elsewhere",
      (request, response) =>
        void (request.url === "/weights.bin"
          ? response.writeHead(302, { location: "/b" }).end()
          : send(request, response)),
    ],
    [
      "refuses everything but GET",
      (request, response) => void (request.method === "GET" ? send(request, response) : response.writeHead(405).end()),
    ],
  ];
  for (const [title, handler] of faults) {
    test(`succeeds with a server that ${title}`, () =>
      withServer(handler, async ({ fetch, cache }) => {
        assertWhole(await fetch());
        assert.equal(readdirSync(join(cache, "parts")), []);
      }));
  }

  const refusals: readonly (readonly [string, Handler, string | RegExp])[] = [
    [
      "has no such file",
      (_, response) => void response.writeHead(404).end(),
      "the server responded with status 404 Not Found",
    ],
    [
      "wants to know who asks",
      (_, response) => void response.writeHead(401).end(),
      "the server responded with status 401 Unauthorized",
    ],
    [
      "leads in a circle",
      (request, response) => void response.writeHead(302, { location: request.url ?? "/" }).end(),
      "the server sent too many redirects",
    ],
    [
      "is always overloaded",
      (_, response) => void response.writeHead(500).end(),
      "the server responded with status 500 Internal Server Error",
    ],
    [
      "never sends what it promises",
      (_, response) => {
        response.writeHead(200, { "content-length": 10 });
        response.write("abc", () => response.destroy());
      },
      /^the connection failed \(/,
    ],
    ["never says anything", () => {}, "the server sent nothing for 2 s"],
    ...["gzip", "gzip, gzip", "br", "deflate", "zstd", "x-unknown"].map((coding): (typeof refusals)[number] => [
      `sends it as ${coding} without a request for it`,
      (_, response) => void response.writeHead(200, { "content-encoding": coding }).end(BOMB),
      "the server sent the file compressed, although the request did not allow it",
    ]),
  ];
  for (const [title, handler, message] of refusals) {
    test(`reports why there is no file from a server that ${title}`, () =>
      withServer(handler, async ({ fetch, cache }) => {
        const said = messageOf(await fetch());
        assert.ok(typeof message === "string" ? said === message : message.test(said), said);
        assert.equal(readdirSync(join(cache, "parts")), []);
        assert.equal(readdirSync(join(cache, "urls")), []);
      }));
  }

  const endless: readonly (readonly [string, Handler, RegExp])[] = [
    [
      "breaks off, and answers with another range for ever",
      (request, response) => {
        if (request.headers.range === undefined) return breakOff(response, 5000);
        response
          .writeHead(206, { etag: '"v1"', "content-range": `bytes 0-99/${FILE.length}` })
          .end(FILE.subarray(0, 100));
      },
      /^(?:the connection failed \(|the server responded with status 206 Partial Content$)/,
    ],
    [
      "breaks off, and sends more than it says for ever",
      (request, response) => {
        if (request.headers.range === undefined) return breakOff(response, 5000);
        response.writeHead(206, { etag: '"v1"', "content-range": `bytes 5000-5099/${FILE.length}` });
        const more = (): void => void (response.destroyed || response.write(FILE, more));
        more();
      },
      /^(?:the connection failed \(|the server sent more bytes than it had announced$)/,
    ],
  ];
  for (const [title, handler, message] of endless) {
    test(`ends with a server that ${title}`, () =>
      withServer(handler, async ({ fetch, requests }) => {
        assert.match(messageOf(await fetch()), message);
        assert.ok(requests.length <= 10, `${requests.length} requests`);
      }));
  }

  test("writes nothing after the announced length", () =>
    withServer(
      (request, response) => {
        if (request.headers.range === undefined) return send(request, response, 5000);
        response.writeHead(206, { etag: '"v1"', "content-range": `bytes 5000-5099/${FILE.length}` }).end(FILE);
      },
      async ({ fetch }) => {
        let most = 0;
        const onProgress = (bytes: number): void => {
          most = Math.max(most, bytes);
        };
        assert.is((await fetch("/weights.bin", { onProgress })).kind, "problem");
        assert.ok(most <= 5100, `${most} bytes were written`);
      },
    ));

  test("a file whose server cannot be reached is taken from the cache", () =>
    withServer(
      (request, response, count) => void (count === 1 ? send(request, response) : response.writeHead(503).end()),
      async ({ fetch }) => {
        assertWhole(await fetch());
        assertWhole(await fetch());
      },
    ));

  test("continues where another process has stopped", () =>
    withServer(
      (request, response, count) => {
        if (count !== 1) return send(request, response);
        response.writeHead(200, { etag: '"v1"', "content-length": FILE.length });
        response.write(FILE.subarray(0, 200_000));
      },
      async ({ fetch, requests, cache }) => {
        const stop = new AbortController();
        const onProgress = (bytes: number): void => {
          if (bytes === 200_000) stop.abort(new RangeError("mine"));
        };
        const error: unknown = await fetch("/weights.bin", { signal: stop.signal, onProgress }).catch(
          (reason) => reason,
        );
        assert.instance(error, RangeError);
        assert.is(readdirSync(join(cache, "parts")).length, 2);
        assertWhole(await fetch());
        assert.is(requests[1]?.range, "bytes=200000-");
        assert.equal(readdirSync(join(cache, "parts")), []);
      },
    ));

  test("is downloaded once for any number of users", () =>
    withServer(
      (request, response) =>
        void (request.headers["if-none-match"] === '"v1"' ? response.writeHead(304).end() : send(request, response)),
      async ({ fetch, requests }) => {
        for (const each of await Promise.all([fetch(), fetch(), fetch(), fetch()])) assertWhole(each);
        assert.is(requests.filter((headers) => headers["if-none-match"] === undefined).length, 1);
      },
    ));

  test("sends credentials only to the intended server", async () => {
    const seen: (string | undefined)[] = [];
    await withServer(
      (request, response) => {
        seen.push(request.headers.authorization);
        response.end("x");
      },
      ({ origin: other }) =>
        withServer(
          (request, response) => {
            seen.push(request.headers.authorization);
            response.writeHead(302, { location: `${other}/b` }).end();
          },
          async ({ fetch, origin }) => {
            await fetch("/a", { credentials: "reader:pässword" });
            await fetch("/b", { credentials: "token" });
            await fetch("/c", { url: `${origin.replace("//", "//me:p%40ss@")}/c` });
          },
        ),
    );
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
    assert.equal(seen, [basic("reader:pässword"), undefined, "Bearer token", undefined, basic("me:p@ss"), undefined]);
  });
});
