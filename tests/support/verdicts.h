// SPDX-License-Identifier: Apache-2.0
// What all checks said of one picture, for the programs that hold it against what they expect.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/pipeline/photo.h"
#include "lib/record/record.h"

namespace gradphoto::faults {

struct Said {
  Severity severity = Severity::kInfo;  // Of the worst finding of the code.
  bool passed = false;                  // The check was made and found nothing.
  std::optional<double> value;
};

// By code; a check that was not made at all is absent.
using Verdicts = std::map<std::string, Said, std::less<>>;
Verdicts VerdictsOf(const pipeline::PhotoResult& result);

}  // namespace gradphoto::faults
