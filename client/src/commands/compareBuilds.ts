import * as vscode from "vscode";
import { buildBefore } from "../presentation/buildRecord.ts";
import { type Command, CommandFailure } from "./command.ts";
import { meantBuilds } from "./meantBuilds.ts";

/** Shows two selected builds beside each other, or one beside the build before. */
export const compareBuilds: Command = {
  id: "slipway.builds.compare",

  async run(services, item, selection) {
    const { history } = services.builds;
    const chosen = await meantBuilds(services, item, selection, {
      title: vscode.l10n.t("Compare with the Build Before"),
    });
    const [after, other] = chosen.toSorted((a, b) => b.startedAt - a.startedAt);
    if (after === undefined) {
      return;
    }
    const before = other ?? buildBefore(after, history.builds);
    if (before === undefined) {
      throw new CommandFailure(
        vscode.l10n.t("There is no earlier build of this Dockerfile and target to compare with."),
      );
    }
    await services.buildDocuments.compare(before, after);
  },
};
