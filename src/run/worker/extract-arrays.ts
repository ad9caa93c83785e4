// The inputs of a datapoint on their way to Python. Arrays are replaced by null and go beside them with their places, as in
// predictions on their way back. Numbers that JSON or JavaScript does not have are written as Python's reader of JSON takes them.
import { ExactNumber } from "../../base/exact-json.ts";

import { problem, type Result, found as value } from "../../base/result.ts";
import type { OutgoingArray, Path } from "./frame.ts";
import { type ElementType, halfBits } from "./raw-array.ts";
import { MAX_DIGITS } from "./reply-limits.ts";

/** Inputs as JSON can hold them, and what goes beside them; the paths begin with the name of an input. */
export interface Outgoing {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly arrays: readonly OutgoingArray[];
}

/** Deeper values are refused, as on the way back; they may contain themselves. */
const MAX_DEPTH = 100;

/** Which typed arrays hold the elements of each type; the first type of a typed array is the one that it has alone. */
const HOLDERS: Readonly<Record<ElementType, readonly string[]>> = {
  INT8: ["Int8Array"],
  INT16: ["Int16Array"],
  INT32: ["Int32Array"],
  INT64: ["BigInt64Array"],
  UINT8: ["Uint8Array", "Uint8ClampedArray"],
  UINT16: ["Uint16Array"],
  UINT32: ["Uint32Array"],
  UINT64: ["BigUint64Array"],
  FP32: ["Float32Array"],
  FP64: ["Float64Array"],
  FP16: ["Float16Array", "Float32Array"],
  BF16: ["Float32Array"],
  BOOL: ["Uint8Array"],
};

/** A typed array of any kind. */
type Elements = ArrayBufferView & { readonly length: number; readonly [Symbol.toStringTag]: string };

/** Takes the arrays out of inputs; they are copied, so that their memory may be used for the next ones. */
export function extractArrays(inputs: Readonly<Record<string, unknown>>): Result<Outgoing> {
  const arrays: OutgoingArray[] = [];
  let wrong: string | undefined;

  const refuse = (path: Path, why: string): null => {
    wrong ??= `the input \`${path.join(".").slice(0, 200)}\` ${why}`;
    return null;
  };
  const array = (path: Path, dtype: ElementType, shape: readonly unknown[], data: Elements): null => {
    const why = arrayProblem(dtype, shape, data);
    if (why !== undefined) return refuse(path, why);
    arrays.push({ path, shape: shape as readonly number[], ...bytesOf(dtype, data) });
    return null;
  };

  function plain(part: unknown, path: Path): unknown {
    if (typeof part === "number") return Number.isFinite(part) ? part : new ExactNumber(String(part));
    if (typeof part === "bigint") return String(part).length > MAX_DIGITS ? refuse(path, "has too many digits") : part;
    if (typeof part !== "object" || part === null) return part;
    if (path.length > MAX_DEPTH)
      return refuse(path, `is nested more than ${MAX_DEPTH} levels deep, or contains itself`);
    if (ArrayBuffer.isView(part)) {
      const dtype = dtypeOf(part);
      return dtype === undefined
        ? refuse(path, WITHOUT_TYPE)
        : array(path, dtype, [(part as Elements).length], part as Elements);
    }
    if (Array.isArray(part)) return changed(part, path) ?? part;
    if (part instanceof ArrayBuffer) return refuse(path, WITHOUT_TYPE);
    if (part instanceof Map || part instanceof Set) return refuse(path, "is a Map or a Set: give a list or an object");
    if (isRawArray(part)) return array(path, part.dtype, part.shape, part.data);
    if ("toJSON" in part && typeof part.toJSON === "function") return part;
    return object(part, path);
  }

  /** A list with other members; absent when nothing had to be taken out. */
  function changed(list: readonly unknown[], path: Path): readonly unknown[] | undefined {
    let copy: unknown[] | undefined;
    for (const [position, part] of list.entries()) {
      const instead = plain(part, [...path, position]);
      if (Object.is(instead, part)) continue;
      copy ??= [...list];
      copy[position] = instead;
    }
    return copy;
  }

  function object(part: object, path: Path): object {
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, plain(inner, [...path, name])]));
  }

  const taken = object(inputs, []) as Outgoing["inputs"];
  return wrong === undefined ? value({ inputs: taken, arrays }) : problem(wrong);
}

const WITHOUT_TYPE = "is memory without a type: give a typed array, or a RawArray";

function dtypeOf(view: ArrayBufferView): ElementType | undefined {
  const holder = (view as Elements)[Symbol.toStringTag];
  const found = Object.entries(HOLDERS).find(([, holders]) => holders.includes(holder));
  return found?.[0] as ElementType | undefined;
}

interface AnyArray {
  readonly dtype: ElementType;
  readonly shape: readonly unknown[];
  readonly data: Elements;
}

function isRawArray(part: object): part is AnyArray {
  const { dtype, shape, data } = part as { dtype?: unknown; shape?: unknown; data?: unknown };
  return typeof dtype === "string" && Object.hasOwn(HOLDERS, dtype) && Array.isArray(shape) && ArrayBuffer.isView(data);
}

function arrayProblem(dtype: ElementType, shape: readonly unknown[], data: Elements): string | undefined {
  const holders = HOLDERS[dtype];
  const holder = data[Symbol.toStringTag];
  if (!holders.includes(holder)) return `is an array of ${dtype} in a ${holder}; expected a ${holders.join(" or a ")}`;
  if (!shape.every((extent) => typeof extent === "number" && Number.isSafeInteger(extent) && extent >= 0)) {
    return "is an array whose shape is no list of sizes";
  }
  const size = (shape as readonly number[]).reduce((product, extent) => product * extent, 1);
  if (size === data.length) return undefined;
  return `is an array of shape [${shape.join(", ")}] with ${data.length} elements instead of ${size}`;
}

/** The bytes as they travel: 16-bit floats that were widened are narrowed again; BF16 stays wide, Python has no such type. */
function bytesOf(dtype: ElementType, data: Elements): Pick<OutgoingArray, "dtype" | "bytes"> {
  if (dtype === "FP16" && data instanceof Float32Array) {
    return { dtype, bytes: new Uint8Array(Uint16Array.from(data, halfBits).buffer) };
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return { dtype: dtype === "BF16" ? "FP32" : dtype, bytes };
}
