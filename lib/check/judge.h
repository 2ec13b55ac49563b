// SPDX-License-Identifier: Apache-2.0
// From a measured value to a verdict under one standard. The limits come from the profile alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/record/record.h"
#include "lib/standard/standard.h"

namespace gradphoto::check {

// The finding of a numeric check, with the limit that was broken; nothing when the value is within all limits
// or when the standard does not make this check. Angles are compared by their absolute value. Precondition:
// `code` has Bound::kAbove or kBelow.
std::optional<Finding> Judge(const standard::Standard& standard, standard::Code code, double value,
                             std::string detail = {});

// The finding of a check that has already failed, with the profile's severity; nothing when the standard does
// not make this check.
std::optional<Finding> Failed(const standard::Standard& standard, standard::Code code, std::string detail = {});

// The same with a value outside a window that the caller knows.
std::optional<Finding> OutsideWindow(const standard::Standard& standard, standard::Code code, double value,
                                     std::optional<double> limit_min, std::optional<double> limit_max,
                                     std::string detail = {});

}  // namespace gradphoto::check
