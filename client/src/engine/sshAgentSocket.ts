/** Where the user's SSH agent listens: by SSH_AUTH_SOCK, on Windows also where its own agent does; `undefined` when nothing says. */
export function sshAgentSocket(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const named = environment["SSH_AUTH_SOCK"];
  return named === undefined || named === ""
    ? platform === "win32"
      ? String.raw`\\.\pipe\openssh-ssh-agent`
      : undefined
    : named;
}
