// SPDX-License-Identifier: Apache-2.0
// A standard as JSON, for scripts and for the record of what a batch was judged by. The keys are those of the
// YAML profiles, with everything that was inherited put in and every length told with its own unit.
#pragma once

#include <string>

#include "lib/record/record.h"
#include "lib/standard/standard.h"

namespace gradphoto::standard {

// The names that profiles use: "top", "px", "if-needed", "keep-original", "allowed".
std::string_view EdgeName(Edge edge);
std::string_view LengthUnitName(LengthUnit unit);
std::string_view PolicyName(BackgroundPolicy policy);
std::string_view WhenUncertainName(WhenUncertain way);
std::string_view ZipEncodingName(bool gbk);  // "utf-8", "gbk"
std::string_view GlassesName(GlassesPolicy policy);

// Checks stand in the order of codes.h. Open ends of windows and thresholds that are not set are left out.
Json ToJson(const Standard& standard);

// SHA-256 of everything in the standard that decides about a photo, whatever file it came from: without name,
// version, texts, sources, and the names of packed files.
std::string RulesHash(const Standard& standard);

}  // namespace gradphoto::standard
