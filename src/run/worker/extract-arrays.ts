// Prepares the inputs of a datapoint for Python. Arrays are replaced with null and sent separately, with their paths, as in
// predictions. NaN, infinities and large integers are written in the form that the JSON parser of Python accepts.
import { ExactNumber } from "../../base/exact-json.ts";

import { problem, type Result, found as value } from "../../base/result.ts";
import type { OutgoingArray, Path } from "./frame.ts";
import { type ElementType, halfBits } from "./raw-array.ts";
import { MAX_DIGITS } from "./reply-limits.ts";

/** Inputs as JSON values, and their arrays. The path of an array starts with the name of its input. */
export interface Outgoing {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly arrays: readonly OutgoingArray[];
}

/** Values that are nested more deeply are rejected, as in predictions. They may contain themselves. */
const MAX_DEPTH = 100;

/** The typed arrays for each element type. A typed array without an explicit type has the first type that lists it. */
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

/** Extracts the arrays of inputs. They are copied, so that the caller may reuse their memory. */
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
    if (typeof part === "bigint")
      return String(part).length > MAX_DIGITS ? refuse(path, `has more than ${MAX_DIGITS} digits`) : part;
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
    if (part instanceof Map || part instanceof Set)
      return refuse(path, "is a Map or a Set; pass an object or an array");
    if (isRawArray(part)) return array(path, part.dtype, part.shape, part.data);
    if ("toJSON" in part && typeof part.toJSON === "function") return part;
    return object(part, path);
  }

  /** A copy of the list with replaced items; `undefined` if nothing was replaced. */
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

const WITHOUT_TYPE = "is memory without an element type; pass a typed array or a RawArray";

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
    return "is an array whose shape is not a list of sizes";
  }
  const size = (shape as readonly number[]).reduce((product, extent) => product * extent, 1);
  if (size === data.length) return undefined;
  return `is an array of shape [${shape.join(", ")}] with ${data.length} elements instead of ${size}`;
}

/** The bytes to send. FP16 is converted from 32 bits to 16 bits; BF16 is sent as FP32, because NumPy has no such type. */
function bytesOf(dtype: ElementType, data: Elements): Pick<OutgoingArray, "dtype" | "bytes"> {
  if (dtype === "FP16" && data instanceof Float32Array) {
    return { dtype, bytes: new Uint8Array(Uint16Array.from(data, halfBits).buffer) };
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return { dtype: dtype === "BF16" ? "FP32" : dtype, bytes };
}
