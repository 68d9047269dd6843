import type { Rule } from "../rule.ts";
import { consistentInstructionCasing } from "./consistentInstructionCasing.ts";
import { copyIgnoredFile } from "./copyIgnoredFile.ts";
import { duplicateStageName } from "./duplicateStageName.ts";
import { exposeInvalidFormat } from "./exposeInvalidFormat.ts";
import { exposeProtoCasing } from "./exposeProtoCasing.ts";
import { fromAsCasing } from "./fromAsCasing.ts";
import { fromPlatformFlagConstDisallowed } from "./fromPlatformFlagConstDisallowed.ts";
import { interactiveCommand } from "./interactiveCommand.ts";
import { invalidBaseImagePlatform } from "./invalidBaseImagePlatform.ts";
import { invalidDefaultArgInFrom } from "./invalidDefaultArgInFrom.ts";
import { invalidDefinitionDescription } from "./invalidDefinitionDescription.ts";
import { jsonArgsRecommended } from "./jsonArgsRecommended.ts";
import { legacyKeyValueFormat } from "./legacyKeyValueFormat.ts";
import { maintainerDeprecated } from "./maintainerDeprecated.ts";
import { multipleInstructionsDisallowed } from "./multipleInstructionsDisallowed.ts";
import { noEmptyContinuation } from "./noEmptyContinuation.ts";
import { noInstallRecommends } from "./noInstallRecommends.ts";
import { nonInteractiveInstall } from "./nonInteractiveInstall.ts";
import { packageCacheLeft } from "./packageCacheLeft.ts";
import { redundantTargetPlatform } from "./redundantTargetPlatform.ts";
import { reservedStageName } from "./reservedStageName.ts";
import { secretsUsedInArgOrEnv } from "./secretsUsedInArgOrEnv.ts";
import { stageNameCasing } from "./stageNameCasing.ts";
import { undefinedArgInFrom } from "./undefinedArgInFrom.ts";
import { undefinedVar } from "./undefinedVar.ts";
import { unpinnedImage } from "./unpinnedImage.ts";
import { unpinnedPackage } from "./unpinnedPackage.ts";
import { workdirRelativePath } from "./workdirRelativePath.ts";
import { cdInRun } from "./cdInRun.ts";
import { sudoInRun } from "./sudoInRun.ts";
import { aptInRun } from "./aptInRun.ts";
import { consecutiveRuns } from "./consecutiveRuns.ts";
import { namedUser } from "./namedUser.ts";
import { pipeWithoutPipefail } from "./pipeWithoutPipefail.ts";
import { rootUser } from "./rootUser.ts";
import { wgetAndCurl } from "./wgetAndCurl.ts";
import { wgetWithoutProgress } from "./wgetWithoutProgress.ts";
import { addInsteadOfCopy } from "./addInsteadOfCopy.ts";
import { archiveExtractedLater } from "./archiveExtractedLater.ts";
import { copyFromUnknownStage } from "./copyFromUnknownStage.ts";
import { copyRootToRoot } from "./copyRootToRoot.ts";
import { envSelfReference } from "./envSelfReference.ts";
import { hadolintComment } from "./hadolintComment.ts";
import { highUserId } from "./highUserId.ts";
import { labelKey } from "./labelKey.ts";
import { linkedShell } from "./linkedShell.ts";
import { missingHealthcheck } from "./missingHealthcheck.ts";
import { multipleSourcesNeedDirectory } from "./multipleSourcesNeedDirectory.ts";
import { relativeCopyDestination } from "./relativeCopyDestination.ts";
import { commentSwallowsCommands } from "./commentSwallowsCommands.ts";
import { unusedArg } from "./unusedArg.ts";
import { unusedStage } from "./unusedStage.ts";
import { newerThanSyntax } from "./newerThanSyntax.ts";
import { finalStageRunsAsRoot } from "./finalStageRunsAsRoot.ts";
import { unknownSuppression } from "./unknownSuppression.ts";
import { unusedSuppression } from "./unusedSuppression.ts";
import { copySourceNotFound } from "./copySourceNotFound.ts";
import { untrustedRegistry } from "./untrustedRegistry.ts";
import { missingLabel } from "./missingLabel.ts";
import { unknownLabel } from "./unknownLabel.ts";
import { labelValue } from "./labelValue.ts";
import { instructionInCommand } from "./instructionInCommand.ts";
import { copyBeforeInstall } from "./copyBeforeInstall.ts";
import { lockFileNotCopied } from "./lockFileNotCopied.ts";
import { copyTakesTooMuch } from "./copyTakesTooMuch.ts";
import { volatileArgument } from "./volatileArgument.ts";
import { modeChangedAfterCopy } from "./modeChangedAfterCopy.ts";
import { cacheMountMissing } from "./cacheMountMissing.ts";
import { cacheMountUnlocked } from "./cacheMountUnlocked.ts";
import { cacheMountEmptied } from "./cacheMountEmptied.ts";
import { cacheMountNotWritable } from "./cacheMountNotWritable.ts";
import { aptCacheDeleted } from "./aptCacheDeleted.ts";
import { updateWithoutInstall } from "./updateWithoutInstall.ts";
import { addWithoutChecksum } from "./addWithoutChecksum.ts";
import { unpinnedDownload } from "./unpinnedDownload.ts";
import { bindMountOfEverything } from "./bindMountOfEverything.ts";
import { copyWithoutLink } from "./copyWithoutLink.ts";
import { linkWithChmod } from "./linkWithChmod.ts";
import { workdirTrailingSlash } from "./workdirTrailingSlash.ts";
import { syntaxLineMissing } from "./syntaxLineMissing.ts";
import { zypperDistUpgrade } from "./zypperDistUpgrade.ts";

/** Every rule, in reading order. */
export const rules: readonly Rule[] = [
  stageNameCasing,
  fromAsCasing,
  duplicateStageName,
  reservedStageName,
  consistentInstructionCasing,
  noEmptyContinuation,
  maintainerDeprecated,
  legacyKeyValueFormat,
  undefinedArgInFrom,
  invalidDefaultArgInFrom,
  redundantTargetPlatform,
  fromPlatformFlagConstDisallowed,
  undefinedVar,
  secretsUsedInArgOrEnv,
  jsonArgsRecommended,
  multipleInstructionsDisallowed,
  workdirRelativePath,
  exposeProtoCasing,
  exposeInvalidFormat,
  copyIgnoredFile,
  invalidDefinitionDescription,
  invalidBaseImagePlatform,
  unpinnedImage,
  unpinnedPackage,
  packageCacheLeft,
  nonInteractiveInstall,
  noInstallRecommends,
  interactiveCommand,
  cdInRun,
  sudoInRun,
  aptInRun,
  wgetWithoutProgress,
  wgetAndCurl,
  pipeWithoutPipefail,
  consecutiveRuns,
  rootUser,
  namedUser,
  addInsteadOfCopy,
  relativeCopyDestination,
  multipleSourcesNeedDirectory,
  copyFromUnknownStage,
  copyRootToRoot,
  archiveExtractedLater,
  zypperDistUpgrade,
  highUserId,
  labelKey,
  linkedShell,
  envSelfReference,
  missingHealthcheck,
  commentSwallowsCommands,
  instructionInCommand,
  unusedArg,
  unusedStage,
  newerThanSyntax,
  untrustedRegistry,
  missingLabel,
  unknownLabel,
  labelValue,
  copySourceNotFound,
  copyBeforeInstall,
  lockFileNotCopied,
  copyTakesTooMuch,
  volatileArgument,
  modeChangedAfterCopy,
  cacheMountMissing,
  cacheMountUnlocked,
  cacheMountEmptied,
  cacheMountNotWritable,
  aptCacheDeleted,
  updateWithoutInstall,
  addWithoutChecksum,
  unpinnedDownload,
  bindMountOfEverything,
  copyWithoutLink,
  linkWithChmod,
  workdirTrailingSlash,
  syntaxLineMissing,
  finalStageRunsAsRoot,
  hadolintComment,
  unknownSuppression,
  unusedSuppression,
];
