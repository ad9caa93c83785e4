import type { PythonType, SimpleKind, TensorLibrary } from "./python-type.ts";

/** How a generic name combines its arguments into a type. */
export type Generic =
  | "annotated"
  | "array"
  | "counter"
  | "dict"
  | "iterable"
  | "jaxtyped"
  | "list"
  | "literal"
  | "optional"
  | "sequence"
  | "set"
  | "tuple"
  | "union";

/** The meaning of a well-known name. */
export type KnownName =
  | { readonly kind: "type"; readonly type: PythonType }
  | { readonly kind: "generic"; readonly generic: Generic };

/** The meaning of a name, given by its full path (`typing.List`) or alone if that is how it is written (`List`). */
export function knownName(path: string): KnownName | undefined {
  const tensor = TENSORS.get(path);
  if (tensor !== undefined) return tensor;
  const dot = path.lastIndexOf(".");
  const module = path.slice(0, Math.max(dot, 0));
  const name = path.slice(dot + 1);
  if (module === "jaxtyping") return { kind: "generic", generic: "jaxtyped" };
  if (module === "numpy") return NUMPY_SCALARS.get(name);
  if (VALUES.get(module)?.includes(name) === true) return { kind: "type", type: { kind: "value", name } };
  return dot < 0 || MODULES.has(module) ? NAMES.get(name) : undefined;
}

/** The conventional full path of a dotted name that the module does not define: `np` is NumPy. */
export function conventionalPath(path: string): string {
  const dot = path.indexOf(".");
  const convention = dot < 0 ? undefined : CONVENTIONS.get(path.slice(0, dot));
  return convention === undefined ? path : convention + path.slice(dot);
}

/** The name of an element type: `float32` for `numpy.float32`, `torch.float` or `numpy.single`. */
export function dtypeOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return DTYPES.get(name);
}

/** The element type in the name of a jaxtyping type: `Float32`, or `Float` for any numeric type. */
export function jaxDtypeOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return /^(?:Float|Int|UInt|Integer|Inexact|Real|Num)$/.test(name) ? "number" : DTYPES.get(name.toLowerCase());
}

/** Modules that export the same names with the same meaning. */
const MODULES: ReadonlySet<string> = new Set([
  ...["builtins", "typing", "typing_extensions", "collections", "collections.abc", "types", "dataclasses"],
  ...["numbers", "pathlib", "os"],
]);

const CONVENTIONS: ReadonlyMap<string, string> = new Map([
  ...([
    ["np", "numpy"],
    ["pd", "pandas"],
    ["npt", "numpy.typing"],
    ["jnp", "jax.numpy"],
    ["tf", "tensorflow"],
  ] as const),
  ...([
    ["t", "typing"],
    ["te", "typing_extensions"],
    ["abc", "collections.abc"],
  ] as const),
]);

const NAMES: ReadonlyMap<string, KnownName> = new Map([
  ...simple("any", "Any object Hashable"),
  ...simple("type", "type Type"),
  ...simple("never", "Never NoReturn"),
  ...simple("none", "None NoneType"),
  ...simple("bool", "bool TypeGuard TypeIs"),
  ...simple("int", "int Integral"),
  ...simple("float", "float Real Number"),
  ...simple("complex", "complex Complex"),
  ...simple("str", "str Text LiteralString"),
  ...simple("bytes", "bytes bytearray ByteString Buffer"),
  ["AnyStr", { kind: "type", type: { kind: "union", members: [{ kind: "str" }, { kind: "bytes" }] } }],
  ...tensor("buffer", undefined, "memoryview"),
  ...simple("path", "Path PurePath PosixPath PurePosixPath WindowsPath PureWindowsPath PathLike"),
  ...simple("callable", "Callable"),
  ...generic("list", "list List MutableSequence deque Deque UserList"),
  ...generic("sequence", "Sequence"),
  ...generic("iterable", "Iterable Iterator Collection Container Reversible Generator"),
  ...generic("iterable", "AsyncIterable AsyncIterator AsyncGenerator"),
  ...generic("set", "set Set frozenset FrozenSet AbstractSet MutableSet"),
  ...generic("dict", "dict Dict Mapping MutableMapping OrderedDict defaultdict DefaultDict ChainMap UserDict"),
  ...generic("counter", "Counter"),
  ...generic("tuple", "tuple Tuple"),
  ...generic("optional", "Optional"),
  ...generic("union", "Union"),
  ...generic("literal", "Literal"),
  ...generic("annotated", "Annotated Unpack Final ClassVar InitVar Required NotRequired ReadOnly"),
  ...tensor("torch", undefined, "Tensor"),
  ...generic("array", "ndarray NDArray"),
]);

const NUMPY_SCALARS: ReadonlyMap<string, KnownName> = new Map([
  ...simple("bool", "bool_ bool"),
  ...simple(
    "int",
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp uintp integer signedinteger unsignedinteger",
  ),
  ...simple("float", "float16 float32 float64 half single double floating number"),
  ...simple("complex", "complex64 complex128 complexfloating"),
  ...simple("str", "str_"),
  ...simple("bytes", "bytes_"),
  [
    "generic",
    { kind: "type", type: { kind: "union", members: [{ kind: "float" }, { kind: "bool" }, { kind: "str" }] } },
  ],
]);

/** Types of the standard library that are values, by module. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ["datetime", ["datetime", "date", "time", "timedelta", "timezone", "tzinfo"]],
  ["decimal", ["Decimal"]],
  ["fractions", ["Fraction"]],
  ["uuid", ["UUID"]],
  ["ipaddress", ["IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface"]],
]);

const TENSORS: ReadonlyMap<string, KnownName> = new Map([
  ...generic("array", "numpy.ndarray numpy.array numpy.typing.NDArray numpy.matrix numpy.ma.MaskedArray"),
  ...tensor("torch", undefined, "torch.Tensor torch.tensor torch.nn.Parameter torch.nn.parameter.Parameter"),
  ...torchTensors("Half", "float16"),
  ...torchTensors("BFloat16", "bfloat16"),
  ...torchTensors("Float", "float32"),
  ...torchTensors("Double", "float64"),
  ...torchTensors("Byte", "uint8"),
  ...torchTensors("Char", "int8"),
  ...torchTensors("Short", "int16"),
  ...torchTensors("Int", "int32"),
  ...torchTensors("Long", "int64"),
  ...torchTensors("Bool", "bool"),
  ...tensor("tensorflow", undefined, "tensorflow.Tensor tensorflow.Variable"),
  ...tensor("jax", undefined, "jax.Array jax.numpy.ndarray jaxlib.xla_extension.ArrayImpl jaxtyping.Array"),
  ...tensor("pillow", undefined, "PIL.Image.Image"),
  ["array.array", { kind: "type", type: { kind: "tensor", library: "buffer", dtype: "number", dimensions: 1 } }],
  ["numpy.typing.ArrayLike", { kind: "type", type: { kind: "any" } }],
  ["torch.Size", { kind: "type", type: { kind: "tuple", items: [], rest: { kind: "int" } } }],
  ...["pandas.Series", "pandas.Index"].map((path): Entry => {
    return [path, { kind: "type", type: { kind: "list", item: { kind: "any" }, takesText: false } }];
  }),
]);

const DTYPES: ReadonlyMap<string, string> = new Map([
  ...["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"].map(same),
  ...["float16", "bfloat16", "float32", "float64", "complex64", "complex128"].map(same),
  ...([
    ["bool_", "bool"],
    ["half", "float16"],
    ["single", "float32"],
    ["double", "float64"],
  ] as const),
  ...([
    ["byte", "int8"],
    ["ubyte", "uint8"],
    ["short", "int16"],
    ["ushort", "uint16"],
  ] as const),
]);

type Entry = readonly [string, KnownName];

function simple(kind: SimpleKind, names: string): readonly Entry[] {
  return names.split(" ").map((name) => [name, { kind: "type", type: { kind } }]);
}

function generic(kind: Generic, names: string): readonly Entry[] {
  return names.split(" ").map((name) => [name, { kind: "generic", generic: kind }]);
}

function tensor(library: TensorLibrary, dtype: string | undefined, names: string): readonly Entry[] {
  return names
    .split(" ")
    .map((name) => [name, { kind: "type", type: { kind: "tensor", library, dtype, dimensions: undefined } }]);
}

function torchTensors(prefix: string, dtype: string): readonly Entry[] {
  return tensor("torch", dtype, `torch.${prefix}Tensor torch.cuda.${prefix}Tensor`);
}

function same(name: string): readonly [string, string] {
  return [name, name];
}
