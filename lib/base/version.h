// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gradphoto {

// The version of gradphoto, "MAJOR.MINOR.PATCH", from the top CMakeLists.txt.
std::string_view Version();

// The commit that was configured, twelve digits, with "-dirty" if files had been changed; "unknown" outside of
// git.
std::string_view Commit();

}  // namespace gradphoto
