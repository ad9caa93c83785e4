// The language server in its worker. A worker that does not answer is ended and started again.
import type { LSPClient, Transport } from "@codemirror/lsp-client";
import type { Ports } from "./ports.ts";

/** How long a worker may be busy before it is ended, in milliseconds: the first time, and after a restart. */
const PATIENCE = [5_000, 20_000] as const;

/** What the page is told about the worker. */
export interface WorkerEvents {
  /** A worker was ended because it did not answer, and a new one has all texts. */
  readonly onRestart: () => void;
  /** The second new worker did not answer either. No worker runs until a text changes. */
  readonly onGiveUp: () => void;
}

/** The connection of a client with its worker. */
export interface ServerConnection {
  /** A text has changed, so a new worker may not hang. */
  readonly changed: () => void;
}

/** Starts a worker with the source of the server, and connects the client to it. */
export function connectServer(client: LSPClient, source: string, events: WorkerEvents): ServerConnection {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  let end: (() => void) | undefined;
  /** How many workers were ended since the last change of a text. */
  let restarts = 0;

  const start = (): void => {
    const worker = new Worker(address);
    const protocol = new MessageChannel();
    const pulse = new MessageChannel();
    const ports: Ports = { protocol: protocol.port2, pulse: pulse.port2 };
    worker.postMessage(ports, [ports.protocol, ports.pulse]);
    const watch = watchOver(pulse.port1, PATIENCE[restarts === 0 ? 0 : 1], () => {
      end?.();
      client.disconnect();
      restarts += 1;
      if (restarts < PATIENCE.length + 1) {
        start();
        events.onRestart();
      } else events.onGiveUp();
    });
    end = () => {
      watch.stop();
      worker.terminate();
      protocol.port1.close();
      pulse.port1.close();
      end = undefined;
    };
    client.connect(transportOf(protocol.port1, watch.expect));
  };

  start();
  return {
    changed: () => {
      restarts = 0;
      if (end === undefined) start();
    },
  };
}

/** Calls `onSilence` if a pulse is not answered for `patience` milliseconds. A pulse is sent after each message to the worker. */
function watchOver(port: MessagePort, patience: number, onSilence: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isExpected = false;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const send = () => {
    isExpected = false;
    port.postMessage(null);
    // If the page was suspended, an answer that has arrived is read only after this timer.
    timer = setTimeout(() => {
      timer = setTimeout(onSilence, 100);
    }, patience);
  };
  port.onmessage = () => {
    stop();
    if (isExpected) send();
  };
  return {
    expect: () => {
      if (timer === undefined) send();
      else isExpected = true;
    },
    stop,
  };
}

/** The messages of the protocol over a port. `onSend` is called for each message to the server. */
function transportOf(port: MessagePort, onSend: () => void): Transport {
  const handlers = new Set<(message: string) => void>();
  port.onmessage = ({ data }) => {
    const message = JSON.stringify(data);
    for (const handler of handlers) handler(message);
  };
  return {
    send: (message) => {
      port.postMessage(JSON.parse(message));
      onSend();
    },
    subscribe: (handler) => handlers.add(handler),
    unsubscribe: (handler) => handlers.delete(handler),
  };
}
