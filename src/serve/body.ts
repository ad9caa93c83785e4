// Reads the body of a request, up to limits.
import type { IncomingMessage } from "node:http";
import { createGunzip, createInflate } from "node:zlib";
import { quote } from "../base/quote.ts";
import { RequestProblem } from "./problem.ts";

/** The memory that the bodies of all requests may use, as a multiple of the largest body. */
const BODIES = 8;

/** The number of bytes that the bodies of all present requests use. */
export class BodyMemory {
  /** The maximum size of one body, after it was decompressed. */
  readonly most: number;
  #used = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Adds bytes. Throws a `RequestProblem` if all requests together use too many. */
  add(bytes: number): void {
    this.#used += bytes;
    if (this.#used <= this.most * BODIES) return;
    const headers = { "Retry-After": "1" };
    throw new RequestProblem(429, "the bodies of all requests are too large together; try again later", { headers });
  }

  remove(bytes: number): void {
    this.#used -= bytes;
  }
}

/** A body, whose memory must be released. */
export interface Body {
  readonly bytes: Buffer;
  readonly release: () => void;
}

/** Reads the body of a request. Throws a `RequestProblem`, or the error of a connection that was lost. */
export async function readBody(request: IncomingMessage, memory: BodyMemory): Promise<Body> {
  const { most } = memory;
  const tooLarge = () => new RequestProblem(413, `the body of the request is larger than the limit of ${most} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge();
  let size = 0;
  const release = (): void => {
    memory.remove(size);
    size = 0;
  };
  const chunks: Buffer[] = [];
  const encoding = request.headers["content-encoding"] ?? "identity";
  try {
    for await (const chunk of decompressed(request, encoding)) {
      if (size + chunk.length > most) throw tooLarge();
      size += chunk.length;
      memory.add(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    release();
    if (error instanceof RequestProblem || encoding === "identity" || request.errored) throw error;
    throw new RequestProblem(400, `the body of the request is not valid ${encoding} data`);
  }
  return { bytes: Buffer.concat(chunks), release };
}

function decompressed(request: IncomingMessage, encoding: string): AsyncIterable<Buffer> {
  if (encoding === "identity") return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (encoding !== "gzip" && encoding !== "deflate") {
    const message = `the content encoding ${quote(encoding)} is not supported; expected \`gzip\` or \`deflate\``;
    throw new RequestProblem(415, message, { headers: { "Accept-Encoding": "gzip, deflate" } });
  }
  const stream = encoding === "gzip" ? createGunzip() : createInflate();
  // Not `pipeline`, which would close the connection if the data is invalid.
  request.on("error", (error) => stream.destroy(error));
  return request.pipe(stream);
}
