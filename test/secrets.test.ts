// Secrets in a definition: they are found at their places and nowhere else, and never shown.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { concealedSource, concealer } from "../src/base/conceal.ts";
import { textOf } from "../src/base/source.ts";
import { findTokens } from "../src/base/token-shapes.ts";
import { renderConcise } from "../src/cli/render/concise.ts";
import { renderGithub } from "../src/cli/render/github.ts";
import { renderGraph } from "../src/cli/render/graph.ts";
import { renderJson } from "../src/cli/render/json.ts";
import { renderSarif } from "../src/cli/render/sarif.ts";
import { memoryPlatform } from "../src/lsp/memory.ts";
import { parse } from "../src/parse/parse.ts";
import { renderPretty } from "../src/render/pretty.ts";
import { change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { positionOf, startServerOn } from "./editor-client.ts";
import { GRAPHS } from "./format-names.ts";
import { processorTime } from "./processor-time.ts";

/** The responses of a language server to every request at the beginning, the middle and the end of each word of some documents. */
async function everythingSaid(texts: Readonly<Record<string, string>>): Promise<string> {
  const idle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  const editor = await startServerOn(memoryPlatform(idle), ["/work"]);
  for (const [path, text] of Object.entries(texts)) editor.open(path, text);
  await editor.request("workspace/executeCommand", { command: "modelwright.checkWorkspace" });
  for (const [path, text] of Object.entries(texts)) {
    const textDocument = { uri: editor.uri(path) };
    const ask = (method: string, params: object) =>
      editor.request(method, { textDocument, ...params }).catch((error: Error) => error.message);
    const all = { start: { line: 0, character: 0 }, end: positionOf(text, text.length) };
    for (const method of [
      "documentSymbol",
      "documentLink",
      "foldingRange",
      "codeLens",
      "inlayHint",
      "semanticTokens/full",
    ])
      await ask(`textDocument/${method}`, { range: all });
    await ask("textDocument/codeAction", { range: all, context: { diagnostics: [] } });
    await ask("modelwright/settled", {});
    await ask("workspace/symbol", { query: "" });
    for (const { index, 0: word } of text.matchAll(/[\w${]+/g)) {
      for (const offset of new Set([index, index + (word.length >> 1), index + word.length])) {
        const position = positionOf(text, offset);
        const range = { start: position, end: position };
        const context = { diagnostics: [], includeDeclaration: true };
        for (const method of [
          "completion",
          "hover",
          "definition",
          "references",
          "documentHighlight",
          "prepareRename",
          "codeAction",
        ])
          await ask(`textDocument/${method}`, { position, range, context });
      }
    }
  }
  return editor.output() + editor.messages.join("\n");
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 300), at + 300);
}

/** Text that looks random and is the same every time. */
function random(length: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
  let state = 12345;
  return Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return alphabet[Math.floor((state / 2147483648) * alphabet.length)];
  }).join("");
}

const HEX = "0123456789abcdef";

/** Assembled here, so that no file of this repository looks like it contains a token. */
const TOKENS: readonly (readonly [kind: string, token: string])[] = [
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map((prefix) => ["github", `${prefix}_${random(36)}`] as const),
  ["github", `github_pat_${random(22)}_${random(59)}`],
  ["gitlab", `glpat-${random(20)}`],
  ["aws", `AKIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`],
  ["aws", `AKIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}:${random(40)}`],
  ["google", `AIza${random(35)}`],
  ["google", `ya29.${random(60)}`],
  ["slack", `xoxb-${random(12, "0123456789")}-${random(24)}`],
  ["hugging-face", `hf_${random(34, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")}`],
  ["npm", `npm_${random(36)}`],
  ["pypi", `pypi-AgEIcHlwaS5vcmc${random(90)}`],
  ["anthropic", `sk-ant-api03-${random(93)}-${random(8)}`],
  ["openai", `sk-${random(48)}`],
  ["openai", `sk-proj-${random(48)}`],
  ["databricks", `dapi${random(32, HEX)}`],
  ["digitalocean", `dop_v1_${random(64, HEX)}`],
  ["docker", `dckr_pat_${random(27)}`],
  ["stripe", `sk_live_${random(24)}`],
  ["sendgrid", `SG.${random(22)}.${random(43)}`],
  ["replicate", `r8_${random(37)}`],
  ["jwt", `eyJ${random(30)}.eyJ${random(60)}.${random(43)}`],
];

/** In a URL, where only a part of it is the secret. */
const ADDRESSES: readonly (readonly [kind: string, before: string, secret: string, after: string])[] = [
  ["azure", "https://store.blob.core.windows.net/c/p.pt?sv=2022-11-02&sig=", `${random(43)}%3D`, "&se=2030"],
  ["signed-url", "https://b.s3.amazonaws.com/p.pt?X-Amz-Signature=", random(64, HEX), ""],
  ["url-token", "https://example.com/p.pt?access_token=", random(30), "&x=1"],
  ["url-password", "https://reader:", "Tr0ub4dor", "@example.com/p.pt"],
  ["url-password", "sftp://reader:", "k7-Pw.9z", "@example.com/p.pt"],
  ["url-token", "https://", random(40), "@github.com/a/b"],
  ["slack", "https://hooks.slack.com/services/", `T${random(9, "ABC123")}/B${random(9, "ABC123")}/${random(24)}`, ""],
];

describe("forms of tokens", (test) => {
  for (const [kind, token] of TOKENS) {
    test(`${kind} ${token.slice(0, 8)}…`, () => {
      for (const text of [token, `"${token}"`, `# ${token}\n`, `a: ${token}, b`, `(${token})`]) {
        const found = findTokens(text).map((match) => [match.kind, text.slice(match.start, match.end)]);
        assert.equal(found, [[kind, token]], text);
      }
    });
  }

  for (const [kind, before, secret, after] of ADDRESSES) {
    test(`${kind} in ${before}…`, () => {
      const text = `url: ${before}${secret}${after}`;
      assert.equal(
        findTokens(text).map((match) => [match.kind, text.slice(match.start, match.end)]),
        [[kind, secret]],
      );
    });
  }

  test("a private key, up to its end", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${random(64)}\n-----END RSA PRIVATE KEY-----`;
    assert.equal(findTokens(`x: |\n${key}\n`), [{ kind: "private-key", start: 5, end: 5 + key.length }]);
    assert.equal(findTokens("-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----"), []);
  });

  test("any text takes linear time", () => {
    const size = 200_000;
    const pieces = [
      "eyJ",
      "a",
      "https://",
      "sk-",
      "a:b@",
      "glpat-",
      "-----BEGIN PRIVATE KEY-----",
      "?sig=",
      "http://a:",
      "x.",
      "AKIA",
    ];
    for (const piece of pieces) {
      const milliseconds = processorTime(() => findTokens(piece.repeat(size / piece.length)));
      assert.ok(milliseconds < 2000, `${piece}: ${milliseconds} ms`);
    }
  });
});

/** Placeholders for secrets, and texts that only look random. */
const HARMLESS = [
  "<token>",
  "changeme",
  "xxxxxxxx",
  "XXXXXXXXXXXXXXXXXXXX",
  "your-token-here",
  "YOUR_TOKEN",
  "my-access-token",
  "...",
  "********",
  "{{ token }}",
  "%GIT_TOKEN%",
  "$TOKEN",
  "$${TOKEN}",
  "GIT_KEY",
  "token",
  "none",
  "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "AKIAIOSFODNN7EXAMPLE",
  "user:password",
  "username:pass",
  "user:<password>",
  "reader:${PASSWORD}",
  "${USER}:${PASSWORD}",
  "./credentials.json",
  "secrets/gcp.json",
  "file:secrets.json",
  "env:TOKEN",
  "vault:secret/data/params",
  "arn:aws:iam::123456789012:role/reader",
];

const ELSEWHERE = [
  "9b74c9897bac770ffc029102a200c5de1f1b1c2d",
  "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  "python:3.11-slim@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  "f47ac10b-58cc-4372-a567-0e02b2c3d479",
  "s3://bucket/models/YOLOv8x6_640-2024.pt",
  "https://example.com/a/b/c?version=2024-01-01T00:00:00Z",
  "git@github.com:team/code.git",
  "ssh://git@github.com/team/code",
  "https://user@example.com/code",
  "https://example.com:8080/a@b",
  "resnet50_imagenet1k_v2-0676ba61.pth",
  "https://${USER}:${PASSWORD}@example.com/p.pt",
  "https://user:${PASSWORD}@example.com",
  "https://user:password@example.com",
  "task-force-one-two-three-four-five-six",
];

describe("texts that are not secrets", (test) => {
  const withCredentials = (value: string) =>
    change(DEFINITION, "params.pt\n    runtime", `params.pt\n        credentials: '${value}'\n    runtime`);

  for (const value of HARMLESS) {
    test(`credentials: ${value}`, () => {
      assert.equal(
        parse({ path: "a.yaml", text: withCredentials(value) }).exposures.map(({ span }) => textOf(span)),
        [],
      );
    });
  }

  for (const value of ELSEWHERE) {
    test(value, () => {
      for (const key of ["hash", "url", "value", "x"]) {
        const text = `models:\n  - repository: { ${key}: '${value}' } # ${value}\n`;
        assert.equal(
          parse({ path: "a.yaml", text }).exposures.map(({ span }) => textOf(span)),
          [],
        );
      }
    });
  }
});

describe("a secret in a file is never shown", (test) => {
  const secret = `ghp_${random(36)}`;
  const password = "h'k7Pw9zQ2";
  const texts: Readonly<Record<string, string>> = {
    "in a name": change(DEFINITION, "name: detector", `name: " ${secret}"`),
    "in a name of a file": change(DEFINITION, "- name: params\n", `- name: a-${secret}\n`),
    "in an entrypoint": change(DEFINITION, "inference:get_model", `inference:${secret}:x`),
    "cut off in a message": change(DEFINITION, "inference:get_model", `inference${"x".repeat(30)}:${secret}:x`),
    "in a path": change(DEFINITION, "https://example.com/params.pt", `weights/${secret}.pt`),
    "in an address of code": change(
      DEFINITION,
      "    files",
      `    repository:\n      url: https://${secret}@example.com/x\n    files`,
    ),
    "in a reference": change(DEFINITION, "model.files.params.url", `model.files.${secret}.url`),
    "in a key": change(DEFINITION, "device: cpu", `device: cpu\n      ${secret}: cpu`),
    "beside a mistake": change(DEFINITION, "device: cpu", `device: cpux # ${secret}`),
    "in a device": change(DEFINITION, "device: cpu", `device: ${secret}`),
    "as a number of a sort": change(
      DEFINITION,
      "    files",
      `    repository:\n      access_token: 0123456789012\n    files`,
    ),
    "in a broken flow map": change(DEFINITION, "value: 640", `value: { a: \${${secret}, b }`),
    "in a broken text": `${DEFINITION}  - name: "${secret}\n`,
    "as a password with a quote": change(
      DEFINITION,
      "params.pt\n    runtime",
      `params.pt\n        credentials: 'reader:${password.replace("'", "''")}'\n    runtime`,
    ),
    "as a short password": change(
      DEFINITION,
      "params.pt\n    runtime",
      `params.pt\n        credentials: {a: 'u:qz7'}\n    runtime`,
    ),
  };
  const forms = [secret, secret.slice(0, 12), password, password.replace("'", "''"), "0123456789012", "qz7"];
  for (const [title, text] of Object.entries(texts)) {
    test(title, () => {
      const checked = compileText(text, { environment: {}, portable: true, pedantic: true });
      const shown = [
        renderPretty(checked, { color: false, isResult: true }),
        renderPretty(checked, { color: true, isResult: true }),
        renderConcise(checked),
        renderJson(checked),
        renderSarif(checked),
        renderGithub(checked),
        ...GRAPHS.map((format) => renderGraph(checked, format)),
      ];
      assert.ok(
        checked.diagnostics.some(({ code }) => code === "hard-coded-secret"),
        "it is found",
      );
      for (const each of shown) for (const hidden of forms) assert.not(each.includes(hidden), `${hidden} in ${each}`);
    });

    test(`${title}, in an editor: every request at every word, every byte of the answers`, async () => {
      const python = `def get_model(url, width="${secret}"):\n    """${secret}"""\n    return 1\n`;
      const output = await everythingSaid({ "efemarai.yaml": text, "inference.py": python });
      for (const hidden of forms) assert.not(output.includes(hidden), `${hidden} in ${around(output, hidden)}`);
    });
  }

  test("offsets do not change", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "😀", " ") }),
        fc.nat(20),
        fc.nat(20),
        (text, a, b) => {
          const shown = concealedSource({ path: "x", text }, [
            { start: Math.min(a, text.length), end: Math.min(a + b, text.length) },
          ]);
          assert.is(shown.text.length, text.length);
          assert.is(shown.text.replace(/[^\n]/g, ""), text.replace(/[^\n]/g, ""));
        },
      ),
    );
  });

  test("a word that only begins like a secret is kept", () => {
    const hide = concealer(["detector2024!", "detector"]);
    assert.is(hide("the detect and detecto2024"), "the detect and detecto2024");
    assert.is(hide("`detector2024!` or `detector20…`, detector"), "`***` or `***…`, ***");
  });

  test("tens of thousands with a common prefix are found in linear time", () => {
    const secrets = Array.from({ length: 40_000 }, (_, i) => `detector-of-secrets-${i}`);
    const time = processorTime(() => {
      const hide = concealer(secrets);
      for (const [i, secret] of secrets.entries()) assert.is(hide(`it is ${secret}, ${i}`), `it is ***, ${i}`);
    });
    assert.ok(time < 5000, `${time} ms`);
  });
});

describe("the fix of a secret", (test) => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ["credentials: reader:k7Pw9zQ2", "credentials: reader:${DETECTOR_PARAMS_PASSWORD}"],
    ["credentials: k7Pw9zQ2mXv4", "credentials: ${DETECTOR_PARAMS_CREDENTIALS}"],
    ["credentials: 'k7Pw9zQ2mXv4'", "credentials: ${DETECTOR_PARAMS_CREDENTIALS}"],
    ['credentials: "a:k7Pw9zQ2mXv4" # c', 'credentials: "a:${DETECTOR_PARAMS_PASSWORD}" # c'],
    ["credentials: ${STORE:-k7Pw9zQ2mXv4}", "credentials: ${STORE}"],
    [
      "credentials: a:k7Pw9zQ2\n    description: ${DETECTOR_PARAMS_PASSWORD}",
      "credentials: a:${DETECTOR_PARAMS_PASSWORD_2}\n    description: ${DETECTOR_PARAMS_PASSWORD}",
    ],
  ];
  for (const [before, after] of cases) {
    test(before, () => {
      const around = (line: string) =>
        change(DEFINITION, "params.pt\n    runtime", `params.pt\n        ${line}\n    runtime`);
      const { diagnostics } = compileText(around(before));
      const fixes = diagnostics.flatMap((diagnostic) => diagnostic.fixes ?? []);
      assert.is(fixes.length, 1);
      assert.not(fixes[0]?.safe);
      const edits = [...(fixes[0]?.edits ?? [])].sort((a, b) => b.span.start - a.span.start);
      let text = around(before);
      for (const { span, newText } of edits) text = text.slice(0, span.start) + newText + text.slice(span.end);
      assert.is(text, around(after));
      assert.equal(
        compileText(text).diagnostics.filter(({ code }) => code === "hard-coded-secret"),
        [],
      );
    });
  }

  test("adds the quotes that braces need in a flow map", () => {
    const line = (value: string) =>
      `x-a: 1\nmodels: [{ name: d, files: [{ name: p, url: https://e.com, credentials: ${value} }] }]\n`;
    for (const [before, after] of [
      ["a:k7Pw9zQ2", "'a:${D_P_PASSWORD}'"],
      ["k7Pw9zQ2mXv4", '"${D_P_CREDENTIALS}"'],
    ] as const) {
      const [fix] = compileText(line(before)).diagnostics.flatMap(({ fixes }) => fixes ?? []);
      let text = line(before);
      for (const { span, newText } of [...(fix?.edits ?? [])].reverse())
        text = text.slice(0, span.start) + newText + text.slice(span.end);
      assert.is(text, line(after));
    }
  });
});

const INPUT = "value: 640";
const URL = "https://example.com/params.pt";

/** The findings if one value of the definition is replaced. */
function found(from: string, to: string, base = DEFINITION): readonly string[] {
  return mistakes(compileText(change(base, from, to))).filter((mistake) => /secret/.test(mistake));
}

describe("a credential among the arguments of Python", (test) => {
  const cases: readonly (readonly [value: string, found: readonly string[]])[] = [
    ["${GIT_KEY}", ["secret-argument ${GIT_KEY}"]],
    ["a ${X} ${GIT_KEY:-} ${OTHER_TOKEN}", ["secret-argument ${GIT_KEY:-}"]],
    ["$<GIT_KEY>", ["secret-argument $<GIT_KEY>"]],
    ["[1, { a: ['${GIT_KEY}'] }]", ["secret-argument ${GIT_KEY}"]],
    ["{ '${GIT_KEY}': 1 }", []],
    ["${CONFIDENCE}", []],
    ["${KEYBOARD}", []],
    ["$${GIT_KEY}", []],
    ["${model.runtime.load.inputs.params_url}", []],
  ];
  for (const [value, expected] of cases) test(value, () => assert.equal(found(INPUT, `value: ${value}`), expected));

  test("one that is used as a credential, with any name", () => {
    const base = change(DEFINITION, URL, `${URL}\n        credentials: a:\${LETMEIN}`);
    assert.equal(found(INPUT, "value: ${LETMEIN}", base), ["secret-argument ${LETMEIN}"]);
  });

  test("not through the URL of a file, because Python receives its path", () => {
    for (const scheme of ["s3", "https", "sftp", "abfs"])
      assert.equal(found(URL, `${scheme}://b/\${STORE_KEY}/p.pt`), []);
  });

  test("each where it is first used, and not again where it is passed on", () => {
    const base = change(DEFINITION, INPUT, "value: ${GIT_KEY}");
    assert.equal(found("value: ${datapoints}", "value: ['${model.runtime.load.inputs.width}']", base), [
      "secret-argument ${GIT_KEY}",
    ]);
  });
});

describe("a credential that is published", (test) => {
  const cases: readonly (readonly [from: string, to: string, found: readonly string[]])[] = [
    ["name: detector", "name: ${SIZE}", []],
    ["name: detector", "name: det-${SIZE_TOKEN}", ["published-secret ${SIZE_TOKEN}"]],
    ["name: detector", "name: det-$SIZE_TOKEN", ["published-secret $SIZE_TOKEN"]],
    ["name: params\n", "name: ${API_KEY}\n", ["published-secret ${API_KEY}"]],
    ["name: network", "name: ${SECRET_KEY}", ["published-secret ${SECRET_KEY}"]],
    ["name: width", "name: ${A_PASSWORD}", ["published-secret ${A_PASSWORD}"]],
    ["boxes", "'${A_TOKEN}'", ["published-secret ${A_TOKEN}"]],
    ["boxes", "'${CLASSES_KEY}'", []],
    ["inference:get_model", "${A:-x}:${B}", []],
    ["inference:get_model", "${A:-x}:${B_TOKEN}", ["published-secret ${B_TOKEN}"]],
    ["inference:get_model", "${model.name}:get_model", []],
    ["image: python:3.11-slim", "image: ${REGISTRY}/python", []],
    ["image: python:3.11-slim", "image: ${REGISTRY_TOKEN}/python", ["published-secret ${REGISTRY_TOKEN}"]],
    ["    files", "    description: ${API_KEY}\n    files", ["published-secret ${API_KEY}"]],
    ["models:", "project: { name: '${PROJECT}' }\nmodels:", []],
    ["models:", "project: { name: '${PROJECT_TOKEN}' }\nmodels:", ["published-secret ${PROJECT_TOKEN}"]],
  ];
  for (const [from, to, expected] of cases) test(to, () => assert.equal(found(from, to), expected));

  for (const [from, to] of [
    ["name: network", "name: '${KEY}'"],
    ["boxes", "'${KEY}'"],
    ["name: width", "name: '${KEY}'"],
    ["name: params\n", "name: '${KEY}'\n"],
  ] as const) {
    test(`${to} for ${from} is not a mistake`, () => {
      const at = `- ${from}`;
      const base = DEFINITION.includes(at) ? change(DEFINITION, at, `- ${to}`) : change(DEFINITION, from, to);
      assert.equal(mistakes(compileText(base)).filter((mistake) => mistake.includes("KEY")).length, 0);
    });
  }
});

describe("a secret over an open line", (test) => {
  const cases: readonly (readonly [url: string, isFound: boolean])[] = [
    ["http://example.com/${API_TOKEN}/p.pt", true],
    ["HTTP://example.com/p.pt?sig=${X}", true],
    ["http://example.com/p.pt?v=${X}", false],
    ["http://example.com/${VERSION}/p.pt", false],
    ["http://${X}@example.com/p.pt", true],
    ["http://u:${X}@example.com/p.pt", true],
    ["http://${HOST}/${API_TOKEN}", false],
    ["http://u:${X}@${HOST}/p.pt", false],
    ["http://localhost/${API_TOKEN}", false],
    ["http://localhost:8080/${API_TOKEN}", false],
    ["http://minio.localhost/${API_TOKEN}", false],
    ["http://127.0.0.1:${PORT}/${API_TOKEN}", false],
    ["http://[::1]:9000/${API_TOKEN}", false],
    ["http://localhost.example.com/${API_TOKEN}", true],
    ["https://example.com/${API_TOKEN}", false],
    ["${SCHEME}://example.com/${API_TOKEN}", false],
    ["ftp://example.com/${API_TOKEN}", true],
  ];
  for (const [url, isFound] of cases) {
    test(url, () =>
      assert.equal(found(URL, url).filter((each) => each.startsWith("secret-over-http")).length, isFound ? 1 : 0),
    );
  }

  test("everything that is sent with a URL", () => {
    for (const [host, count] of [
      ["example.com", 1],
      ["127.0.0.1", 0],
    ] as const) {
      const credentials = `http://${host}/p.pt\n        credentials: \${X}`;
      assert.is(found(URL, credentials).length, count);
      const token = `    repository: { url: "http://${host}/x", branch: main, access_token: "\${X}" }\n    files`;
      assert.is(found("    files", token).length, count);
    }
  });
});
