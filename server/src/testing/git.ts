import { execFileSync, spawnSync } from "node:child_process";

/** For tests that need git, which the extension itself does not: whether and why they are skipped. */
export const gitOptions: { readonly skip: string | false } = {
  skip: spawnSync("git", ["--version"]).status === 0 ? false : "git is not installed",
};

/** Runs git in a folder, as somebody whom no configuration of the machine names; gives what it prints. */
export function git(folder: string, ...args: string[]): string {
  const identity = ["user.name=t", "user.email=t@localhost", "commit.gpgsign=false"];
  const configured = identity.flatMap((setting) => ["-c", setting]);
  return execFileSync("git", [...configured, ...args], { cwd: folder, encoding: "utf8" });
}
