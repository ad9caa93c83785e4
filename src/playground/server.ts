// The language server in a web worker. The page sends it two ports: one for the protocol, and one that shows whether the worker
// still answers.
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { memoryPlatform } from "../lsp/memory.ts";
import { serve } from "../lsp/server.ts";
import type { Ports } from "./ports.ts";

globalThis.addEventListener(
  "message",
  ({ data: { protocol, pulse } }: MessageEvent<Ports>) => {
    pulse.onmessage = () => pulse.postMessage(null);
    const connection = createConnection(new BrowserMessageReader(protocol), new BrowserMessageWriter(protocol));
    serve(connection, memoryPlatform(idle));
    protocol.start();
  },
  { once: true },
);

/** Resolves after two turns of the event loop: messages are read in the first one and handled in the second one. */
async function idle(): Promise<void> {
  await turn();
  await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
