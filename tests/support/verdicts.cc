// SPDX-License-Identifier: Apache-2.0
#include "tests/support/verdicts.h"

namespace gradphoto::faults {

Verdicts VerdictsOf(const pipeline::PhotoResult& result) {
  Verdicts verdicts;
  for (const Finding& finding : result.passed) verdicts[finding.code] = {Severity::kInfo, true, finding.value};
  for (const Finding& finding : result.record.findings) {
    Said& said = verdicts[finding.code];
    if (said.passed || finding.severity >= said.severity) said = {finding.severity, false, finding.value};
  }
  return verdicts;
}

}  // namespace gradphoto::faults
