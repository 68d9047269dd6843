import type { Diagnostic } from "vscode-languageserver/node";
import type { FindBuildContext } from "./buildContext/buildContext.ts";
import type { EditorSettings } from "./editorSettings.ts";
import { diagnostics } from "./features/diagnostics.ts";
import { type Finding, lint } from "./lint/lint.ts";
import { surroundingsIn } from "./lint/surroundings.ts";
import type { Rule } from "./lint/rule.ts";
import type { OpenDocument } from "./openDocuments.ts";
import type { ProjectConfiguration } from "./projectConfiguration.ts";

export interface ProblemsOptions {
  readonly rules: readonly Rule[];
  readonly findBuildContext: FindBuildContext;
  readonly settings: EditorSettings;
  readonly project: ProjectConfiguration;
  readonly onBrokenRule: (rule: Rule, error: unknown) => void;
}

/** What the rules find in open documents: looked for once per version, settings, configuration and ignore file. */
export class Problems {
  readonly #options: ProblemsOptions;
  #findings = new WeakMap<OpenDocument, Promise<readonly Finding[]>>();

  constructor(options: ProblemsOptions) {
    this.#options = options;
  }

  /** Forgets everything, because settings or ignore files have changed. */
  clear(): void {
    this.#findings = new WeakMap();
  }

  findings(document: OpenDocument): Promise<readonly Finding[]> {
    const known = this.#findings.get(document);
    if (known !== undefined) {
      return known;
    }
    const fresh = this.#look(document);
    this.#findings.set(document, fresh);
    return fresh;
  }

  async diagnostics(document: OpenDocument): Promise<Diagnostic[]> {
    return diagnostics(document.uri, document.file, await this.findings(document));
  }

  async #look({ uri, file }: OpenDocument): Promise<readonly Finding[]> {
    const { rules, findBuildContext, settings, project, onBrokenRule } = this.#options;
    const context = findBuildContext(uri);
    const [{ lint: chosen }, { codes, policy, ignoresPragmas }, surroundings] = await Promise.all([
      settings.of(uri),
      project.of(uri),
      context === undefined ? {} : surroundingsIn(file, context),
    ]);
    return lint(file, rules, {
      severities: chosen.rules,
      codes,
      ignoresPragmas,
      surroundings: { ...surroundings, policy },
      onBrokenRule,
    });
  }
}
