import { buildImage } from "./buildImage.ts";
import { buildImageAgain } from "./buildImageAgain.ts";
import { buildImageWithOptions } from "./buildImageWithOptions.ts";
import { cancelBuild } from "./cancelBuild.ts";
import { clearContainersFilter } from "./clearContainersFilter.ts";
import { clearImagesFilter } from "./clearImagesFilter.ts";
import type { Command } from "./command.ts";
import { compareBuilds } from "./compareBuilds.ts";
import { connectNetwork } from "./connectNetwork.ts";
import { copyContainerId } from "./copyContainerId.ts";
import { copyContainerName } from "./copyContainerName.ts";
import { copyImageReference } from "./copyImageReference.ts";
import { copyNetworkName } from "./copyNetworkName.ts";
import { copyVolumeName } from "./copyVolumeName.ts";
import { createContext } from "./createContext.ts";
import { createImageFrom } from "./createImageFrom.ts";
import { createNetwork } from "./createNetwork.ts";
import { createVolume } from "./createVolume.ts";
import { disconnectNetwork } from "./disconnectNetwork.ts";
import { filterContainers } from "./filterContainers.ts";
import { filterImages } from "./filterImages.ts";
import { goToStep } from "./goToStep.ts";
import { hideDanglingImages } from "./hideDanglingImages.ts";
import { hideStoppedContainers } from "./hideStoppedContainers.ts";
import { inspectContainer } from "./inspectContainer.ts";
import { inspectContext } from "./inspectContext.ts";
import { inspectImage } from "./inspectImage.ts";
import { inspectNetwork } from "./inspectNetwork.ts";
import { inspectVolume } from "./inspectVolume.ts";
import { joinSocketGroup } from "./joinSocketGroup.ts";
import { killContainer } from "./killContainer.ts";
import { loadImages } from "./loadImages.ts";
import { logInBySsh } from "./logInBySsh.ts";
import { openInBrowser } from "./openInBrowser.ts";
import { openSettings } from "./openSettings.ts";
import { openShell } from "./openShell.ts";
import { pauseContainer } from "./pauseContainer.ts";
import { pruneBuildCache } from "./pruneBuildCache.ts";
import { pruneContainers } from "./pruneContainers.ts";
import { pruneImages } from "./pruneImages.ts";
import { pruneNetworks } from "./pruneNetworks.ts";
import { pruneVolumes } from "./pruneVolumes.ts";
import { pullImage } from "./pullImage.ts";
import { pushImage } from "./pushImage.ts";
import { refresh } from "./refresh.ts";
import { removeBuild } from "./removeBuild.ts";
import { removeContainer } from "./removeContainer.ts";
import { removeContext } from "./removeContext.ts";
import { removeImage } from "./removeImage.ts";
import { removeNetwork } from "./removeNetwork.ts";
import { removeVolume } from "./removeVolume.ts";
import { renameContainer } from "./renameContainer.ts";
import { repeatBuild } from "./repeatBuild.ts";
import { restartContainer } from "./restartContainer.ts";
import { runImage } from "./runImage.ts";
import { runImageInteractive } from "./runImageInteractive.ts";
import { saveForecastCase } from "./saveForecastCase.ts";
import { saveImages } from "./saveImages.ts";
import { selectEndpoint } from "./selectEndpoint.ts";
import { showBuildOutput } from "./showBuildOutput.ts";
import { showDanglingImages } from "./showDanglingImages.ts";
import { showFileChanges } from "./showFileChanges.ts";
import { showLog } from "./showLog.ts";
import { showLogs } from "./showLogs.ts";
import { showProcesses } from "./showProcesses.ts";
import { showStoppedContainers } from "./showStoppedContainers.ts";
import { startContainer } from "./startContainer.ts";
import { startEngine } from "./startEngine.ts";
import { stopContainer } from "./stopContainer.ts";
import { tagImage } from "./tagImage.ts";
import { unpauseContainer } from "./unpauseContainer.ts";
import { useContext } from "./useContext.ts";
import { verifyForecast } from "./verifyForecast.ts";

/** Every command, as package.json contributes them. */
export const commands: readonly Command[] = [
  startContainer,
  stopContainer,
  restartContainer,
  pauseContainer,
  unpauseContainer,
  killContainer,
  renameContainer,
  removeContainer,
  showLogs,
  openShell,
  inspectContainer,
  showProcesses,
  showFileChanges,
  createImageFrom,
  openInBrowser,
  copyContainerName,
  copyContainerId,
  filterContainers,
  clearContainersFilter,
  hideStoppedContainers,
  showStoppedContainers,
  pruneContainers,
  buildImage,
  buildImageWithOptions,
  buildImageAgain,
  saveForecastCase,
  verifyForecast,
  runImage,
  runImageInteractive,
  pullImage,
  tagImage,
  pushImage,
  removeImage,
  inspectImage,
  copyImageReference,
  saveImages,
  loadImages,
  filterImages,
  clearImagesFilter,
  hideDanglingImages,
  showDanglingImages,
  pruneImages,
  pruneBuildCache,
  cancelBuild,
  repeatBuild,
  showBuildOutput,
  goToStep,
  compareBuilds,
  removeBuild,
  createVolume,
  inspectVolume,
  removeVolume,
  pruneVolumes,
  copyVolumeName,
  createNetwork,
  connectNetwork,
  disconnectNetwork,
  inspectNetwork,
  removeNetwork,
  pruneNetworks,
  copyNetworkName,
  useContext,
  createContext,
  inspectContext,
  removeContext,
  refresh,
  startEngine,
  joinSocketGroup,
  logInBySsh,
  selectEndpoint,
  openSettings,
  showLog,
];
