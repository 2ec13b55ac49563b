// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gradphoto {

// The version of gradphoto, "MAJOR.MINOR.PATCH", from the top CMakeLists.txt.
std::string_view Version();

}  // namespace gradphoto
