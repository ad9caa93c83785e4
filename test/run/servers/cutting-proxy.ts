// A proxy for TCP connections that can interrupt or pause what a server sends.

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  /** The bytes that the server has sent since the last call of `reset`. */
  readonly sent: () => number;
  /** The connections since the last call of `reset`. */
  readonly connections: () => number;
  readonly reset: () => void;
  /** Closes the connection when the server has sent this many more bytes, and the following connections, too, if `isRepeated`. */
  readonly cutAfter: (bytes: number, isRepeated?: boolean) => void;
  /** Limits each connection to so many bytes per second. */
  readonly throttle: (bytesPerSecond: number) => void;
  /** Passes nothing more on from the connection on which the server has sent this many more bytes. */
  readonly stallAfter: (bytes: number) => void;
  readonly close: () => void;
}

/** A proxy on loopback in front of a port of this machine. */
export async function cuttingProxy(target: number): Promise<CuttingProxy> {
  let sent = 0;
  let connections = 0;
  let speed = Number.POSITIVE_INFINITY;
  let armed:
    | { left: number; readonly bytes: number; readonly kind: "cut" | "stall"; readonly isRepeated: boolean }
    | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections++;
    const upstream = connect(target, "127.0.0.1");
    let isEnded = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      if (isEnded) return;
      const passed = armed === undefined ? chunk : chunk.subarray(0, armed.left);
      sent += passed.length;
      if (armed !== undefined) armed.left -= passed.length;
      if (speed < Number.POSITIVE_INFINITY) {
        client.write(passed);
        upstream.pause();
        setTimeout(() => upstream.resume(), (passed.length / speed) * 1000);
      } else if (!client.write(passed)) {
        upstream.pause();
        client.once("drain", () => upstream.resume());
      }
      if (armed === undefined || armed.left > 0) return;
      isEnded = true;
      upstream.pause();
      // Everything that was counted arrives before the end.
      if (armed.kind === "cut") client.end(() => setTimeout(() => client.destroy(), 100));
      armed = armed.isRepeated ? { ...armed, left: armed.bytes } : undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    connections: () => connections,
    reset: () => {
      sent = 0;
      connections = 0;
      speed = Number.POSITIVE_INFINITY;
      armed = undefined;
    },
    cutAfter: (bytes, isRepeated = false) => {
      armed = { left: bytes, bytes, kind: "cut", isRepeated };
    },
    throttle: (bytesPerSecond) => {
      speed = bytesPerSecond;
    },
    stallAfter: (bytes) => {
      armed = { left: bytes, bytes, kind: "stall", isRepeated: false };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
