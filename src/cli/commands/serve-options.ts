// Reads the options of `modelwright serve`.
import { isIP } from "node:net";
import { quote } from "../../base/quote.ts";
import type { QueueOptions } from "../../serve/models.ts";
import type { ServerOptions, StopOptions } from "../../serve/server.ts";
import { CommandError, EXIT } from "../exit.ts";
import { secondsOption, wholeNumber } from "../numbers.ts";

/** The options, with their defaults. */
export interface ServeOptions extends Omit<ServerOptions, "openApi" | "onAnswer"> {
  readonly queue: QueueOptions;
  readonly stop: StopOptions;
  /** How long a datapoint waits for others to fill its batch. */
  readonly maxWaitMs: number;
  readonly quiet: boolean;
}

type Given = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

const MEGABYTE = 2 ** 20;
const MINUTE = 60_000;

/** Reads the options. Tokens are read from the environment. */
export function readServeOptions(given: Given, environment: Environment): ServeOptions {
  const address = String(given["address"] ?? "127.0.0.1");
  if (isIP(address) === 0) throw invalid("--address", address, "an IP address, such as 127.0.0.1, 0.0.0.0 or ::1");
  const port = wholeNumber("--port", given["port"], 0) ?? 8080;
  if (port > 65_535) throw invalid("--port", String(port), "a port up to 65535");
  return {
    address,
    port,
    tokens: tokensIn(given["tokenEnv"], environment),
    hosts: texts(given["allowHost"]).map(hostOption),
    origins: texts(given["allowOrigin"]).map(originOption),
    allowPaths: given["allowPaths"] === true,
    maxBody: (wholeNumber("--max-body", given["maxBody"], 1) ?? 64) * MEGABYTE,
    requestMs: secondsOption("--request-timeout", given["requestTimeout"]) ?? MINUTE,
    sendMs: secondsOption("--send-timeout", given["sendTimeout"]) ?? MINUTE,
    queue: {
      maxActive: wholeNumber("--max-requests", given["maxRequests"], 1) ?? 64,
      maxWaiting: wholeNumber("--max-queue", given["maxQueue"], 0) ?? 256,
    },
    stop: {
      delayMs: secondsOption("--drain-delay", given["drainDelay"], 0) ?? 0,
      drainMs: secondsOption("--drain-timeout", given["drainTimeout"], 0) ?? MINUTE / 2,
    },
    // While workers are busy, requests collect anyway, so a wait only adds to the time of an answer (decision 0131).
    maxWaitMs: wholeNumber("--max-wait", given["maxWait"], 0) ?? 0,
    quiet: given["quiet"] === true,
  };
}

/** The shortest token that cannot be guessed. */
const MIN_TOKEN = 16;

/** The tokens in a variable, separated by spaces or commas. A wrong name is not shown, because it may be a token. */
function tokensIn(name: unknown, environment: Environment): readonly string[] {
  if (name === undefined) return [];
  if (!/^[A-Za-z_]\w*$/.test(String(name))) {
    const message = "expected the name of an environment variable that contains the token, such as API_TOKEN";
    throw new CommandError(EXIT.usage, `Invalid value for \`--token-env\`: ${message}.`);
  }
  const tokens = (environment[String(name)] ?? "").split(/[\s,]+/).filter((token) => token !== "");
  if (tokens.length === 0) {
    throw new CommandError(EXIT.usage, `The variable \`${name}\` of \`--token-env\` is not set or empty.`);
  }
  if (tokens.every((token) => token.length >= MIN_TOKEN && /^[!-~]+$/.test(token))) return tokens;
  const expected = `expected at least ${MIN_TOKEN} printable ASCII characters in each`;
  throw new CommandError(EXIT.usage, `The variable \`${name}\` has a token that cannot be used: ${expected}.`);
}

function hostOption(name: string): string {
  if (/^[\w.-]+$|^\[[\da-f:.]+\]$/i.test(name)) return name.toLowerCase();
  throw invalid("--allow-host", name, "a name without a port, such as models.example.com");
}

function originOption(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw invalid("--allow-origin", origin, "an origin without a path, such as https://example.com");
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function invalid(option: string, value: string, expected: string): CommandError {
  return new CommandError(EXIT.usage, `Invalid value ${quote(value)} for \`${option}\`: expected ${expected}.`);
}
