import { EngineError } from "./engineError.ts";
import type { EngineErrorReason } from "./engineError.ts";

/** What went wrong between us and an engine behind ssh, so that a remedy can be offered for it. */
export type SshTrouble =
  /** Nobody has said yet that this host's key is the right one. */
  | "unknown-host-key"
  /** The host shows another key than it did before. */
  | "changed-host-key"
  | "login-refused"
  | "unknown-host"
  | "no-connection"
  /** There is no docker command over there, or it fails. */
  | "no-docker";

/** A connection by ssh that did not come about, with ssh's own last words. */
export class SshFailure extends EngineError {
  readonly trouble: SshTrouble;

  constructor(trouble: SshTrouble, message: string) {
    super(reasons[trouble], message);
    this.name = "SshFailure";
    this.trouble = trouble;
  }
}

/** From ssh's exit code and what it wrote to standard error. ssh itself ends with 255, everything else is the remote command's own. */
export function sshFailure(host: string, code: number, complaint: string): SshFailure {
  const lines = complaint.trim().split(/\r?\n/);
  const said = lines.at(-1) || `exit code ${code}`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(complaint)) {
    return new SshFailure(
      "changed-host-key",
      `The ssh host key of ${host} is not the one that this machine knows. Ask who runs the host before you trust the new one.`,
    );
  }
  if (/Host key verification failed|No \w+ host key is known for/.test(complaint)) {
    return new SshFailure(
      "unknown-host-key",
      `The ssh host key of ${host} is not known on this machine yet.`,
    );
  }
  if (/Permission denied|Too many authentication failures/.test(complaint)) {
    const refusal = lines.findLast((line) => /Permission denied|Too many auth/.test(line)) ?? said;
    return new SshFailure("login-refused", `ssh could not log in to ${host}: ${refusal}`);
  }
  if (/Could not resolve hostname/.test(complaint)) {
    return new SshFailure("unknown-host", `ssh does not know the host ${host}: ${said}`);
  }
  return code === 255
    ? new SshFailure("no-connection", `No ssh connection to ${host}: ${said}`)
    : new SshFailure("no-docker", `On ${host} “docker system dial-stdio” failed: ${said}`);
}

const reasons: Readonly<Record<SshTrouble, EngineErrorReason>> = {
  "unknown-host-key": "no-permission",
  "changed-host-key": "no-permission",
  "login-refused": "no-permission",
  "unknown-host": "bad-endpoint",
  "no-connection": "unreachable",
  "no-docker": "unreachable",
};
