// The redactor of a run: what it hides, in which encodings, and what it does not change.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { decodePercent } from "../src/base/address.ts";
import { readRemote } from "../src/run/acquire/git.ts";
import { sessionMonitor } from "../src/run/client/monitor.ts";
import { redactException, redactTexts } from "../src/run/secrets/redaction.ts";
import { redactor } from "../src/run/secrets/redactor.ts";
import { describe } from "./describe.ts";
import { fixture, ROOT } from "./golden.ts";
import { processorTime } from "./processor-time.ts";
import { temporaryFolder } from "./temporary.ts";

const SECRET = "k7Pw-9zQ2.mXv4";

/** Texts that are long enough, and neither numbers nor words such as `disabled`. */
const secrets = fc
  .string({ unit: fc.constantFrom(..."aZ09-_./+%&=:@ '\"\\\n\té😀".split(/(?:)/u)), minLength: 6, maxLength: 40 })
  .filter((text) => text.trim().length >= 6 && /[a-zé]{2}/i.test(text));

describe("redaction: spellings", (test) => {
  test("base64 of any text with a secret inside, in both alphabets", () => {
    const bytes = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(secrets, bytes, bytes, fc.constantFrom("base64", "base64url"), (secret, before, after, alphabet) => {
        const redact = redactor([], { API_TOKEN: secret });
        const encoded = Buffer.concat([before, Buffer.from(secret), after]).toString(alphabet as "base64");
        const shown = redact(`Basic ${encoded} end`);
        // The remaining characters contain no bit of the secret.
        const [, left = "", right = ""] = /^Basic ([\w+/-]*)\*\*\*(?:\S*\*\*\*)?([\w+/=-]*) end$/.exec(shown) ?? [];
        assert.ok(shown.includes("***"), shown);
        assert.ok(left.length <= (before.length * 8) / 6, shown);
        assert.ok(right.replace(/=+$/, "").length <= Math.ceil((after.length * 8) / 6), shown);
      }),
      { numRuns: 500 },
    );
  });

  test("as in JSON, Python and URLs, and as hexadecimal digits", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const redact = redactor([], { API_TOKEN: secret });
        const json = JSON.stringify(secret).slice(1, -1);
        const address = new URL("http://host/");
        address.username = secret;
        const spelled = [
          secret,
          json,
          JSON.stringify(json).slice(1, -1),
          encodeURIComponent(secret),
          encodeURIComponent(secret).replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
          encodeURI(secret),
          new URLSearchParams({ a: secret }).toString().slice(2),
          address.username,
          Buffer.from(secret).toString("hex"),
          Buffer.from(secret).toString("hex").toUpperCase(),
          Buffer.from(secret).toString("latin1"),
        ];
        for (const each of spelled) assert.match(redact(`<${each}>`), /^<\s*(?:\*\*\*)+\s*>$/, each);
      }),
      { numRuns: 500 },
    );
  });

  test("decoded, if it is percent-encoded or base64", () => {
    const redact = redactor([], { API_TOKEN: "p%40ss%2Fw0rd%zz", NPM_CONFIG__AUTH: btoa(`reader:${SECRET}`) });
    assert.is(redact("p@ss/w0rd%zz p%40ss%2Fw0rd%zz"), "*** ***");
    assert.is(redact(`reader:${SECRET} ${SECRET}`), "*** ***");
  });

  test("each line of a value, and the rest of a truncated one", () => {
    const redact = redactor([], {
      SSH_PRIVATE_KEY: "-----BEGIN KEY-----\nabcdefghijk\r\nlmnopqrst\n-----END KEY-----",
    });
    assert.is(redact("abcdefghijk, lmnopqrst, abcdefghi"), "***, ***, abcdefghi");
    assert.is(redact("Received 'lmnopqr'... lmnopq… lmnopqr"), "Received '***'... ***… lmnopqr");
    assert.is(redact("see lmn", true), "see ***");
    assert.is(redact("see lm", true), "see lm");
    assert.is(redactor([], { A_TOKEN: "geheim-é-geheim" })("see geheim-\ufffd", true), "see ***\ufffd");
  });
});

describe("redaction: which values", (test) => {
  const names = readFileSync(fixture("credential-names", "names.txt"), "utf8").split("\n");
  const saidOf = (line: string) => line.split(" ") as [said: string, name: string];

  test("those of variables with names of credentials, and no others", () => {
    for (const [said, name] of names.filter((line) => /^[a-z]/.test(line)).map(saidOf)) {
      const isHidden = said === "sure" || said === "likely";
      for (const value of [SECRET, "correct horse battery staple"]) {
        assert.is(redactor([], { [name]: value })(`it is ${value}`), `it is ${isHidden ? "***" : value}`, name);
      }
    }
  });

  test("no numbers, answers, folders or files under ordinary names", () => {
    const folder = temporaryFolder();
    const file = join(folder, "id_rsa");
    writeFileSync(file, "");
    const environment = {
      PWD: process.cwd(),
      OLDPWD: tmpdir(),
      HOME: homedir(),
      MAX_TOKENS: "131072",
      PAD_TOKEN: "<|endoftext|>",
      NUM_KEYS: "1000000",
      FIRST_PASS: "0.123456789",
      TOKENIZERS_PARALLELISM: "disabled",
      STORE_KEY: "131072",
      USE_AUTH: "enabled",
      REGISTRY_AUTH: "disabled",
      TLS_KEY: file,
      SSH_AUTH_SOCK: "/tmp/ssh-x/agent.1",
      GOOGLE_APPLICATION_CREDENTIALS: file,
      KEY_FOLDER: folder,
      REPOSITORY: "https://ci@example.com/team/code",
      INDEX: "http://localhost:4873/@scope/name",
    };
    const text = `  File "${process.cwd()}/inference.py", line 3\n${Object.values(environment).join("\n")}`;
    assert.is(redactor([], environment)(text), text);
  });

  test("those of a plan, except numbers and the folders around it", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "data"));
    const environment = {
      CONFIDENCE: "0.123456",
      TOKENS: "131072",
      SIZE: "1024768",
      HERE: folder,
      DATA: join(folder, "data"),
      REGION: "eu-central",
      PIN_TOKEN: "271828",
      WEIGHTS: "./weights/../private/w.pt",
    };
    const redact = redactor(Object.keys(environment), environment, { root: folder });
    assert.is(redact("0.123456 131072 1024768"), "0.123456 131072 1024768");
    assert.is(redact(`File "${folder}/inference.py"`), `File "${folder}/inference.py"`);
    assert.is(
      redact(`${folder}/data/a.png eu-central 271828 ${folder}/private/w.pt`),
      `***/a.png *** *** ${folder}/***`,
    );
  });

  test("those of a URL in a plan, in the output of Git and servers", () => {
    const redact = redactor(["CODE", "OTHER", "LOCAL"], {
      CODE: "https://git.corp.example/Team/private-code.git?private_token=abcdef",
      OTHER: "git@gitlab.corp.example:team-b/other.git",
      LOCAL: "http://localhost:8080/",
    });
    for (const [said, shown] of [
      ["unable to access 'https://git.corp.example/Team/private-code.git/'", "unable to access '***/'"],
      ["Could not resolve host: git.corp.example", "Could not resolve host: ***"],
      ["Could not resolve hostname gitlab.corp.example: x", "Could not resolve hostname ***: x"],
      ["repository Team/private-code not found", "repository *** not found"],
      ["team-b/other.git", "***"],
      ["no localhost", "no localhost"],
    ] as const) {
      assert.is(redact(said), shown);
    }
  });

  test("those of any variable in the form of a credential", () => {
    const token = `ghp_${"aB3dE6gH9j".repeat(4).slice(0, 36)}`;
    for (const [value, hidden] of [
      [`http://ci:${SECRET}@proxy.example.com:3128`, SECRET],
      [`http://ci:${SECRET}@proxy.example.com:3128`, `http://ci:${SECRET}@proxy.example.com:3128`],
      [`--index https://ci:${encodeURIComponent(`p@${SECRET}`)}@example.com/simple --x`, `p@${SECRET}`],
      [`https://example.com/a?private_token=${SECRET}`, SECRET],
      [`Server=db;User Id=app;Password=${SECRET};`, SECRET],
      [`-Dtrust=1 -Djavax.net.ssl.keyStorePassword=${SECRET}`, SECRET],
      [`{"auths":{"x":{"auth_token":"${SECRET}"}}}`, SECRET],
      [`token is ${token}`, token],
      [`Authorization: Bearer ${SECRET}`, SECRET],
    ] as const) {
      const redact = redactor([], { SETTINGS: value });
      assert.is(redact(`it is ${hidden}.`), "it is ***.", value);
      assert.is(redact("Bearer ci proxy.example.com"), "Bearer ci proxy.example.com");
    }
  });

  test("those of a connection URL, with any content", () => {
    const redact = redactor([], {
      DATABASE_URL: `postgres://app:a/b#${SECRET}@db/app`,
      REDIS_URL: "redis://localhost:6379/0",
      MONGO_URL: "mongodb://root:root@localhost/admin",
    });
    assert.is(redact(`a/b#${SECRET} redis://localhost:6379/0 mongodb`), "*** redis://localhost:6379/0 mongodb");
    assert.is(redact("mongodb://root:root@localhost/admin root"), "*** root");
  });
});

describe("redaction: cost", (test) => {
  test("tens of thousands of secrets with a common prefix, or with nothing in common", () => {
    for (const begin of [
      () => "detector-of-secrets-",
      (i: number) => ((i * 2654435761) >>> 0).toString(36).padStart(7, "q"),
    ]) {
      const values = Array.from({ length: 40_000 }, (_, i) => `${begin(i)}${i}-x`);
      const environment = Object.fromEntries(values.map((value, i) => [`T${i}_TOKEN`, value]));
      const time = processorTime(() => {
        const redact = redactor([], environment);
        for (const [i, value] of values.entries()) assert.is(redact(`it is ${value}, ${i}`), `it is ***, ${i}`);
        redact("an ordinary line of a log\n".repeat(40_000));
      });
      assert.ok(time < 20_000, `${time} ms`);
    }
  });

  test("a long repetitive secret, and as much of it as there is", () => {
    const secret = `${"a".repeat(50_000)}b`;
    const redact = redactor([], { API_TOKEN: secret });
    const time = processorTime(() => {
      assert.match(redact(`<${secret}>`), /^<(\*\*\*)+>$/);
      redact("a".repeat(30_000));
    });
    assert.ok(time < 10_000, `${time} ms`);
  });

  test("values and texts of a megabyte", () => {
    for (const piece of ["a", "a=", "https://a:b@", "token=", "-----BEGIN ", "%41", "a.b:"]) {
      const value = piece.repeat(1_000_000 / piece.length);
      const time = processorTime(() => redactor([], { SETTINGS: value, OTHER: `x ${value}` })(value.slice(0, 10_000)));
      assert.ok(time < 10_000, `${piece}: ${time} ms`);
    }
  });
});

describe("redaction: reports of a run", (test) => {
  test("callbacks of the caller are called at one place each", () => {
    const calls = readdirSync(join(ROOT, "src/run"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => {
        const text = readFileSync(join(ROOT, "src/run", name), "utf8");
        return [...text.matchAll(/\boptions\.(on(?:Event|Log))\b.*/g)].map(([call]) => `${name}: ${call}`);
      });
    assert.equal(calls.sort(), [
      "client/define-model.ts: options.onEvent, () => redact);", // the monitor of a session redacts each reason
      "client/define-model.ts: options.onLog?.(redact(text));",
      "run.ts: options.onEvent?.(redactTexts(event, redact));",
    ]);
  });

  const redact = redactor([], { API_TOKEN: "detector" });

  test("the reasons in events of a session", () => {
    const reasons: (string | undefined)[] = [];
    const monitor = sessionMonitor(
      ({ reason }) => reasons.push(reason),
      () => redact,
    );
    monitor.restarting("no detector", 0);
    monitor.failed("the detector");
    assert.equal(
      reasons.filter((reason) => reason !== undefined),
      ["no ***", "the ***"],
    );
  });

  test("every text of an event, except ids and names", () => {
    const event = {
      kind: "failure",
      failure: { step: "detector/load", message: "no detector", traceback: "in detector" },
      others: [{ id: "detector", name: "detector", deep: { text: ["detector", 1, null] } }],
    };
    assert.equal(redactTexts(event, redact), {
      kind: "failure",
      failure: { step: "detector/load", message: "no ***", traceback: "in ***" },
      others: [{ id: "detector", name: "detector", deep: { text: ["***", 1, null] } }],
    });
  });

  test("an exception with its stack, its properties and its causes, which stays the same object", () => {
    const cause = Object.assign(new TypeError("a detector"), { path: "/x/detector", list: ["detector"] });
    const error = new RangeError("the detector", { cause });
    assert.is(redactException(error, redact), error);
    assert.is(error.message, "the ***");
    assert.not.match(`${error.stack} ${cause.stack} ${cause.message} ${cause.path} ${cause.list}`, "detector");
    assert.is(redactException("detector", redact), "***");
    assert.match(String(redactException(Object.freeze(new Error("a detector")), redact)), "***");
    const loop: Error & { self?: unknown } = new Error("detector");
    loop.self = [loop];
    assert.is((redactException(loop, redact) as Error).message, "***");
    const both = new AggregateError([new Error("one detector"), new Error("two")], "both");
    redactException(both, redact);
    assert.equal(
      both.errors.map((each: unknown) => String(each)),
      ["Error: one ***", "Error: two"],
    );
  });
});

describe("percent-encoding in the user part of a URL", (test) => {
  test("is decoded if it is valid, and literal otherwise", () => {
    for (const [text, decoded] of [
      ["us%er", "us%er"],
      ["us%65r%", "user%"],
      ["%ff%41", "%ff%41"],
      ["%C3%A9%zz", "é%zz"],
      ["100%", "100%"],
    ] as const) {
      assert.is(decodePercent(text), decoded);
    }
  });

  test("also in the URL of a repository", () => {
    assert.equal(readRemote("https://us%er:p%40ss%@host.example/code", undefined), {
      kind: "value",
      value: { url: "https://host.example/code", token: "us%er:p@ss%" },
    });
  });
});
