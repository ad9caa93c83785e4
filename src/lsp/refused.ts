import { LSPErrorCodes, ResponseError } from "vscode-languageserver";

/** The error of a refused request, with a sentence for the user. */
export function refused(why: string): ResponseError<undefined> {
  return new ResponseError(LSPErrorCodes.RequestFailed, why);
}
