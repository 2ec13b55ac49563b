// SPDX-License-Identifier: Apache-2.0
#include "lib/base/version.h"

namespace gradphoto {

std::string_view Version() { return GRADPHOTO_VERSION; }

std::string_view Commit() { return GRADPHOTO_COMMIT; }

}  // namespace gradphoto
