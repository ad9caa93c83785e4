// Converts fixes and suppressions to code actions of the protocol.
import { type CodeAction, CodeActionKind } from "vscode-languageserver";
import { hideSecrets } from "../check/conceal.ts";
import { actionsFor } from "../editor/actions.ts";
import { changesBetween } from "../editor/changes.ts";
import { fix } from "../fix.ts";
import { publishedDiagnostic } from "./diagnostics.ts";
import { FIX_ALL } from "./kinds.ts";
import type { Session } from "./session.ts";
import { type DefinitionCheck, NOTHING, type Workspace } from "./workspace.ts";
import { workspaceEdit } from "./workspace-edit.ts";

/** The place for which actions are requested. */
export interface ActionPlace {
  readonly workspace: Workspace | undefined;
  readonly path: string;
  readonly offset: number;
  readonly end: number;
  readonly result: DefinitionCheck;
  readonly uriOf: (path: string) => string;
  /** The requested kinds; all if absent. */
  readonly only: readonly string[] | undefined;
}

/** The actions at a place: the fixes of its findings, their suppressions, and all safe fixes of the file. */
export function codeActions(session: Session, place: ActionPlace): CodeAction[] {
  const { result, uriOf, only, offset, end } = place;
  const isWanted = (kind: string) =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`) || each === "");
  const actions: CodeAction[] = [];
  if (result.definition !== undefined && isWanted(CodeActionKind.QuickFix)) {
    for (const action of actionsFor(result.definition, result.diagnostics, offset, end)) {
      actions.push({
        title: action.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [publishedDiagnostic(action.diagnostic, uriOf, session.platform.ruleUrl)],
        ...(action.isPreferred ? { isPreferred: true } : {}),
        edit: workspaceEdit(action.edits, uriOf),
      });
    }
  }
  const hasFix = result.diagnostics.some(({ fixes }) => fixes?.some(({ safe }) => safe) === true);
  if (hasFix && isWanted(FIX_ALL)) {
    const edit = allFixes(place);
    if (edit !== undefined) actions.push({ title: "Apply all safe fixes in this file", kind: FIX_ALL, edit });
  }
  return actions;
}

function allFixes({ result, workspace, uriOf }: ActionPlace): CodeAction["edit"] {
  const source = result.definition?.source;
  if (source === undefined) return undefined;
  const fixed = fix([source], workspace?.host ?? NOTHING, workspace?.options ?? {});
  const after = fixed.files.find(({ path }) => path === source.path)?.after;
  if (after === undefined) return undefined;
  const edits = changesBetween(source, after);
  const { text: hide } = hideSecrets(result.checked.graph.bound.files);
  return edits.every(({ newText }) => hide(newText) === newText) ? workspaceEdit(edits, uriOf) : undefined;
}
