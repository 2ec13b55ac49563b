// SPDX-License-Identifier: Apache-2.0
// Limits of a standard in one line each, for the tables of gradphoto-standards.
#pragma once

#include <string>

#include "lib/standard/codes.h"
#include "lib/standard/standard.h"
#include "lib/standard/texts.h"

namespace gradphoto::cli {

// "0.5", "480": at most ten digits.
std::string Number(double value);

// "200-300 px from the top", "≥ 207 px", "≤ 425 px from the top".
std::string WindowText(const standard::PlacementRule& rule, const standard::Texts& texts);

// "warn above 3 deg, reject above 8 deg", "reject".
std::string CheckText(const standard::CheckRule& rule, standard::Code code, const standard::Texts& texts);

}  // namespace gradphoto::cli
