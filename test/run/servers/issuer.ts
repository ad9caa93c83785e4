// Small servers where no real server of this kind exists. One that issues credentials answers only the request that the documentation
// of the provider describes; everything else gets status 400. A gate checks what the real server next to it does not check.
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../temporary.ts";

/** A request for credentials. */
export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: Readonly<Record<string, string>>;
}

/** A running server. */
export interface Issuer {
  readonly origin: string;
  readonly close: () => void;
}

/** Starts a server. `answer` returns `undefined` for a request that differs from the documentation. */
export async function startIssuer(
  answer: (asked: Asked) => Promise<string | undefined> | string | undefined,
  [wanted, address]: readonly [number, string] = [0, "127.0.0.1"],
): Promise<Issuer> {
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const text = await answer({ method, path, headers, form });
    response.writeHead(text === undefined ? 400 : 200).end(text);
  });
  return listen(server, wanted, address);
}

/** Starts a server that passes requests on. `pass` returns `undefined` for a request that is not allowed. */
export async function startGate(
  pass: (path: string, authorization: string | undefined) => Promise<Response | undefined>,
): Promise<Issuer> {
  const server = createServer(async ({ url = "", headers }, response) => {
    const passed = await pass(url, headers.authorization);
    response.writeHead(passed?.status ?? 401, { etag: passed?.headers.get("etag") ?? "" });
    response.end(passed && Buffer.from(await passed.arrayBuffer()));
  });
  return listen(server, 0, "127.0.0.1");
}

async function listen(server: Server, wanted: number, address: string): Promise<Issuer> {
  await new Promise<void>((resolve) => server.listen(wanted, address, resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://${address}:${port}`, close };
}

/** A folder with a program that takes the place of a provider's: it prints the text if it gets exactly these arguments. */
export function standIn(name: string, args: string, text: string): string {
  const folder = temporaryFolder();
  const script = `#!/bin/sh\n[ "$*" = '${args}' ] || exit 64\nprintf '%s\\n' '${text}'\n`;
  writeFileSync(join(folder, name), script, { mode: 0o700 });
  return folder;
}
