import * as vscode from "vscode";
import {
  contextNameProblem,
  createContext as createDockerContext,
  readContexts,
} from "../engine/contextStore.ts";
import { addressProblem } from "./addressProblem.ts";
import type { Command } from "./command.ts";

/** Gives an engine a name that the docker command knows too. */
export const createContext: Command = {
  id: "slipway.contexts.create",

  async run(services) {
    const { prompts } = services;
    const title = vscode.l10n.t("Create Docker Context");
    const taken = new Set((await readContexts()).map(({ name }) => name));
    const name = await prompts.input({
      title,
      prompt: vscode.l10n.t("A name for the engine, such as staging"),
      validateInput: (text) => nameProblem(text.trim(), taken),
    });
    if (!name?.trim()) {
      return;
    }
    const url = await prompts.input({
      title,
      prompt: vscode.l10n.t(
        "Where it listens: ssh://user@host, tcp://host:2376 or unix:///path/to.sock",
      ),
      value: "ssh://",
      validateInput: addressProblem,
    });
    if (!url?.trim()) {
      return;
    }
    const certificates = /^(tcp|https):/.test(url.trim()) ? await pickCertificates() : "";
    if (certificates === undefined) {
      return;
    }
    await createDockerContext({
      name: name.trim(),
      url: url.trim(),
      ...(certificates === "" ? {} : { certificates }),
    });
    await services.contexts.read();
    const use = vscode.l10n.t("Use It Now");
    const chosen = await prompts.showInformation(
      vscode.l10n.t("The docker context {0} was created.", name.trim()),
      use,
    );
    if (chosen === use) {
      await vscode.commands.executeCommand("slipway.contexts.use", name.trim());
    }

    /** A folder, empty for none, undefined when the user backs out. */
    async function pickCertificates(): Promise<string | undefined> {
      const none = { label: vscode.l10n.t("No Certificates"), detail: "" };
      const folder = {
        label: vscode.l10n.t("Choose a Folder…"),
        detail: vscode.l10n.t("With ca.pem, cert.pem and key.pem, which are copied."),
      };
      const picked = await prompts.pick([folder, none], {
        title,
        placeHolder: vscode.l10n.t("Certificates for TLS"),
      });
      return picked === folder ? (await prompts.pickFolder({ title }))?.fsPath : picked && "";
    }
  },
};

function nameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(name) || contextNameProblem(name) === "taken") {
    return vscode.l10n.t("There is a context of this name already.");
  }
  return contextNameProblem(name) === undefined
    ? undefined
    : vscode.l10n.t(
        "Two or more letters, digits, dots, underscores, plus signs or hyphens; a letter or digit first.",
      );
}
