import type { Diagnostic } from "vscode-languageserver/node";
import type { FindBuildContext } from "./buildContext/buildContext.ts";
import type { EditorSettings } from "./editorSettings.ts";
import type { EngineImages } from "./engineImages.ts";
import { diagnostics } from "./features/diagnostics.ts";
import { choose } from "./configuration/choose.ts";
import { type Finding, type LintOptions, findingsOf, inPlace, lint } from "./lint/lint.ts";
import { surroundingsIn } from "./lint/surroundings.ts";
import type { Rule } from "./lint/rule.ts";
import type { OpenDocument } from "./openDocuments.ts";
import type { ProjectConfiguration } from "./projectConfiguration.ts";
import type { ShellFindings } from "./shellFindings.ts";

export interface ProblemsOptions {
  readonly rules: readonly Rule[];
  readonly findBuildContext: FindBuildContext;
  readonly settings: EditorSettings;
  readonly project: ProjectConfiguration;
  readonly shellFindings: ShellFindings;
  readonly images: EngineImages;
  readonly onBrokenRule: (rule: Rule, error: unknown) => void;
}

/** What the rules find in open documents: looked for once per version, settings, configuration and ignore file. */
export class Problems {
  readonly #options: ProblemsOptions;
  #linted = new WeakMap<OpenDocument, Promise<Linted>>();

  constructor(options: ProblemsOptions) {
    this.#options = options;
  }

  /** Forgets everything, because settings or ignore files have changed. */
  clear(): void {
    this.#linted = new WeakMap();
  }

  /** What the rules find, and what ShellCheck has found by now. */
  async findings(document: OpenDocument): Promise<readonly Finding[]> {
    const { findings, options, readsScripts } = await this.#lintOnce(document);
    const { shellFindings } = this.#options;
    const inScripts = readsScripts ? await shellFindings.known(document) : [];
    return inScripts.length === 0
      ? findings
      : inPlace([...findings, ...findingsOf(document.file, inScripts, options)]);
  }

  async diagnostics(document: OpenDocument): Promise<Diagnostic[]> {
    return diagnostics(document.uri, document.file, await this.findings(document));
  }

  async #lintOnce(document: OpenDocument): Promise<Linted> {
    const known = this.#linted.get(document);
    if (known !== undefined) {
      return known;
    }
    const fresh = this.#lint(document);
    this.#linted.set(document, fresh);
    return fresh;
  }

  async #lint({ uri, file }: OpenDocument): Promise<Linted> {
    const { rules, findBuildContext, settings, project, images, onBrokenRule } = this.#options;
    const context = findBuildContext(uri);
    const known = images.of(file);
    const [{ lint: chosen }, configuration, surroundings] = await Promise.all([
      settings.of(uri),
      project.of(uri),
      context === undefined ? {} : surroundingsIn(file, context),
    ]);
    const { rules: wanted, readsScripts, ...chosenOptions } = choose(rules, configuration, chosen);
    const options: LintOptions = {
      ...chosenOptions,
      severities: chosen.rules,
      surroundings: {
        ...surroundings,
        ...chosenOptions.surroundings,
        ...(known === undefined ? {} : { images: known }),
      },
      onBrokenRule,
    };
    return { findings: lint(file, wanted, options), options, readsScripts };
  }
}

interface Linted {
  readonly findings: readonly Finding[];
  readonly options: LintOptions;
  readonly readsScripts: boolean;
}
