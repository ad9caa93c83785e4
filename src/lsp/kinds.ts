import { CodeActionKind } from "vscode-languageserver";

/** The code action that applies all safe fixes. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.modelwright`;
