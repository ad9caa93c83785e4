// A connection to an SFTP server through the system's `ssh`. So the keys, the agent, the known hosts, the proxies and the aliases of
// the user's configuration apply. Nothing is asked: without a key that works, the connection fails.
import { spawn } from "node:child_process";
import type { Environment } from "../../system/environment.ts";
import { killGroup } from "../../system/kill-group.ts";
import { absolutePath, programsNamed } from "../../system/programs.ts";
import { SSH_OPTIONS, type SshTarget, sshDestination } from "../../system/ssh.ts";
import { type Failed, refusal, TransferError } from "./driver.ts";
import { type Field, type Fields, fieldsOf, MAX_PACKET, PACKET, packet } from "./sftp-packets.ts";

/** A reply of the server. */
export interface Reply {
  readonly type: number;
  readonly fields: Fields;
}

/** An open connection. */
export interface SftpSession {
  /** Sends a request, and waits for its reply. Throws a `TransferError` if the connection ends before. */
  readonly call: (type: number, ...fields: readonly Field[]) => Promise<Reply>;
  /** Ends the connection and `ssh`. */
  readonly close: () => void;
}

const NOT_INSTALLED = "the program `ssh` is not installed or not on the `PATH`";

const MAX_ERROR_OUTPUT = 16_384;

/** Connects. The session ends when the signal is aborted. */
export async function openSession(
  target: SshTarget,
  environment: Environment,
  signal: AbortSignal,
): Promise<SftpSession> {
  const program = programsNamed("ssh", environment)[0];
  if (program === undefined) throw new TransferError(refusal(NOT_INSTALLED));
  signal.throwIfAborted();
  const child = spawn(program, [...SSH_OPTIONS, "-s", ...sshDestination(target), "sftp"], {
    cwd: "/",
    env: { ...environment, PATH: absolutePath(environment["PATH"]) },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const close = (): void => killGroup(child);
  signal.addEventListener("abort", close, { once: true });

  const waiting = new Map<
    number,
    { readonly resolve: (reply: Reply) => void; readonly reject: (error: unknown) => void }
  >();
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    close();
  };
  let errorOutput = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errorOutput = (errorOutput + text).slice(-MAX_ERROR_OUTPUT);
  });
  child.stdin.on("error", () => {}); // the process has ended, which `close` reports
  child.on("error", () => fail(new TransferError(refusal(NOT_INSTALLED))));
  child.on("close", (code) => {
    signal.removeEventListener("abort", close);
    fail(signal.aborted ? signal.reason : new TransferError(endOf(errorOutput, code)));
  });

  const receive = (body: Buffer): void => {
    const type = body[0] ?? 0;
    const fields = fieldsOf(body.subarray(1));
    // The reply to `init` has no id; it gets the one that no request has.
    const id = type === PACKET.version ? 0 : fields.number();
    waiting.get(id)?.resolve({ type, fields });
    waiting.delete(id);
  };
  let pending: Buffer[] = [];
  let size = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    pending.push(chunk);
    size += chunk.length;
    const first = pending[0]?.length ?? 0;
    const needed = first >= 4 ? (pending[0]?.readUInt32BE(0) ?? 0) + 4 : 0;
    if (size < needed) return;
    let buffer = Buffer.concat(pending);
    try {
      while (buffer.length >= 4) {
        const length = buffer.readUInt32BE(0);
        if (length === 0 || length > MAX_PACKET) throw new RangeError("the server does not speak SFTP");
        if (buffer.length < 4 + length) break;
        receive(buffer.subarray(4, 4 + length));
        buffer = buffer.subarray(4 + length);
      }
    } catch (error) {
      fail(new TransferError(refusal(error instanceof RangeError ? error.message : String(error))));
    }
    pending = buffer.length > 0 ? [buffer] : [];
    size = buffer.length;
  });

  let lastId = 0;
  const request = (id: number, bytes: Buffer): Promise<Reply> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      waiting.set(id, { resolve, reject });
      child.stdin.write(bytes);
    });
  const call: SftpSession["call"] = (type, ...fields) => {
    lastId += 1;
    return request(lastId, packet(type, [lastId, ...fields]));
  };
  await request(0, packet(PACKET.init, [3]));
  return { call, close };
}

/** What the error output of `ssh` means. The rest of it may be text of the server. */
const MEANINGS: readonly (readonly [RegExp, string, boolean])[] = [
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    "its host key is unknown or has changed; connect once with `ssh` to check it",
    false,
  ],
  [/Permission denied/, "the server accepts no key of this user; passwords are not asked for", false],
  [/Could not resolve hostname/, "the server name could not be resolved", true],
  [/Connection refused/, "the server refused the connection", true],
  [/timed out/, "the server did not answer", true],
  [/subsystem request failed/, "the server does not offer SFTP", false],
];

function endOf(errorOutput: string, code: number | null): Failed {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(errorOutput));
  if (meaning !== undefined) return { kind: "failed", message: meaning[1], retry: meaning[2] };
  return { kind: "failed", message: `the connection failed (\`ssh\` ended with ${code ?? "a signal"})`, retry: true };
}
