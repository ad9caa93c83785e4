/**
 * Arguments for the OpenSSH client that are the same for every use: it never asks for a password or about an unknown host, and the
 * configuration of the user does not add forwardings or local commands.
 */
export const SSH_OPTIONS: readonly string[] = [
  "BatchMode=yes",
  "ForwardX11=no",
  "ForwardAgent=no",
  "PermitLocalCommand=no",
  "ClearAllForwardings=yes",
].flatMap((option) => ["-o", option]);
