// Reads YAML that may be broken: finds a mistake, mends it in a draft, reads the draft again, until nothing is wrong.
// Of the ways to mend a mistake the one is taken that leaves the fewest things wrong.
import { type Document, isScalar, visit } from "yaml";
import { positionAt, type Source, type Span } from "../base/source.ts";
import { coverExpressions, mendConflicts, strangeCharacter } from "./common-mistakes.ts";
import { type Draft, draftOf, originOf, type Range } from "./draft.ts";
import { costOfReading, tooManyMarksAt } from "./limits.ts";
import type { Problem } from "./problem.ts";
import { readYaml, type TooDeep, type YamlText } from "./read-yaml.ts";
import type { Repair } from "./repair.ts";
import { type Repairs, repairsFor } from "./repairs.ts";

/**
 * Bounds that keep a hostile file cheap: how many mistakes are repaired, and how much is read again for that (see
 * `costOfReading`). `test/hostile-cost.test.ts` bounds the processor time that they allow.
 */
const LIMITS = { rounds: 40, cost: 1_400_000 } as const;

/**
 * What a repair costs. The unit is one thing that does not fit, or one error that is left. `error`: for each error fewer than
 * `gain` that the repair removes; more do not count, because they may be other mistakes that it hides. `guess`: for a repair
 * that removes none. `loss`: for losing anything, and `line` for each line lost. `column`: for each column moved.
 *
 * The values were found by hand, with the mistakes of `test/parse-any.test.ts` as the measure, and each decides real cases:
 * `test/parse-recover.test.ts` has one for each direction. Of 577 broken mutations of the fixtures, half or double the value
 * changes the findings of 20 and 20 for `error`, 4 and 9 for `loss`, 86 and 78 for `line`, 13 and 45 for `column`; a `gain` of
 * 2 or 4 those of 35 and 11. Any `guess` of 20 or more gives the same findings.
 */
const COST = { error: 4, gain: 3, guess: 50, loss: 0.4, line: 0.8, column: 0.4 } as const;

/** To make an error takes as long as to read so many characters. */
const PER_ERROR = 20;

/** What could be read of a file. */
export interface Recovered {
  /** The first document, in the offsets of the draft; absent when the file is empty or cannot be read at all. */
  readonly document: Document | undefined;
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  /** Where something was taken out: what stands there is a hole, and the collections around it are incomplete. */
  readonly holes: readonly Range[];
  /** Where expressions were covered with letters, in the order of the text. */
  readonly covered: readonly Range[];
}

/** Reads the first document of a file; `judge` says how many things are wrong with what was read. */
export function recover(source: Source, judge: (recovered: Recovered) => number): Recovered {
  const tooMany = tooManyMarksAt(source.text);
  if (tooMany !== undefined) {
    const span = { source, start: tooMany, end: tooMany + 1 };
    const draft = draftOf({ path: source.path, text: "" });
    const problem: Problem = { kind: "too-large", span, what: "marks" };
    return { document: undefined, draft: { ...draft, source }, problems: [problem], holes: [], covered: [] };
  }
  const conflicts = mendConflicts(draftOf(source));
  const state: State = {
    ...conflicts,
    problems: [strangeCharacter(source) ?? [], conflicts.problems].flat(),
    mended: new Set(),
    left: LIMITS.cost,
  };
  let parsed = readYaml(state.draft.text);
  if (!("kind" in parsed) && parsed.second !== undefined) {
    state.problems.push({ kind: "multiple-documents", span: wordAt(source, parsed.second) });
  }
  if (!("kind" in parsed) && parsed.error !== undefined) {
    const { draft, covered } = coverExpressions(state.draft);
    if (covered.length > 0 && 2 * costOf(draft, parsed) <= state.left) {
      [state.draft, state.covered] = [draft, covered];
      parsed = readYaml(state.draft.text);
    }
  }
  for (let round = 0; round < LIMITS.rounds; round++) {
    if ("kind" in parsed) {
      state.problems.push({ kind: "too-large", span: tooDeepSpan(state.draft, parsed), what: "nesting" });
      break;
    }
    const { document, error } = parsed;
    if (error === undefined) {
      if (!isEmpty(document)) return { ...state, document };
      if (state.problems.length === 0) {
        state.problems.push({ kind: "empty-file", span: { source, start: 0, end: 0 } });
      }
      break;
    }
    const cost = costOf(state.draft, parsed);
    const isLast = cost > state.left;
    const isNew = (way: Repair) => way.holes.length > 0 || !state.mended.has(offsetOfRepair(way));
    // To compare two repairs, the first one is read and judged, and the second one read.
    const most = 2 * cost >= state.left ? 1 : Math.ceil(state.left / cost);
    const repairs = repairsFor(state.draft, error, most, isNew);
    if (isLast) {
      state.problems.push(...unmended(state, repairs.ways, originOf(state.draft, error.start)));
      break;
    }
    const best = bestOf(state, parsed, repairs, judge);
    state.mended.add(offsetOfRepair(best.repair));
    const problem = withoutGuess(state, best, repairs, judge);
    if (!isConsequence(state.problems, problem)) state.problems.push(problem);
    state.holes = [...state.holes, ...best.repair.holes];
    state.draft = best.repair.draft;
    parsed = best.parsed;
  }
  return { ...state, document: undefined };
}

interface State {
  draft: Draft;
  readonly problems: Problem[];
  holes: readonly Range[];
  covered: readonly Range[];
  /** Where something was mended without a loss: a second time it is taken out, so that no mending goes on forever. */
  readonly mended: Set<number>;
  /** What may still be spent on reading to compare repairs. */
  left: number;
}

interface Attempt {
  readonly repair: Repair;
  readonly parsed: YamlText | TooDeep;
}

/** The repair that costs least, together with what is wrong after it. */
function bestOf(
  state: State,
  before: YamlText,
  { ways, scope }: Repairs,
  judge: (recovered: Recovered) => number,
): Attempt {
  const errors = errorsIn(state.draft, before, scope);
  let best: (Attempt & { readonly cost: number }) | undefined;
  for (const repair of ways) {
    if (best !== undefined && state.left <= 0) break;
    const parsed = readYaml(repair.draft.text);
    state.left -= costOf(repair.draft, parsed);
    const errorsLeft = errorsIn(repair.draft, parsed, scope);
    const gain = errors - errorsLeft;
    let cost = penaltyOf(repair) + errorsLeft + COST.error * Math.max(COST.gain - gain, 0);
    if (gain <= 0 && repair.holes.length === 0) cost += COST.guess;
    if (best !== undefined && cost >= best.cost) continue;
    if (ways.length > 1) cost += misfits(state, repair, parsed, judge);
    if (best === undefined || cost < best.cost) best = { repair, parsed, cost };
  }
  return best as Attempt;
}

/** What it costs to read a draft in which there are as many errors as in something that was read. */
function costOf({ text }: Draft, parsed: YamlText | TooDeep): number {
  return costOfReading(text) + ("kind" in parsed ? 0 : PER_ERROR * parsed.errors.length);
}

/** The mistake that reading stops at, because there is no time to mend it. */
function unmended(state: State, [way]: readonly Repair[], at: number): readonly Problem[] {
  const { source } = state.draft;
  const rest: Problem = { kind: "too-large", span: { source, start: at, end: at }, what: "mistakes" };
  if (way === undefined || isConsequence(state.problems, way.problem)) return [rest];
  return [withoutEdits(way.problem), rest];
}

/** Blanks for tabs are certain when every way to put them in that fits as well gives the same keys and values. */
function withoutGuess(
  state: State,
  { repair, parsed }: Attempt,
  { ways, areAll }: Repairs,
  judge: (recovered: Recovered) => number,
): Problem {
  const { problem } = repair;
  if (problem.kind !== "tab-indentation" || problem.edits === undefined || "kind" in parsed) return problem;
  if (!areAll) return withoutEdits(problem);
  const shape = shapeOf(parsed.document);
  const wrong = (way: Repair, read: YamlText) => read.errors.length + misfits(state, way, read, judge);
  const least = wrong(repair, parsed);
  let left: number = LIMITS.cost;
  const isCertain = ways.every(({ problem: other, draft }) => {
    if (other.kind !== "tab-indentation" || other.edits === undefined || draft.text === repair.draft.text) return true;
    if (left <= 0) return false;
    // It is read, and then judged.
    left -= 2 * costOfReading(draft.text);
    const read = readYaml(draft.text);
    return "kind" in read || shapeOf(read.document) === shape || wrong({ ...repair, draft }, read) > least;
  });
  return isCertain && state.left > 0 ? problem : withoutEdits(problem);
}

/** Which edits are right cannot be known where not all of them can be compared. */
function withoutEdits(problem: Problem): Problem {
  if (problem.kind !== "tab-indentation") return problem;
  const { edits, ...uncertain } = problem;
  return uncertain;
}

/** What a document holds, without where it stands. */
function shapeOf(document: Document | undefined): string {
  const parts: string[] = [];
  if (document !== undefined) {
    visit(document, {
      Alias: (_, { source }) => void parts.push(`*${source}`),
      Scalar: (key, { source }) => void parts.push(key === "key" ? `?${source}` : `=${source}`),
      Collection: (_, { items }) => void parts.push(`${items.length}`),
    });
  }
  return JSON.stringify(parts);
}

function offsetOfRepair({ problem }: Repair): number {
  return "span" in problem ? problem.span.start : 0;
}

function penaltyOf({ draft, holes, moved = 0 }: Repair): number {
  let cost = COST.column * moved + (holes.length === 0 ? 0 : COST.loss);
  for (const { start, end } of holes) cost += COST.line * draft.source.text.slice(start, end).split("\n").length;
  return cost;
}

function misfits(
  state: State,
  { draft, holes }: Repair,
  parsed: YamlText | TooDeep,
  judge: (recovered: Recovered) => number,
): number {
  if ("kind" in parsed) return 0;
  state.left -= costOfReading(draft.text);
  return judge({ ...state, document: parsed.document, draft, problems: [], holes: [...state.holes, ...holes] });
}

/** How many errors are left up to the end of the blocks around; one that was moved up in the text counts as many. */
function errorsIn(draft: Draft, parsed: YamlText | TooDeep, scope: Range): number {
  if ("kind" in parsed) return Number.POSITIVE_INFINITY;
  const starts = parsed.errors.map((start) => originOf(draft, start)).filter((start) => start < scope.end);
  return starts.length + (starts.some((start) => start < scope.start) ? MOVED_UP : 0);
}

/** As many as `COST.gain`: such a repair has only moved the mistake. */
const MOVED_UP = 3;

/** A second syntax error on one line nearly always comes from the first one, or from its mending. */
function isConsequence(problems: readonly Problem[], { kind, ...problem }: Problem): boolean {
  if (kind !== "yaml-syntax" || !("span" in problem)) return false;
  const { source, start } = problem.span;
  const { line } = positionAt(source, start);
  return problems.some((other) => "span" in other && positionAt(source, other.span.start).line === line);
}

function tooDeepSpan(draft: Draft, { start }: TooDeep) {
  const at = originOf(draft, start);
  return { source: draft.source, start: at, end: Math.min(at + 1, draft.source.text.length) };
}

function isEmpty(document: Document | undefined): boolean {
  return document?.contents == null || (isScalar(document.contents) && document.contents.value === null);
}

/** The first word from a place on, such as the three hyphens before a document. */
function wordAt(source: Source, from: number): Span {
  const word = /\S+/g;
  word.lastIndex = from;
  const start = word.exec(source.text)?.index ?? from;
  return { source, start, end: Math.max(start, word.lastIndex) };
}
