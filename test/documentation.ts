// The pages for users: their paths, headings and code blocks.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./golden.ts";

/** The pages whose code blocks are all tested, as paths from the root. */
export const PAGES: readonly string[] = [
  "README.md",
  ...readdirSync(join(ROOT, "src/docs"))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `src/docs/${name}`),
];

/** A code block: its language, the other words after the opening fence, and its text. */
export interface Block {
  readonly page: string;
  readonly section: string;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  /** The offsets of the text in the page. */
  readonly start: number;
  readonly end: number;
}

/** The text of a page. */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** All code blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const text = readPage(page);
  return [...text.matchAll(/^```(\w*)(?: (.*))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [whole, language = "", words = "", body = ""] = match;
    const end = match.index + whole.length - "```".length;
    return {
      page,
      section: sectionAt(text, match.index),
      language,
      words: words.split(" ").filter((word) => word !== ""),
      text: body,
      start: end - body.length,
      end,
    };
  });
}

/** The heading of the second level that an offset is below. */
function sectionAt(text: string, offset: number): string {
  return [...text.slice(0, offset).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? "";
}

/** The text of the code block with this opening fence, such as `js vite.config.js`; several such blocks must be equal. */
export function example(fence: string): string {
  const found = PAGES.flatMap(blocksOf).filter(({ language, words }) => [language, ...words].join(" ") === fence);
  const [first] = found;
  if (first === undefined) throw new Error(`No page has a code block that begins with \`\`\`${fence}`);
  const other = found.find(({ text }) => text !== first.text);
  if (other !== undefined) throw new Error(`The blocks \`\`\`${fence} in ${first.page} and ${other.page} differ`);
  return first.text;
}

/** The anchors of the headings of a page, as GitHub generates them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutBlocks(text).matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The targets of all links and pictures of a page. */
export function linksOf(text: string): readonly string[] {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, "code");
  const inline = [...prose.matchAll(/\]\(([^()\s]+)\)/g)];
  const html = [...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)];
  return [...inline, ...html].map(([, address = ""]) => address);
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}
