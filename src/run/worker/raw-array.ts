// Arrays of Python code: one block of memory with a typed array as its view.

/**
 * The typed array for each element type of the Open Inference Protocol. Elements are in row-major order. `FP16` and `BF16` are
 * converted to 32 bits. `BOOL` is 0 or 1.
 */
export interface ElementArrays {
  readonly BOOL: Uint8Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  readonly FP16: Float32Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  readonly BF16: Float32Array;
}

/** The type of an element. */
export type ElementType = keyof ElementArrays;

/** The size of an element in the body of a frame, in bytes. */
export const ELEMENT_SIZES: Readonly<Record<ElementType, number>> = {
  ...{ BOOL: 1, INT8: 1, UINT8: 1 },
  ...{ INT16: 2, UINT16: 2, FP16: 2, BF16: 2 },
  ...{ INT32: 4, UINT32: 4, FP32: 4 },
  ...{ INT64: 8, UINT64: 8, FP64: 8 },
};

/** Whether a value is the name of an element type. */
export function isElementType(value: unknown): value is ElementType {
  return typeof value === "string" && Object.hasOwn(ELEMENT_SIZES, value);
}

/** A typed array of any element type. */
export type ElementData = ElementArrays[ElementType];

/** An array as a flat typed array with a shape, which is faster than nested lists. */
export interface RawArray<Element extends ElementType = ElementType> {
  readonly dtype: Element;
  readonly shape: readonly number[];
  readonly data: ElementArrays[Element];
}

/** An array as nested lists, one level per dimension. An array without dimensions is its only element. */
export type NestedArray<Element> = Element | readonly NestedArray<Element>[];

/** The form of arrays in predictions: nested lists, or `RawArray`. */
export type ArrayForm = "lists" | "raw";

/** The array at an offset of the body of a frame. It is not copied, except for `FP16` and `BF16`. */
export function rawArray(dtype: ElementType, shape: readonly number[], body: ArrayBuffer, offset: number): RawArray {
  const length = shape.reduce((size, extent) => size * extent, 1);
  return { dtype, shape, data: view(dtype, body, offset, length) };
}

function view(dtype: ElementType, body: ArrayBuffer, offset: number, length: number): ElementData {
  switch (dtype) {
    case "BOOL":
    case "UINT8":
      return new Uint8Array(body, offset, length);
    case "INT8":
      return new Int8Array(body, offset, length);
    case "INT16":
      return new Int16Array(body, offset, length);
    case "UINT16":
      return new Uint16Array(body, offset, length);
    case "INT32":
      return new Int32Array(body, offset, length);
    case "UINT32":
      return new Uint32Array(body, offset, length);
    case "INT64":
      return new BigInt64Array(body, offset, length);
    case "UINT64":
      return new BigUint64Array(body, offset, length);
    case "FP32":
      return new Float32Array(body, offset, length);
    case "FP64":
      return new Float64Array(body, offset, length);
    case "FP16":
      return Float32Array.from(new Uint16Array(body, offset, length), halfToNumber);
    case "BF16":
      return new Float32Array(Uint32Array.from(new Uint16Array(body, offset, length), (bits) => bits << 16).buffer);
  }
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the 16-bit float that is nearest to a number. Ties are rounded to even. */
export function halfBits(number: number): number {
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (Number.isNaN(number)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // The distance between neighbors is constant below 2^-14. A carry correctly increments the exponent.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const scaled = size / 2 ** (exponent - 10);
  const rounded = scaled % 1 === 0.5 ? 2 * Math.round(scaled / 2) : Math.round(scaled);
  return sign | (rounded + ((exponent + 14) << 10));
}

/** Converts to nested lists. `BOOL` becomes booleans. A 64-bit integer becomes a bigint if a number cannot represent it. */
export function toLists({ dtype, shape, data }: RawArray): unknown {
  const element = dtype === "BOOL" ? (value: number | bigint) => value !== 0 : exact;
  let position = 0;
  const build = (axis: number): unknown => {
    const extent = shape[axis];
    if (extent === undefined) return element(data[position++] ?? 0);
    // Allocated with its final length, because growing short rows would take several times the memory.
    const row = new Array<unknown>(extent);
    if (axis === shape.length - 1)
      for (let index = 0; index < extent; index++) row[index] = element(data[position++] ?? 0);
    else for (let index = 0; index < extent; index++) row[index] = build(axis + 1);
    return row;
  };
  return build(0);
}

function exact(value: number | bigint): number | bigint {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
