import { hasFlag, type Invocation, countFlag, operands } from "./invocation.ts";
import type { ShellWord } from "./syntax.ts";

/** A command that installs packages. */
export interface Installation {
  readonly manager: PackageManager;
  readonly invocation: Invocation;
  /** `install`, `add`: the word that makes it install. */
  readonly verb: ShellWord;
  /** What is installed, as named; modules of dnf and yum apart. */
  readonly packages: readonly ShellWord[];
}

export type PackageManager =
  | "apt-get"
  | "apk"
  | "pip"
  | "npm"
  | "gem"
  | "yum"
  | "dnf"
  | "zypper"
  | "go"
  | "yarn";

/** What the command installs, and with which package manager; `undefined` when it installs nothing. */
export function installationOf(invocation: Invocation): Installation | undefined {
  const manager = managerOf(invocation);
  if (manager === undefined) {
    return undefined;
  }
  const { verbs, valued } = managers[manager];
  const words = pipArguments(invocation);
  const [verb, ...packages] = operands({ ...invocation, args: words }, valued);
  return verb !== undefined && verbs.has(verb.value)
    ? { manager, invocation, verb, packages }
    : undefined;
}

/** The package manager that a command runs. */
export function managerOf({ name, args }: Invocation): PackageManager | undefined {
  if (/^pip[0-9.]*$/.test(name)) {
    return "pip";
  }
  if (/^python[0-9.]*$/.test(name)) {
    const module = args.findIndex(({ value }) => value === "-m");
    return module !== -1 && args[module + 1]?.value === "pip" ? "pip" : undefined;
  }
  const other = otherNames.get(name);
  return other ?? (isManager(name) ? name : undefined);
}

/** Programs that take the same arguments. */
const otherNames: ReadonlyMap<string, PackageManager> = new Map([
  ["apt", "apt-get"],
  ["microdnf", "dnf"],
]);

/** Is the command sure not to ask before it installs, removes or updates? */
export function isNonInteractive(manager: PackageManager, invocation: Invocation): boolean {
  switch (manager) {
    case "apt-get":
      return (
        hasFlag(invocation, "y", "yes", "assume-yes") ||
        countFlag(invocation, "q", "quiet") > 1 ||
        invocation.flags.some(
          ({ name, value }) => (name === "q" || name === "quiet") && Number(value) >= 2,
        )
      );
    case "yum":
    case "dnf":
      return hasFlag(invocation, "y", "assumeyes");
    case "zypper":
      return hasFlag(invocation, "n", "non-interactive", "y", "no-confirm");
    default:
      return true;
  }
}

/** Does the name of a package say which version is meant, or is it no name but a place? */
export function isPinned(manager: PackageManager, { value }: ShellWord): boolean {
  switch (manager) {
    case "apt-get":
      return /[=/]|\.deb$/.test(value);
    case "apk":
      return /[=~<>]|\.apk$/.test(value);
    case "pip":
      return (
        /[=<>~!]=|[<>@]|^(?:git|hg|svn|bzr)\+|:\/\//.test(value) ||
        /\.(?:whl|zip|tar\.gz|tar\.bz2)$/.test(value) ||
        /^\.{0,2}\//.test(value) ||
        value === "." ||
        value.startsWith(".[")
      );
    case "npm":
      return (
        value.indexOf("@", 1) !== -1 ||
        /^(?:git(?:\+\w+)?:|https?:|github:|file:|~?\/|\.{1,2}(?:\/|$))/.test(value) ||
        /\.(?:tar|tar\.gz|tgz)$/.test(value) ||
        value.includes("#")
      );
    case "gem":
      return value.includes(":") || value.endsWith(".gem");
    case "yum":
    case "dnf":
      return /-[0-9~^]|-\$|\.rpm$|:\/\/|^[./@]/.test(value);
    case "zypper":
      return /[=<>~]|\.rpm$|:\/\//.test(value);
    case "go":
      return !/^[\w-]+(?:\.[\w-]+)+\//.test(value) || /@(?!latest$|none$)./.test(value);
    case "yarn":
      return true;
  }
}

/** Of `python -m pip …` what stands behind `pip`, of others all of it. */
function pipArguments({ name, args }: Invocation): readonly ShellWord[] {
  if (!name.startsWith("python")) {
    return args;
  }
  return args.slice(args.findIndex(({ value }) => value === "-m") + 2);
}

function isManager(name: string): name is PackageManager {
  return Object.hasOwn(managers, name);
}

interface ManagerFacts {
  readonly verbs: ReadonlySet<string>;
  /** The options that take the next word as their value. */
  readonly valued: ReadonlySet<string>;
}

const managers: Readonly<Record<PackageManager, ManagerFacts>> = {
  "apt-get": facts(
    "install",
    "t target-release default-release c config-file o option a host-architecture",
  ),
  apk: facts("add", "t virtual X repository p root repositories-file keys-dir cache-dir wait arch"),
  pip: facts(
    "install",
    `abi b build e editable extra-index-url f find-links i index-url implementation no-binary
     only-binary platform prefix progress-bar proxy python-version root src t target trusted-host
     upgrade-strategy timeout default-timeout retries cache-dir r requirement c constraint
     install-option global-option log config-settings`,
  ),
  npm: facts("install i add", "loglevel registry prefix cache userconfig tag fetch-retries"),
  gem: facts(
    "install i",
    "i install-dir n bindir v version s source P trust-policy platform p http-proxy w",
  ),
  yum: facts("install", "c config disablerepo enablerepo installroot setopt x exclude releasever"),
  dnf: facts(
    "install",
    "c config disablerepo enablerepo repo repoid installroot setopt x exclude releasever",
  ),
  zypper: facts("install in", "r repo from t type R root C cache-dir"),
  go: facts("install get run", "ldflags tags o mod modfile gcflags p buildmode"),
  yarn: facts("install", "modules-folder cache-folder registry cwd"),
};

function facts(verbs: string, valued: string): ManagerFacts {
  return { verbs: new Set(verbs.split(" ")), valued: new Set(valued.trim().split(/\s+/)) };
}
