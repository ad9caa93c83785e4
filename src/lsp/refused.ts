import { LSPErrorCodes, ResponseError } from "vscode-languageserver";

/** The error of a request that is refused, with a sentence for the user. */
export function refused(why: string): ResponseError<undefined> {
  return new ResponseError(LSPErrorCodes.RequestFailed, why);
}
