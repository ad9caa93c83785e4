// Asks real TypeScript language servers for the result of Go to Definition.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ROOT } from "./golden.ts";

/** A place in a file; line and column start at 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Asks the server of a TypeScript package for the definitions of the names at some places of a file. */
export async function definitionsAt(
  compiler: string,
  file: string,
  places: readonly Omit<Place, "file">[],
): Promise<readonly (readonly Place[])[]> {
  return compiler === "typescript" ? askProtocol(file, places) : askTsserver(compiler, file, places);
}

/** `tsserver`: its requests are lines of JSON. */
async function askTsserver(compiler: string, file: string, places: readonly Omit<Place, "file">[]) {
  const server = join(ROOT, "node_modules", compiler, "lib/tsserver.js");
  const child = spawn(process.execPath, [server, "--disableAutomaticTypingAcquisition"]);
  const answers = listen(child, (message) => (message["type"] === "response" ? message["request_seq"] : undefined));
  const send = (seq: number, command: string, given: object) =>
    child.stdin.write(`${JSON.stringify({ seq, type: "request", command, arguments: given })}\n`);
  try {
    send(0, "open", { file });
    const found: Place[][] = [];
    for (const [index, { line, column }] of places.entries()) {
      send(index + 1, "definition", { file, line, offset: column });
      const body = (await answers(index + 1))["body"] as { file: string; start: { line: number; offset: number } }[];
      found.push(body.map(({ file: target, start }) => ({ file: target, line: start.line, column: start.offset })));
    }
    return found;
  } finally {
    child.kill();
  }
}

/** TypeScript 7: the Language Server Protocol. */
async function askProtocol(file: string, places: readonly Omit<Place, "file">[]) {
  const child = spawn(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--lsp", "--stdio"]);
  const answers = listen(child, (message) => {
    // Requests of the server itself, such as for settings, get an empty answer.
    if ("method" in message && "id" in message) send({ id: message["id"], result: null });
    return "method" in message ? undefined : message["id"];
  });
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const textDocument = { uri: pathToFileURL(file).href };
  try {
    send({ id: 0, method: "initialize", params: { processId: process.pid, rootUri: null, capabilities: {} } });
    await answers(0);
    send({ method: "initialized", params: {} });
    const opened = { ...textDocument, languageId: "typescript", version: 1, text: readFileSync(file, "utf8") };
    send({ method: "textDocument/didOpen", params: { textDocument: opened } });
    const found: Place[][] = [];
    for (const [index, { line, column }] of places.entries()) {
      const position = { line: line - 1, character: column - 1 };
      send({ id: index + 1, method: "textDocument/definition", params: { textDocument, position } });
      const result = (await answers(index + 1))["result"] as
        | { uri: string; range: { start: { line: number; character: number } } }
        | { uri: string; range: { start: { line: number; character: number } } }[];
      found.push(
        [result].flat().map(({ uri, range }) => ({
          file: fileURLToPath(uri),
          line: range.start.line + 1,
          column: range.start.character + 1,
        })),
      );
    }
    return found;
  } finally {
    child.kill();
  }
}

type Message = Readonly<Record<string, unknown>>;

/** Waits for the answer to a request. Both servers use the same framing. */
function listen(child: ChildProcessWithoutNullStreams, numberOf: (message: Message) => unknown) {
  const messages = new Map<unknown, Message>();
  const waiting = new Map<unknown, (message: Message) => void>();
  let rest = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const header = /Content-Length: (\d+)\r\n\r\n/.exec(rest.toString("latin1"));
      if (header === null) return;
      const start = header.index + header[0].length;
      const end = start + Number(header[1]);
      if (rest.length < end) return;
      const message = JSON.parse(rest.subarray(start, end).toString("utf8")) as Message;
      rest = rest.subarray(end);
      const number = numberOf(message);
      messages.set(number, message);
      waiting.get(number)?.(message);
    }
  });
  return (number: number): Promise<Message> =>
    new Promise((resolve, reject) => {
      child.on("exit", () => reject(new Error("the language server has ended")));
      setTimeout(() => reject(new Error("the language server does not answer")), 600_000).unref();
      const there = messages.get(number);
      if (there !== undefined) resolve(there);
      else waiting.set(number, resolve);
    });
}
