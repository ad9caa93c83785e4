/** Text of users as it stands in Markdown: nothing in it is markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+.!|<>~&$-]/g, "\\$&");
}
