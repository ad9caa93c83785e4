// The packets of SFTP version 3, which every server speaks: https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02

/** The types of packets that are used. */
export const PACKET = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  fstat: 8,
  opendir: 11,
  readdir: 12,
  remove: 13,
  stat: 17,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
} as const;

/** The maximum length of a packet. Servers send at most 256 KB. */
export const MAX_PACKET = 1024 * 1024;

/** A field of a packet: a number of 4 bytes, a number of 8 bytes, or text or bytes with their length. */
export type Field = number | bigint | string | Uint8Array;

/** A packet with its length. */
export function packet(type: number, fields: readonly Field[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...fields.map(encode)]);
  return Buffer.concat([encode(body.length), body]);
}

function encode(field: Field): Buffer {
  if (typeof field === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(field);
    return bytes;
  }
  if (typeof field === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(field);
    return bytes;
  }
  const bytes = typeof field === "string" ? Buffer.from(field) : field;
  return Buffer.concat([encode(bytes.length), bytes]);
}

/** Reads the fields of a packet in order. A packet that is too short throws a `RangeError`. */
export interface Fields {
  readonly number: () => number;
  readonly long: () => bigint;
  readonly bytes: () => Buffer;
  readonly attributes: () => Attributes;
}

/** What is known about a file. */
export interface Attributes {
  readonly size: number | undefined;
  /** The type and the permissions, as in `st_mode`. */
  readonly mode: number | undefined;
  /** In seconds since 1970. */
  readonly modified: number | undefined;
}

/** The fields of the body of a packet, after its type. */
export function fieldsOf(body: Buffer): Fields {
  let at = 0;
  const number = (): number => {
    const value = body.readUInt32BE(at);
    at += 4;
    return value;
  };
  const long = (): bigint => {
    const value = body.readBigUInt64BE(at);
    at += 8;
    return value;
  };
  const bytes = (): Buffer => {
    const length = number();
    if (at + length > body.length) throw new RangeError("a packet of the server is incomplete");
    at += length;
    return body.subarray(at - length, at);
  };
  const attributes = (): Attributes => {
    const flags = number();
    const size = (flags & 1) === 0 ? undefined : Number(long());
    if ((flags & 2) !== 0) long(); // user and group
    const mode = (flags & 4) === 0 ? undefined : number();
    const times = (flags & 8) === 0 ? [] : [number(), number()];
    const extended = flags >>> 31 === 0 ? 0 : number();
    for (let index = 0; index < extended * 2; index++) bytes();
    return { size, mode, modified: times[1] };
  };
  return { number, long, bytes, attributes };
}
