// Reads YAML that may be broken: finds a mistake, repairs it in a draft and reads the draft again, until there are no
// more errors. If several repairs are possible, the one that leaves the fewest problems is chosen.
import { type Document, isScalar, visit } from "yaml";
import { positionAt, type Source, type Span } from "../base/source.ts";
import { coverConflicts, coverExpressions, invalidCharacter } from "./common-mistakes.ts";
import { type DraftReader, type DraftText, draftReader } from "./condense.ts";
import { type Draft, draftOf, originOf, type Range } from "./draft.ts";
import type { Items } from "./items.ts";
import { costOfReading, tooManyMarksAt } from "./limits.ts";
import type { Problem } from "./problem.ts";
import { readYaml, type TooDeep } from "./read-yaml.ts";
import type { Repair } from "./repair.ts";
import { type Repairs, repairsFor } from "./repairs.ts";

/**
 * Limits that bound the cost of a hostile file: the number of repairs, and the cost of all text that is read again (see
 * `costOfReading`). `test/hostile-cost.test.ts` bounds the processor time that they allow.
 */
const LIMITS = { rounds: 40, cost: 1_400_000 } as const;

/**
 * The cost of a repair, where a mismatch with the shape or a remaining error costs 1: `error` for each removed error fewer than
 * `gain` (removing more does not count, because those may be separate mistakes that are now hidden); `guess` if it removes
 * none; `loss` if it loses text, `line` for each lost line; `column` for each column that something is moved.
 *
 * The values were found by hand, with the mistakes of `test/parse-any.test.ts` as the measure, and each decides real cases:
 * `test/parse-recover.test.ts` has one for each direction. Of 577 broken mutations of the fixtures, half or double the value
 * changes the findings of 20 and 20 for `error`, 4 and 9 for `loss`, 86 and 78 for `line`, 13 and 45 for `column`; a `gain` of
 * 2 or 4 those of 35 and 11. Any `guess` of 20 or more gives the same findings.
 */
const COST = { error: 4, gain: 3, guess: 50, loss: 0.4, line: 0.8, column: 0.4 } as const;

/** Creating an error takes as long as reading this many characters. */
const PER_ERROR = 20;

/** The readable part of a file. */
export interface Recovered {
  /** The first document, in offsets of the draft; undefined if the file is empty or cannot be read at all. */
  readonly document: Document | undefined;
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  /**
   * Ranges that were blanked out: a value in one of them becomes a hole, and the collections around it are incomplete.
   */
  readonly holes: readonly Range[];
  /** Where expressions were replaced by letters, in text order. */
  readonly covered: readonly Range[];
  /** The nodes of the document that are placeholders for items, with these items. */
  readonly grafts: DraftText["grafts"];
}

/**
 * Reads the first document of a file. `countProblems` returns the number of problems in a result. Items that are regular
 * are taken from `items`, or added there, with the same result.
 */
export function recover(
  source: Source,
  countProblems: (recovered: Recovered) => number,
  items: Items | undefined,
): Recovered {
  const tooMany = tooManyMarksAt(source.text);
  if (tooMany !== undefined) {
    const span = { source, start: tooMany, end: tooMany + 1 };
    const draft = draftOf({ path: source.path, text: "" });
    const problem: Problem = { kind: "too-large", span, what: "marks" };
    const nothing = { document: undefined, holes: [], covered: [], grafts: NO_GRAFTS };
    return { ...nothing, draft: { ...draft, source }, problems: [problem] };
  }
  const conflicts = coverConflicts(draftOf(source));
  const invalid = invalidCharacter(source);
  const state: State = {
    ...conflicts,
    read: draftReader(source, invalid === undefined ? items : undefined),
    problems: [invalid ?? [], conflicts.problems].flat(),
    repairedAt: new Set(),
    budget: LIMITS.cost,
  };
  let parsed = readDraft(state, state.draft);
  if (!("kind" in parsed) && parsed.second !== undefined) {
    state.problems.push({ kind: "multiple-documents", span: wordAt(source, parsed.second) });
  }
  if (!("kind" in parsed) && parsed.error !== undefined) {
    const { draft, covered } = coverExpressions(state.draft);
    if (covered.length > 0 && 2 * costOf(draft, parsed) <= state.budget) {
      [state.draft, state.covered] = [draft, covered];
      parsed = readDraft(state, state.draft);
    }
  }
  for (let round = 0; round < LIMITS.rounds; round++) {
    if ("kind" in parsed) {
      state.problems.push({ kind: "too-large", span: tooDeepSpan(state.draft, parsed), what: "nesting" });
      break;
    }
    const { document, error, grafts } = parsed;
    if (error === undefined) {
      if (!isEmpty(document)) return { ...state, document, grafts };
      if (state.problems.length === 0) {
        state.problems.push({ kind: "empty-file", span: { source, start: 0, end: 0 } });
      }
      break;
    }
    const cost = costOf(state.draft, parsed);
    const isLast = cost > state.budget;
    const isNew = (option: Repair) => option.holes.length > 0 || !state.repairedAt.has(offsetOfRepair(option));
    // Comparing two repairs means reading and judging the first one and reading the second one.
    const maxOptions = 2 * cost >= state.budget ? 1 : Math.ceil(state.budget / cost);
    const repairs = repairsFor(state.draft, error, maxOptions, isNew);
    if (isLast) {
      state.problems.push(...outOfBudget(state, repairs.options, originOf(state.draft, error.start)));
      break;
    }
    const best = bestOf(state, parsed, repairs, countProblems);
    state.repairedAt.add(offsetOfRepair(best.repair));
    const problem = withCertainEdits(state, best, repairs, countProblems);
    if (!isConsequence(state.problems, problem)) state.problems.push(problem);
    state.holes = [...state.holes, ...best.repair.holes];
    state.draft = best.repair.draft;
    parsed = best.parsed;
  }
  return { ...state, document: undefined, grafts: NO_GRAFTS };
}

const NO_GRAFTS: DraftText["grafts"] = new Map();

interface State {
  readonly read: DraftReader;
  draft: Draft;
  readonly problems: Problem[];
  holes: readonly Range[];
  covered: readonly Range[];
  /**
   * Offsets of repairs that lost no text. A second mistake at the same offset is blanked out, so that the loop
   * terminates.
   */
  readonly repairedAt: Set<number>;
  /** The remaining cost for comparing repairs. */
  budget: number;
}

interface Attempt {
  readonly repair: Repair;
  readonly parsed: DraftText | TooDeep;
}

/** Reads a draft in which more may be blanked out than in the current one. */
function readDraft({ read, holes, covered }: State, draft: Draft, others: readonly Range[] = []): DraftText | TooDeep {
  return read(draft, [...holes, ...others], covered.length > 0);
}

/** The cheapest repair, with the result of reading it. */
function bestOf(
  state: State,
  before: DraftText,
  { options, scope }: Repairs,
  countProblems: (recovered: Recovered) => number,
): Attempt {
  const errors = errorsIn(state.draft, before, scope);
  let best: (Attempt & { readonly cost: number }) | undefined;
  for (const repair of options) {
    if (best !== undefined && state.budget <= 0) break;
    const parsed = readDraft(state, repair.draft, repair.holes);
    state.budget -= costOf(repair.draft, parsed);
    const errorsLeft = errorsIn(repair.draft, parsed, scope);
    const gain = errors - errorsLeft;
    let cost = penaltyOf(repair) + errorsLeft + COST.error * Math.max(COST.gain - gain, 0);
    if (gain <= 0 && repair.holes.length === 0) cost += COST.guess;
    if (best !== undefined && cost >= best.cost) continue;
    if (options.length > 1) cost += misfits(state, repair, parsed, countProblems);
    if (best === undefined || cost < best.cost) best = { repair, parsed, cost };
  }
  return best as Attempt;
}

/** The cost of reading a draft, assuming as many errors as in a previous result. */
function costOf({ text }: Draft, parsed: DraftText | TooDeep): number {
  return costOfReading(text) + ("kind" in parsed ? 0 : PER_ERROR * parsed.errors.length);
}

/** The problem at which reading stops, because the budget for repairs is used up. */
function outOfBudget(state: State, [option]: readonly Repair[], at: number): readonly Problem[] {
  const { source } = state.draft;
  const rest: Problem = { kind: "too-large", span: { source, start: at, end: at }, what: "mistakes" };
  if (option === undefined || isConsequence(state.problems, option.problem)) return [rest];
  return [withoutEdits(option.problem), rest];
}

/**
 * Drops the edits of a tab repair unless they are certain: every other tab width that fits as well must result in the
 * same keys and values.
 */
function withCertainEdits(
  state: State,
  { repair, parsed }: Attempt,
  { options, isComplete }: Repairs,
  countProblems: (recovered: Recovered) => number,
): Problem {
  const { problem } = repair;
  if (problem.kind !== "tab-indentation" || problem.edits === undefined || "kind" in parsed) return problem;
  if (!isComplete) return withoutEdits(problem);
  const shape = wholeShapeOf(repair.draft);
  const wrong = (option: Repair, read: DraftText) => read.errors.length + misfits(state, option, read, countProblems);
  const least = wrong(repair, parsed);
  let budget: number = LIMITS.cost;
  const isCertain = options.every(({ problem: other, draft }) => {
    if (other.kind !== "tab-indentation" || other.edits === undefined || draft.text === repair.draft.text) return true;
    if (budget <= 0) return false;
    // Once for reading and once for judging.
    budget -= 2 * costOfReading(draft.text);
    const read = readDraft(state, draft, repair.holes);
    return "kind" in read || wholeShapeOf(draft) === shape || wrong({ ...repair, draft }, read) > least;
  });
  return isCertain && state.budget > 0 ? problem : withoutEdits(problem);
}

/** Without comparing all alternatives, the right edits are unknown. */
function withoutEdits(problem: Problem): Problem {
  if (problem.kind !== "tab-indentation") return problem;
  const { edits, ...uncertain } = problem;
  return uncertain;
}

/** The contents of a draft without positions. */
function wholeShapeOf({ text }: Draft): string {
  const read = readYaml(text);
  const document = "kind" in read ? undefined : read.document;
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
  parsed: DraftText | TooDeep,
  countProblems: (recovered: Recovered) => number,
): number {
  if ("kind" in parsed) return 0;
  state.budget -= costOfReading(draft.text);
  const { document, grafts } = parsed;
  return countProblems({ ...state, document, draft, problems: [], holes: [...state.holes, ...holes], grafts });
}

/** The number of errors up to the end of the enclosing blocks. An error that moved up in the text counts as several. */
function errorsIn(draft: Draft, parsed: DraftText | TooDeep, scope: Range): number {
  if ("kind" in parsed) return Number.POSITIVE_INFINITY;
  const starts = parsed.errors.map((start) => originOf(draft, start)).filter((start) => start < scope.end);
  return starts.length + (starts.some((start) => start < scope.start) ? MOVED_UP_PENALTY : 0);
}

/** As many as `COST.gain`: such a repair has only moved the mistake. */
const MOVED_UP_PENALTY = 3;

/** A second syntax error on the same line is almost always a consequence of the first one, or of its repair. */
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

/** The first word at or after an offset, such as the `---` before a document. */
function wordAt(source: Source, from: number): Span {
  const word = /\S+/g;
  word.lastIndex = from;
  const start = word.exec(source.text)?.index ?? from;
  return { source, start, end: Math.max(start, word.lastIndex) };
}
