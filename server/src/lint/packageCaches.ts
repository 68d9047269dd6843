/** What a package manager or compiler keeps for its next run, and where. The table is `packageCaches`. */
export interface PackageCache {
  /** For messages. */
  readonly name: string;
  /** Programs that read and write the cache; numbers behind `pip` and the like are taken away before. */
  readonly programs: readonly string[];
  /** The words behind the program, options left out, with which it fills the cache; `""` means none at all. */
  readonly verbs: readonly string[];
  /** A verb may stand behind others, as goals of Maven do. */
  readonly verbsAnywhere?: true;
  readonly directories: readonly CacheDirectory[];
  /** Two builds may not write at once. */
  readonly locked?: true;
  /** A package manager of the operating system. */
  readonly isSystem?: true;
  /** What is in the cache is used where it is, so that later steps need it too. */
  readonly inPlace?: true;
  /** Options that keep it from caching, without dashes. */
  readonly off?: readonly string[];
  /** The words with which the program empties its cache. */
  readonly clean?: readonly string[];
  /** Files that say what to install, from which alone it can be installed; absent when it needs the sources too. */
  readonly manifests?: readonly string[];
  /** Files that say the exact versions. */
  readonly locks?: readonly string[];
  /** Files that are copied with the manifests where they are there. */
  readonly settings?: readonly string[];
}

export interface CacheDirectory {
  /** For root, and without the variable. */
  readonly path: string;
  /** In official images that keep it elsewhere, by their name. */
  readonly inImages?: Readonly<Record<string, string>>;
  /** Environment variables that move it, each with what follows its value. */
  readonly variables?: Readonly<Record<string, string>>;
}

const goModules: CacheDirectory = {
  path: "/root/go/pkg/mod",
  inImages: { golang: "/go/pkg/mod" },
  variables: { GOMODCACHE: "", GOPATH: "/pkg/mod" },
};

const goFiles = { manifests: ["go.mod"], locks: ["go.sum"], settings: ["go.work", "go.work.sum"] };

const nodeFiles = { manifests: ["package.json"] };

/** Read off the documentation of each program, for Linux. */
export const packageCaches: readonly PackageCache[] = [
  {
    name: "npm",
    programs: ["npm"],
    verbs: ["ci", "install", "i", "clean-install"],
    directories: [
      { path: "/root/.npm", variables: { npm_config_cache: "", NPM_CONFIG_CACHE: "" } },
    ],
    clean: ["cache clean"],
    ...nodeFiles,
    locks: ["package-lock.json", "npm-shrinkwrap.json"],
    settings: [".npmrc"],
  },
  {
    name: "pnpm",
    programs: ["pnpm"],
    verbs: ["install", "i", "fetch"],
    directories: [{ path: "/root/.local/share/pnpm/store", variables: { PNPM_HOME: "/store" } }],
    clean: ["store prune"],
    ...nodeFiles,
    locks: ["pnpm-lock.yaml"],
    settings: ["pnpm-workspace.yaml", ".npmrc"],
  },
  {
    name: "yarn",
    programs: ["yarn"],
    verbs: ["", "install"],
    directories: [{ path: "/usr/local/share/.cache/yarn", variables: { YARN_CACHE_FOLDER: "" } }],
    clean: ["cache clean"],
    ...nodeFiles,
    locks: ["yarn.lock"],
    settings: [".npmrc", ".yarnrc"],
  },
  {
    name: "bun",
    programs: ["bun"],
    verbs: ["install", "i"],
    directories: [{ path: "/root/.bun/install/cache", variables: { BUN_INSTALL_CACHE_DIR: "" } }],
    clean: ["pm cache rm"],
    ...nodeFiles,
    locks: ["bun.lock", "bun.lockb"],
    settings: ["bunfig.toml"],
  },
  {
    name: "pip",
    programs: ["pip"],
    verbs: ["install", "wheel"],
    directories: [
      { path: "/root/.cache/pip", variables: { PIP_CACHE_DIR: "", XDG_CACHE_HOME: "/pip" } },
    ],
    off: ["no-cache-dir"],
    clean: ["cache purge"],
    manifests: ["requirements.txt"],
    settings: ["constraints.txt"],
  },
  {
    name: "uv",
    programs: ["uv"],
    verbs: ["sync", "pip install", "pip sync"],
    directories: [
      { path: "/root/.cache/uv", variables: { UV_CACHE_DIR: "", XDG_CACHE_HOME: "/uv" } },
    ],
    off: ["no-cache", "n"],
    clean: ["cache clean"],
  },
  {
    name: "poetry",
    programs: ["poetry"],
    verbs: ["install", "sync"],
    directories: [
      {
        path: "/root/.cache/pypoetry",
        variables: { POETRY_CACHE_DIR: "", XDG_CACHE_HOME: "/pypoetry" },
      },
    ],
    off: ["no-cache"],
    clean: ["cache clear"],
  },
  {
    name: "pipenv",
    programs: ["pipenv"],
    verbs: ["install", "sync"],
    directories: [
      { path: "/root/.cache/pipenv", variables: { PIPENV_CACHE_DIR: "" } },
      { path: "/root/.cache/pip", variables: { PIP_CACHE_DIR: "" } },
    ],
    manifests: ["Pipfile"],
    locks: ["Pipfile.lock"],
  },
  {
    name: "go",
    programs: ["go"],
    verbs: ["mod download"],
    directories: [goModules],
    inPlace: true,
    clean: ["clean"],
    ...goFiles,
  },
  {
    name: "go",
    programs: ["go"],
    verbs: ["build", "install", "test", "vet", "generate"],
    directories: [goModules, { path: "/root/.cache/go-build", variables: { GOCACHE: "" } }],
    inPlace: true,
    clean: ["clean"],
  },
  {
    name: "cargo",
    programs: ["cargo"],
    verbs: ["build", "install", "fetch", "test", "chef cook"],
    directories: [
      {
        path: "/root/.cargo/registry",
        inImages: { rust: "/usr/local/cargo/registry" },
        variables: { CARGO_HOME: "/registry" },
      },
      {
        path: "/root/.cargo/git/db",
        inImages: { rust: "/usr/local/cargo/git/db" },
        variables: { CARGO_HOME: "/git/db" },
      },
    ],
    inPlace: true,
  },
  {
    name: "Maven",
    programs: ["mvn", "mvnw"],
    verbs: [
      "package",
      "install",
      "verify",
      "compile",
      "test",
      "deploy",
      "dependency:go-offline",
      "dependency:resolve",
    ],
    verbsAnywhere: true,
    directories: [{ path: "/root/.m2" }],
    locked: true,
    inPlace: true,
  },
  {
    name: "Gradle",
    programs: ["gradle", "gradlew"],
    verbs: ["build", "assemble", "bootJar", "shadowJar", "jar", "installDist", "dependencies"],
    verbsAnywhere: true,
    directories: [
      {
        path: "/root/.gradle",
        inImages: { gradle: "/home/gradle/.gradle" },
        variables: { GRADLE_USER_HOME: "" },
      },
    ],
    locked: true,
    inPlace: true,
  },
  {
    name: "dotnet",
    programs: ["dotnet"],
    verbs: ["restore", "build", "publish"],
    directories: [{ path: "/root/.nuget/packages", variables: { NUGET_PACKAGES: "" } }],
    inPlace: true,
    clean: ["nuget locals"],
  },
  {
    name: "composer",
    programs: ["composer", "composer.phar"],
    verbs: ["install"],
    directories: [
      {
        path: "/root/.composer/cache",
        inImages: { composer: "/tmp/cache" },
        variables: { COMPOSER_CACHE_DIR: "", COMPOSER_HOME: "/cache" },
      },
    ],
    off: ["no-cache"],
    clean: ["clear-cache", "clearcache", "cc"],
    manifests: ["composer.json"],
    locks: ["composer.lock"],
  },
  {
    name: "bundler",
    programs: ["bundle"],
    verbs: ["install"],
    directories: [
      {
        path: "/root/.bundle/cache",
        inImages: { ruby: "/usr/local/bundle/cache" },
        variables: { BUNDLE_USER_CACHE: "" },
      },
    ],
    manifests: ["Gemfile"],
    locks: ["Gemfile.lock"],
    settings: [".ruby-version"],
  },
  {
    name: "mix",
    programs: ["mix"],
    verbs: ["deps.get"],
    directories: [
      { path: "/root/.hex", variables: { HEX_HOME: "" } },
      { path: "/root/.cache/rebar3" },
    ],
    manifests: ["mix.exs"],
    locks: ["mix.lock"],
  },
  {
    name: "apt",
    programs: ["apt-get"],
    verbs: ["install", "update", "upgrade", "dist-upgrade"],
    directories: [{ path: "/var/cache/apt" }, { path: "/var/lib/apt" }],
    locked: true,
    isSystem: true,
    clean: ["clean", "autoclean"],
  },
  {
    name: "apk",
    programs: ["apk"],
    verbs: ["add", "update", "upgrade"],
    directories: [{ path: "/var/cache/apk" }],
    locked: true,
    isSystem: true,
    off: ["no-cache"],
    clean: ["cache clean"],
  },
  {
    name: "dnf",
    programs: ["dnf"],
    verbs: ["install", "update", "upgrade", "groupinstall"],
    directories: [{ path: "/var/cache/dnf" }],
    locked: true,
    isSystem: true,
    clean: ["clean"],
  },
  {
    name: "yum",
    programs: ["yum"],
    verbs: ["install", "update", "upgrade", "groupinstall"],
    directories: [{ path: "/var/cache/yum" }],
    locked: true,
    isSystem: true,
    clean: ["clean"],
  },
  {
    name: "zypper",
    programs: ["zypper"],
    verbs: ["install", "in", "update", "up", "refresh"],
    directories: [{ path: "/var/cache/zypp" }],
    locked: true,
    isSystem: true,
    clean: ["clean", "cc"],
  },
];
