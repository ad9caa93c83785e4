// The only mapping from decoded scalars to the source, for all five styles: YAML 1.2.2, sections 7.3 and 8.1.
import type { Span } from "../base/source.ts";
import type { ScalarNode } from "./tree.ts";

/** Decoded text, with the source range of each of its UTF-16 code units. */
export interface DecodedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const maps = new WeakMap<ScalarNode, DecodedText | "verbatim" | "unlike">();

/** A longer text is compared with its source only once, because a hostile one has many expressions. */
const SHORT = 256;

/** The source span of the decoded units from `from` up to `to`. It may cover several lines. */
export function spanInScalar(scalar: ScalarNode, from: number, to: number): Span {
  const { source, start, end, style } = scalar;
  const map = mapOf(scalar);
  if (map === "verbatim") {
    const first = start + quotesOf(style);
    return { source, start: first + from, end: first + to };
  }
  const whole = { source, start, end };
  if (map === "unlike") return whole;
  const first = map.starts[from] ?? map.ends[from - 1];
  if (first === undefined) return whole;
  return { source, start: first, end: to > from ? (map.ends[to - 1] ?? end) : first };
}

/** The length of the opening quote. */
function quotesOf(style: ScalarNode["style"]): number {
  return style === "single" || style === "double" ? 1 : 0;
}

/** How the text of a scalar corresponds to its source: as it is written, unit by unit, or not at all. */
function mapOf(scalar: ScalarNode): DecodedText | "verbatim" | "unlike" {
  const known = maps.get(scalar);
  if (known !== undefined) return known;
  const { source, start, end, text, style } = scalar;
  const quotes = quotesOf(style);
  const isVerbatim = end - start - 2 * quotes === text.length && source.text.startsWith(text, start + quotes);
  if (isVerbatim && text.length <= SHORT) return "verbatim";
  const decoded = isVerbatim ? undefined : decodeScalar(scalar);
  const map = decoded === undefined ? "verbatim" : decoded.text.startsWith(text) ? decoded : "unlike";
  maps.set(scalar, map);
  return map;
}

/** Decodes a scalar from its source text alone, unit by unit. */
export function decodeScalar(scalar: ScalarNode): DecodedText {
  const { start, end, style, text } = scalar;
  const out = new Decoder(end);
  const raw = scalar.source.text.slice(start, end);
  if (style === "literal" || style === "folded") decodeBlock(out, raw, start, style, text);
  else if (style === "plain") decodeFolded(out, raw, start, 0, raw.length, plainUnit);
  else decodeFolded(out, raw, start, 1, raw.length - 1, style === "single" ? singleUnit : doubleUnit);
  return out;
}

class Decoder implements DecodedText {
  text = "";
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** The end of the scalar. The final line break of a block scalar may be missing in the file. */
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Adds decoded text that corresponds to one source range as a whole. */
  add(text: string, start: number, end: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(Math.min(start, this.limit));
      this.ends.push(Math.min(end, this.limit));
    }
  }

  /** Adds source text that is decoded unchanged. */
  copy(text: string, start: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(start + i);
      this.ends.push(start + i + 1);
    }
  }
}

/** Reads one unit of a flow scalar: its decoded text and its length in the source. */
type UnitReader = (raw: string, at: number) => { readonly text: string; readonly length: number };

const plainUnit: UnitReader = (raw, at) => ({ text: raw.charAt(at), length: 1 });

const singleUnit: UnitReader = (raw, at) => ({ text: raw.charAt(at), length: raw.startsWith("''", at) ? 2 : 1 });

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const LINE_END = /\r?\n[ \t]*/y;

const doubleUnit: UnitReader = (raw, at) => {
  if (raw[at] !== "\\") return { text: raw.charAt(at), length: 1 };
  const code = raw.charAt(at + 1);
  LINE_END.lastIndex = at + 1;
  const lineEnd = LINE_END.exec(raw);
  if (lineEnd !== null) return { text: "", length: 1 + lineEnd[0].length };
  const digits = HEX_LENGTH[code];
  if (digits !== undefined) {
    const point = Number.parseInt(raw.slice(at + 2, at + 2 + digits), 16);
    const valid = point >= 0 && point <= 0x10ffff;
    return { text: valid ? String.fromCodePoint(point) : raw.slice(at, at + 2 + digits), length: 2 + digits };
  }
  return { text: ESCAPES[code] ?? raw.slice(at, at + 2), length: 2 };
};

/**
 * Decodes flow scalars: line breaks with surrounding whitespace fold to one space, or to all line breaks but the first.
 */
function decodeFolded(out: Decoder, raw: string, base: number, from: number, to: number, unit: UnitReader): void {
  const fold = /(?:[ \t]*\r?\n)+[ \t]*/y;
  let at = from;
  while (at < to) {
    const char = raw[at];
    if (char === " " || char === "\t" || char === "\r" || char === "\n") {
      fold.lastIndex = at;
      const gap = fold.exec(raw);
      const end = Math.min(at + (gap?.[0].length ?? 0), to);
      // A quote that was inserted as a repair may be between the two characters of a line break.
      const breaks = raw.slice(at, end).split("\n").length - 1;
      if (breaks > 0) {
        out.add(breaks === 1 ? " " : "\n".repeat(breaks - 1), base + at, base + end);
        at = end;
        continue;
      }
      // Handle a run of whitespace within a line as a whole, so that long runs take linear time.
      let run = at + 1;
      while (char !== "\r" && run < to && (raw[run] === " " || raw[run] === "\t")) run++;
      out.copy(raw.slice(at, run), base + at);
      at = run;
      continue;
    }
    const { text, length } = unit(raw, at);
    out.add(text, base + at, base + at + length);
    at += length;
  }
}

interface Line {
  /** Offset in the source file. */
  readonly start: number;
  readonly indent: number;
  /** Without indentation and line break. */
  readonly content: string;
  /** Offset of the line break in the source file. */
  readonly end: number;
}

/**
 * Decodes literal and folded scalars. The first line with content, in source and decoded text, determines the
 * indentation.
 */
function decodeBlock(out: Decoder, raw: string, base: number, style: "literal" | "folded", decoded: string): void {
  const headerEnd = raw.indexOf("\n") + 1;
  const header = raw.slice(0, headerEnd === 0 ? raw.length : headerEnd);
  const chomp = /^[|>][0-9]?([-+]?)/.exec(header)?.[1] ?? "";
  const lines = headerEnd === 0 ? [] : linesOf(raw.slice(headerEnd), base + headerEnd);
  const firstContent = lines.find((line) => line.content !== "");
  const indentOfDecoded = /^(?: *\n)*( *)/.exec(decoded)?.[1]?.length ?? 0;
  const trim =
    firstContent === undefined
      ? Math.max(0, ...lines.map((line) => line.indent))
      : Math.max(0, firstContent.indent - indentOfDecoded);
  let last = lines.length;
  while (last > 0 && lines[last - 1]?.content === "" && (lines[last - 1]?.indent ?? 0) <= trim) last--;
  if (style === "literal") decodeLiteral(out, lines.slice(0, last), trim);
  else decodeFoldedBlock(out, lines.slice(0, last), trim);
  decodeChomping(out, lines, last, chomp);
}

function linesOf(raw: string, base: number): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at <= raw.length) {
    const newline = raw.indexOf("\n", at);
    const stop = newline < 0 ? raw.length : newline;
    const end = raw[stop - 1] === "\r" && stop > at ? stop - 1 : stop;
    let indent = 0;
    while (at + indent < end && raw[at + indent] === " ") indent++;
    lines.push({ start: base + at, indent, content: raw.slice(at + indent, end), end: base + end });
    if (newline < 0) break;
    at = newline + 1;
  }
  return lines;
}

function decodeLiteral(out: Decoder, lines: readonly Line[], trim: number): void {
  lines.forEach((line, i) => {
    if (i > 0) addBreak(out, lines[i - 1]);
    copyLine(out, line, trim);
  });
}

function decodeFoldedBlock(out: Decoder, lines: readonly Line[], trim: number): void {
  const first = lines.findIndex((line) => line.content !== "");
  let separator = "";
  let wasIndented = false;
  lines.forEach((line, i) => {
    const before = lines[i - 1];
    if (i < first) {
      copyLine(out, line, trim);
      out.add("\n", line.end, line.end + 1);
      return;
    }
    if (line.indent > trim || line.content.startsWith("\t")) {
      if (separator === " ") separator = "\n";
      else if (!wasIndented && separator === "\n") separator = "\n\n";
      addSeparator(out, separator, before);
      copyLine(out, line, trim);
      separator = "\n";
      wasIndented = true;
    } else if (line.content === "") {
      if (separator === "\n") addBreak(out, before);
      else separator = "\n";
    } else {
      addSeparator(out, separator, before);
      copyLine(out, line, trim);
      separator = " ";
      wasIndented = false;
    }
  });
}

function decodeChomping(out: Decoder, lines: readonly Line[], last: number, chomp: string): void {
  if (chomp === "-") return;
  const final = lines[last - 1];
  if (chomp !== "+") {
    if (last > 0) addBreak(out, final);
    return;
  }
  for (let i = Math.max(last, 1); i < lines.length; i++) addBreak(out, lines[i - 1]);
  const isOneBlankLine = last === 0 && lines.length === 1 && lines[0]?.indent !== 0;
  if (isOneBlankLine || (last > 0 && !out.text.endsWith("\n"))) addBreak(out, final ?? lines[0]);
}

function copyLine(out: Decoder, line: Line, trim: number): void {
  const cut = Math.min(trim, line.indent);
  out.copy(" ".repeat(line.indent - cut) + line.content, line.start + cut);
}

function addBreak(out: Decoder, line: Line | undefined): void {
  addSeparator(out, "\n", line);
}

function addSeparator(out: Decoder, text: string, before: Line | undefined): void {
  const at = before?.end ?? 0;
  out.add(text, at, at + 1);
}
