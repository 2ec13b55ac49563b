// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace gradphoto::ledger {

// The steps from an empty database to the present tables, for Migrate. A step that was ever released is never
// changed: a change of the tables is a further step.
std::span<const std::string_view> SchemaSteps();

}  // namespace gradphoto::ledger
