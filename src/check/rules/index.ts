// Every rule, in the order of their codes. The order of findings follows the text, not this list.
import type { Rule } from "../rule.ts";
import { absolutePath } from "./absolute-path.ts";
import { ambiguousScalar } from "./ambiguous-scalar.ts";
import { argumentType } from "./argument-type.ts";
import { bareExpression } from "./bare-expression.ts";
import { contradictingLink } from "./contradicting-link.ts";
import { cycle } from "./cycle.ts";
import { domainEnds } from "./domain-ends.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { duplicateName } from "./duplicate-name.ts";
import { emptyFile } from "./empty-file.ts";
import { entrypointSyntax } from "./entrypoint-syntax.ts";
import { environmentArgument } from "./environment-argument.ts";
import { environmentEntrypoint } from "./environment-entrypoint.ts";
import { expressionSyntax } from "./expression-syntax.ts";
import { floatingImage } from "./floating-image.ts";
import { hardCodedSecret } from "./hard-coded-secret.ts";
import { invalidAddress } from "./invalid-address.ts";
import { invalidAxis } from "./invalid-axis.ts";
import { invalidHash } from "./invalid-hash.ts";
import { invalidImage } from "./invalid-image.ts";
import { invalidLock } from "./invalid-lock.ts";
import { invalidName } from "./invalid-name.ts";
import { invalidValue } from "./invalid-value.ts";
import { lineBreak } from "./line-break.ts";
import { loadReturnsNone } from "./load-returns-none.ts";
import { mergeConflict } from "./merge-conflict.ts";
import { missingArgument } from "./missing-argument.ts";
import { missingDollar } from "./missing-dollar.ts";
import { missingEnvironment } from "./missing-environment.ts";
import { missingFile } from "./missing-file.ts";
import { missingFunction } from "./missing-function.ts";
import { missingKey } from "./missing-key.ts";
import { missingModule } from "./missing-module.ts";
import { missingPackage } from "./missing-package.ts";
import { missingReason } from "./missing-reason.ts";
import { missingRuntime } from "./missing-runtime.ts";
import { multipleDocuments } from "./multiple-documents.ts";
import { notCallable } from "./not-callable.ts";
import { notPortable } from "./not-portable.ts";
import { opaqueInText } from "./opaque-in-text.ts";
import { outsideRoot } from "./outside-root.ts";
import { pathCase } from "./path-case.ts";
import { positionalOnly } from "./positional-only.ts";
import { predictReturnsNoList } from "./predict-returns-no-list.ts";
import { predictWithoutData } from "./predict-without-data.ts";
import { publishedSecret } from "./published-secret.ts";
import { pythonSyntax } from "./python-syntax.ts";
import { recursiveAlias } from "./recursive-alias.ts";
import { remoteCode } from "./remote-code.ts";
import { runtimeIgnored } from "./runtime-ignored.ts";
import { secretArgument } from "./secret-argument.ts";
import { secretOverHttp } from "./secret-over-http.ts";
import { singularKey } from "./singular-key.ts";
import { sshRepository } from "./ssh-repository.ts";
import { staleLock } from "./stale-lock.ts";
import { suspiciousVariable } from "./suspicious-variable.ts";
import { tabIndentation } from "./tab-indentation.ts";
import { tooLarge } from "./too-large.ts";
import { undefinedName } from "./undefined-name.ts";
import { undefinedReference } from "./undefined-reference.ts";
import { undefinedTransformation } from "./undefined-transformation.ts";
import { unknownAnchor } from "./unknown-anchor.ts";
import { unknownArgument } from "./unknown-argument.ts";
import { unknownCode } from "./unknown-code.ts";
import { unknownKey } from "./unknown-key.ts";
import { unknownPredictionKey } from "./unknown-prediction-key.ts";
import { unlockedFile } from "./unlocked-file.ts";
import { unpinnedBranch } from "./unpinned-branch.ts";
import { unquotedExpression } from "./unquoted-expression.ts";
import { unusedFile } from "./unused-file.ts";
import { unusedOutput } from "./unused-output.ts";
import { unusedSuppression } from "./unused-suppression.ts";
import { unusedTransformation } from "./unused-transformation.ts";
import { unverifiedEntrypoint } from "./unverified-entrypoint.ts";
import { variableInKey } from "./variable-in-key.ts";
import { wrongPhase } from "./wrong-phase.ts";
import { wrongType } from "./wrong-type.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

export const rules: readonly Rule[] = [
  absolutePath,
  ambiguousScalar,
  argumentType,
  bareExpression,
  contradictingLink,
  cycle,
  domainEnds,
  duplicateKey,
  duplicateName,
  emptyFile,
  entrypointSyntax,
  environmentArgument,
  environmentEntrypoint,
  expressionSyntax,
  floatingImage,
  hardCodedSecret,
  invalidAddress,
  invalidAxis,
  invalidHash,
  invalidImage,
  invalidLock,
  invalidName,
  invalidValue,
  lineBreak,
  loadReturnsNone,
  mergeConflict,
  missingArgument,
  missingDollar,
  missingEnvironment,
  missingFile,
  missingFunction,
  missingKey,
  missingModule,
  missingPackage,
  missingReason,
  missingRuntime,
  multipleDocuments,
  notCallable,
  notPortable,
  opaqueInText,
  outsideRoot,
  pathCase,
  positionalOnly,
  predictReturnsNoList,
  predictWithoutData,
  publishedSecret,
  pythonSyntax,
  recursiveAlias,
  remoteCode,
  runtimeIgnored,
  secretArgument,
  secretOverHttp,
  singularKey,
  sshRepository,
  staleLock,
  suspiciousVariable,
  tabIndentation,
  tooLarge,
  undefinedName,
  undefinedReference,
  undefinedTransformation,
  unknownAnchor,
  unknownArgument,
  unknownCode,
  unknownKey,
  unknownPredictionKey,
  unlockedFile,
  unpinnedBranch,
  unquotedExpression,
  unusedFile,
  unusedOutput,
  unusedSuppression,
  unusedTransformation,
  unverifiedEntrypoint,
  variableInKey,
  wrongPhase,
  wrongType,
  yamlSyntax,
];
