// Properties of every text that is read.
import * as assert from "uvu/assert";
import type { Span } from "../../src/base/source.ts";
import type { PythonModule } from "../../src/python/module.ts";
import { processorTime } from "../processor-time.ts";

/** Every place is inside of the text, every name is at its place, and every part is the text there. */
export function assertPlaces(module: PythonModule): void {
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null || value === module.source) return;
    if (Array.isArray(value)) {
      for (const each of value) check(each);
      return;
    }
    if (isSpan(value))
      assert.ok(0 <= value.start && value.start <= value.end && value.end <= module.source.text.length);
    if ("text" in value && "span" in value && isSpan(value.span)) {
      const there = module.source.text.slice(value.span.start, value.span.end);
      if (there !== value.text && there.normalize("NFKC") !== value.text) assert.is(value.text, withoutBlanks(there));
    }
    for (const each of Object.values(value)) check(each);
  };
  check([module.bindings, module.exports, module.damage]);
}

function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "start" in value && "end" in value;
}

/** A name can have spaces around its dots: `a . b`. */
function withoutBlanks(text: string): string {
  return text.replace(/\s|\\/g, "");
}

/** Ten times the text can take thirty times as long on a busy machine. Quadratic work takes a hundred times as long. */
export function assertLinear(make: (size: number) => string, work: (text: string) => void): void {
  const [small, large] = [make(40_000), make(400_000)];
  work(small);
  const allowed = Math.max(processorTime(() => work(small)) * 30, 700);
  let taken = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && taken >= allowed; attempt++) taken = processorTime(() => work(large));
  assert.ok(taken < allowed, `${taken.toFixed(0)} ms, not ${allowed.toFixed(0)} ms`);
}
