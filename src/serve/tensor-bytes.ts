// The elements of tensors as bytes (the binary tensor extension): little-endian numbers, or texts that each follow their length.
import { isUtf8 } from "node:buffer";
import { ELEMENT_SIZES, type ElementType, halfBits, rawArray } from "../run/worker/raw-array.ts";
import { type BytesTensor, countOf, type Datatype, type NumberTensor, type Tensor, tensorProblem } from "./tensor.ts";

/** The size of the length before each text. */
const LENGTH = 4;

/** Reads the elements of a tensor. */
export function elementsFromBytes(name: string, datatype: Datatype, shape: readonly number[], bytes: Buffer): Tensor {
  if (datatype === "BYTES") return { name, datatype, shape, data: textsFrom(name, countOf(shape), bytes) };
  const size = countOf(shape) * ELEMENT_SIZES[datatype];
  if (bytes.length !== size) throw tensorProblem(name, `has ${bytes.length} bytes instead of ${size}`);
  // A typed array needs memory that is aligned to its elements.
  const isAligned = bytes.byteOffset % ELEMENT_SIZES[datatype] === 0;
  const [body, offset] = isAligned
    ? [bytes.buffer as ArrayBuffer, bytes.byteOffset]
    : [Uint8Array.prototype.slice.call(bytes).buffer as ArrayBuffer, 0];
  return { name, datatype, shape, data: rawArray(datatype, shape, body, offset).data };
}

/** The bytes of a tensor. */
export function elementsToBytes(tensor: Tensor): Buffer {
  return tensor.datatype === "BYTES" ? textsToBytes(tensor) : numbersToBytes(tensor);
}

/** The type of the elements that leave: BF16 has been converted to 32 bits. */
export function sentDatatype(datatype: Datatype): Datatype {
  return datatype === "BF16" ? "FP32" : datatype;
}

function numbersToBytes({ datatype, data }: NumberTensor): Buffer {
  const view: ArrayBufferView = isHalf(datatype) ? Uint16Array.from(data as Float32Array, halfBits) : data;
  return Buffer.from(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
}

function isHalf(datatype: ElementType): boolean {
  return datatype === "FP16";
}

function textsToBytes({ data }: BytesTensor): Buffer {
  return Buffer.concat(
    data.flatMap((text) => {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      const length = Buffer.alloc(LENGTH);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

function textsFrom(name: string, count: number, bytes: Buffer): readonly (string | Uint8Array)[] {
  const texts: (string | Uint8Array)[] = [];
  let at = 0;
  while (at < bytes.length && texts.length < count) {
    const start = at + LENGTH;
    const end = start > bytes.length ? start : start + bytes.readUInt32LE(at);
    if (end > bytes.length) throw tensorProblem(name, "has an element that is longer than the bytes of the tensor");
    const text = bytes.subarray(start, end);
    texts.push(isUtf8(text) ? text.toString() : new Uint8Array(text));
    at = end;
  }
  if (texts.length < count) throw tensorProblem(name, `has ${texts.length} elements in its bytes instead of ${count}`);
  if (at < bytes.length) throw tensorProblem(name, `has ${bytes.length - at} bytes after its last element`);
  return texts;
}
