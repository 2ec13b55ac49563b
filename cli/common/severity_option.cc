// SPDX-License-Identifier: Apache-2.0
#include "cli/common/severity_option.h"

namespace gradphoto::cli {

CLI::Option* AddSeverityOption(CLI::App& app, std::vector<std::string>& severities) {
  return app
      .add_option("--severity", severities,
                  "Severity of a code of the comparison or the identity card, in place of the standard's: "
                  "FACE_MISMATCH=review; may be "
                  "given several times")
      ->allow_extra_args(false)
      ->type_name("CODE=LEVEL");
}

Result<std::map<std::string, Severity, std::less<>>> ParseSeverities(
    const std::vector<std::string>& severities) {
  std::map<std::string, Severity, std::less<>> parsed;
  for (const std::string& text : severities) {
    const std::size_t sign = text.find('=');
    const auto severity = sign == std::string::npos ? std::nullopt : SeverityFromName(text.substr(sign + 1));
    if (!severity) {
      return Fail(ErrorKind::kUsage,
                  "--severity " + text + ": expected CODE=LEVEL with info, warn, review or reject");
    }
    parsed[text.substr(0, sign)] = *severity;
  }
  return parsed;
}

}  // namespace gradphoto::cli
