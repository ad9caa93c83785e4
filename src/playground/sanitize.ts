// Documentation from the server as HTML: only elements that format text, without attributes that could do anything. The texts
// are escaped by the server; this holds even if that fails.
const ALLOWED: ReadonlySet<string> = new Set(
  "P BR HR PRE CODE STRONG EM B I DEL SPAN UL OL LI BLOCKQUOTE H1 H2 H3 H4 H5 H6 TABLE THEAD TBODY TR TH TD".split(" "),
);

/** Elements whose content people do not read. */
const DROPPED: ReadonlySet<string> = new Set([
  "SCRIPT",
  "STYLE",
  "TEMPLATE",
  "IFRAME",
  "OBJECT",
  "SVG",
  "MATH",
  "TITLE",
]);

/** Keeps only the formatting of HTML: other elements are replaced with their text. Nothing is loaded or run. */
export function formattingOnly(html: string): string {
  const given = new DOMParser().parseFromString(html, "text/html").body;
  const holder = document.implementation.createHTMLDocument("").body;
  copy(given, holder);
  return holder.innerHTML;
}

function copy(from: Node, to: Element): void {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.append(node.data);
    else if (node instanceof Element && !DROPPED.has(node.tagName.toUpperCase())) {
      if (!ALLOWED.has(node.tagName)) {
        copy(node, to);
        continue;
      }
      const element = to.ownerDocument.createElement(node.tagName);
      // The classes of the highlighter.
      if (node.tagName === "SPAN" && /^[\w\u037c -]*$/.test(node.className)) element.className = node.className;
      copy(node, element);
      to.append(element);
    }
  }
}
