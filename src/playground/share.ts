// Sharing: the files in the URL of the page, or as one file if the URL would be too long.

import { notify } from "./dialogs.ts";
import { copyText, download } from "./dom.ts";
import type { PlaygroundFile } from "./files.ts";
import type { FileFindings } from "./findings.ts";
import { archiveOf, LONGEST_LINK, linkOf, readLink } from "./link.ts";

/** The name of the file that `Open` reads again. */
const ARCHIVE = "playground.json";

/** Puts the files into the URL and copies it. A link with a credential, or a very long one, needs a second click. */
export async function share(files: readonly PlaygroundFile[], findings: readonly FileFindings[]): Promise<void> {
  const hasSecret = findings.some(({ diagnostics }) => diagnostics.some(({ code }) => code === "hard-coded-secret"));
  if (!hasSecret) return shareNow(files);
  notify("These files contain a credential (`hard-coded-secret`). Everyone with the link can read it.", "problem", [
    { label: "Share anyway", run: () => void shareNow(files) },
  ]);
}

async function shareNow(files: readonly PlaygroundFile[]): Promise<void> {
  const link = await linkOf(files);
  if ("problem" in (await readLink(link)))
    return notify("These files have more than 1 MB of text, which is too much for a link.", "problem");
  if (link.length > LONGEST_LINK) {
    const length = link.length.toLocaleString("en-US");
    const limit = LONGEST_LINK.toLocaleString("en-US");
    notify(
      `The link has ${length} characters. Many programs cut links after ${limit} characters. Download the files and send them instead.`,
      "problem",
      [
        { label: "Download files", run: () => download(ARCHIVE, archiveOf(files)) },
        { label: "Copy link anyway", run: () => void publish(link) },
      ],
    );
    return;
  }
  await publish(link);
}

async function publish(link: string): Promise<void> {
  history.replaceState(null, "", link);
  const isCopied = await copyText(location.href);
  notify(
    isCopied
      ? "The link was copied. It contains the files. They are not uploaded."
      : "The URL of this page now contains the files. Copy it to share them.",
    "information",
  );
}
