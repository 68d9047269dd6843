import * as vscode from "vscode";
import type { Container } from "../engine/engine.ts";
import { imageName, type NamedImage } from "../presentation/namedImage.ts";
import { formatBytes } from "../presentation/units.ts";
import { type Command, CommandFailure } from "./command.ts";
import { onEach } from "./onEach.ts";
import { listed, pickImages } from "./pick.ts";
import { withViewProgress } from "./progress.ts";

/**
 * Removes images by reference. An image that a container needs is never forced
 * away: the user is told which container it is.
 */
export const removeImage: Command = {
  id: "slipway.images.remove",

  async run(services, item, selection) {
    const chosen = await pickImages(services, item, selection, {
      title: vscode.l10n.t("Remove Images"),
      none: vscode.l10n.t("There are no images."),
    });
    if (chosen.length === 0) {
      return;
    }
    const containers = await listed(services.engine, () => services.engine.containers);
    const kept = chosen.filter(
      (named) => goesForGood(named, chosen) && users(named, containers).length > 0,
    );
    const going = chosen.filter((named) => !kept.includes(named));
    const reasons = kept.map((named) =>
      vscode.l10n.t(
        "{0} is used by {1}.",
        imageName(named),
        users(named, containers)
          .map(({ name }) => name)
          .join(", "),
      ),
    );
    const [first] = going;
    if (!first) {
      throw new CommandFailure(
        [...reasons, vscode.l10n.t("Remove the container first.")].join(" "),
      );
    }
    const confirmed = await services.prompts.confirm({
      question:
        going.length === 1
          ? vscode.l10n.t("Remove the image {0}?", imageName(first))
          : vscode.l10n.t("Remove {0} images?", going.length),
      detail: [
        ...going.map((named) =>
          goesForGood(named, chosen)
            ? `${imageName(named)} (${formatBytes(named.image.size)})`
            : vscode.l10n.t("{0} (only this name; the image has others)", imageName(named)),
        ),
        ...(reasons.length > 0 ? ["", vscode.l10n.t("Kept:"), ...reasons] : []),
        "",
        vscode.l10n.t("Layers that other images share stay."),
      ].join("\n"),
      verb:
        going.length === 1
          ? vscode.l10n.t("Remove Image")
          : vscode.l10n.t("Remove {0} Images", going.length),
    });
    if (!confirmed) {
      return;
    }
    const engine = await services.engine.get();
    await withViewProgress("slipway.images", vscode.l10n.t("Removing images…"), (signal) =>
      onEach(going, {
        name: imageName,
        act: (named) => engine.removeImage(named.reference ?? named.image.id, { signal }),
        summary: (done, total) => vscode.l10n.t("{0} of {1} images removed", done, total),
      }),
    );
  },
};

/** With the last of its references an image goes; before that only a name. */
function goesForGood({ image }: NamedImage, chosen: readonly NamedImage[]): boolean {
  return image.references.every((reference) =>
    chosen.some((other) => other.image.id === image.id && other.reference === reference),
  );
}

function users({ image }: NamedImage, containers: readonly Container[]): readonly Container[] {
  return containers.filter(({ imageId }) => imageId === image.id);
}
