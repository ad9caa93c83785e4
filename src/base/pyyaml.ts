// Reads a plain scalar like PyYAML's `SafeLoader`, with which the platform reads definitions. It follows YAML 1.1.
// Source: `yaml/resolver.py` and `yaml/constructor.py` of PyYAML 6.0.3; `test/pyyaml.test.ts` compares both.

/** What PyYAML makes of a plain scalar; `error` if it raises an exception. */
export type PyYamlReading =
  | { readonly kind: "text" | "null" | "date" | "error" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number };

const TEXT: PyYamlReading = { kind: "text" };
const ERROR: PyYamlReading = { kind: "error" };

/** Reads a plain scalar on one line like PyYAML does. Takes the decoded text; never throws. */
export function readAsPyYaml(text: string): PyYamlReading {
  const first = text.charAt(0);
  if (first === "=" || first === "<") return text === "=" || text === "<<" ? ERROR : TEXT;
  if (NULL.test(text)) return { kind: "null" };
  if (BOOLEAN.test(text)) return { kind: "boolean", value: /^(?:yes|true|on)$/i.test(text) };
  if (!/[-+.\d]/.test(first)) return TEXT;
  if (FLOAT.test(text)) return { kind: "float", value: floatOf(text) };
  if (INTEGER.test(text)) return integerOf(text);
  return TIMESTAMP.test(text) ? dateOf(text) : TEXT;
}

const NULL = /^(?:~|null|Null|NULL|)$/;

const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;

const FLOAT =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

const INTEGER =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/;

const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

function floatOf(text: string): number {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "").toLowerCase()) ?? [];
  // From the last part to the first, for the same rounding.
  let [value, base] = [0, 1];
  for (const part of digits.split(":").reverse()) {
    value += (part === ".inf" ? Number.POSITIVE_INFINITY : pythonFloat(part)) * base;
    base *= 60;
  }
  return sign === "-" ? -value : value;
}

/** Python's `float()` of a lowercase text; NaN also where `float()` raises an exception. */
function pythonFloat(text: string): number {
  if (/^[-+]?inf(?:inity)?$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Text that starts with 0 is octal, so `1:30` does not apply to it. */
function integerOf(text: string): PyYamlReading {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) ?? [];
  const octal = /^0o?([0-7]+)$/i.exec(digits)?.[1];
  let value: bigint;
  if (octal !== undefined) value = BigInt(`0o${octal}`);
  else if (/^0(?:b[01]+|x[\da-fA-F]+)$/.test(digits)) value = BigInt(digits);
  else if (/^(?:0|[-+]?[1-9]\d*(?::[-+]?\d+)*)$/.test(digits))
    value = digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part.replace("+", "")), 0n);
  else return ERROR;
  return { kind: "integer", value: sign === "-" ? -value : value };
}

/** The ranges are those of Python's `datetime`. */
function dateOf(text: string): PyYamlReading {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const isValid = year > 0 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
  const [, offsetHours = 0, offsetMinutes = 0] = /:[^-+]*[-+](\d\d?)(?::(\d\d))?$/.exec(text) ?? [];
  return isValid && Number(offsetHours) * 60 + Number(offsetMinutes) < 24 * 60 ? { kind: "date" } : ERROR;
}

/** A scalar tag of the YAML repository that PyYAML's `SafeLoader` constructs from any text. */
export type ScalarTagName = "null" | "bool" | "int" | "float" | "binary" | "timestamp";

/** Reads a scalar with an explicit tag, such as `!!float 3`, like PyYAML does. Takes the decoded text; never throws. */
export function constructAsPyYaml(tag: ScalarTagName, text: string): PyYamlReading {
  switch (tag) {
    case "null":
      return { kind: "null" };
    case "bool":
      return /^(?:yes|true|on|no|false|off)$/i.test(text)
        ? { kind: "boolean", value: /^(?:yes|true|on)$/i.test(text) }
        : ERROR;
    case "int":
      return integerOf(text);
    case "float": {
      const value = floatOf(text);
      return Number.isNaN(value) && !NAN.test(text.replaceAll("_", "")) ? ERROR : { kind: "float", value };
    }
    case "timestamp":
      return TIMESTAMP.test(text) || SHORT_DATE.test(text) ? dateOf(text) : ERROR;
    case "binary":
      return isBase64(text) ? TEXT : ERROR;
  }
}

const SHORT_DATE = /^\d{4}-\d\d?-\d\d?$/;

const NAN = /^[-+]?(?:\.nan|[-+]?nan)$/i;

/** Python ignores characters that are not base64 digits, but requires complete groups of four. */
function isBase64(text: string): boolean {
  return text.replace(/[^A-Za-z\d+/=]/g, "").length % 4 === 0;
}
