// No device identifier is stored or sent from a test host.
exports.getDeviceId = async () => "vscode-host";
