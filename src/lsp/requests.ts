// The requests of the protocol: each finds the document and its result, asks a pure function of `editor/`, and converts what
// that returns.
import type {
  CancellationToken,
  CompletionList,
  CompletionParams,
  Connection,
  ServerCapabilities,
} from "vscode-languageserver";
import { completionList } from "./completion.ts";
import type { Rounds } from "./rounds.ts";
import type { Session } from "./session.ts";

/** Wraps the handler of a request: after an exception, the answer is empty. */
export type Answer = <P, R>(
  name: string,
  empty: R,
  run: (params: P, token: CancellationToken) => R | Promise<R>,
) => (params: P, token: CancellationToken) => Promise<R>;

/** What the server can do. */
export const CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: ["$", "{", ".", "[", '"', "'", ":", "/", " ", "-"] },
};

/** An answer that has been overtaken by a newer text: the editor asks again. */
const OVERTAKEN: CompletionList = { isIncomplete: true, items: [] };

/** Adds the handlers of all requests. */
export function addRequests(connection: Connection, session: Session, rounds: Rounds, answer: Answer): void {
  const { documents, platform } = session;

  // For programs that need to know when the findings of the current text are published, such as tests.
  connection.onRequest(
    "modelwright/settled",
    answer("settled", null, async () => {
      await platform.idle();
      await rounds.settled();
      return null;
    }),
  );

  connection.onCompletion(
    answer("completion", OVERTAKEN, async ({ textDocument, position }: CompletionParams, token) => {
      const asked = documents.get(textDocument.uri);
      // Everything that has arrived after the request is read first.
      await platform.idle();
      const document = documents.get(textDocument.uri);
      if (document === undefined || document !== asked || token.isCancellationRequested) return OVERTAKEN;
      return completionList(session, document, position);
    }),
  );
}
