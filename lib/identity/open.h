// SPDX-License-Identifier: Apache-2.0
// The card reader on the nets of lib/text.
#pragma once

#include <filesystem>

#include "lib/base/error.h"
#include "lib/identity/card.h"
#include "lib/identity/layout.h"
#include "lib/nn/registry.h"

namespace gradphoto::identity {

// Errors: kModel - a net is missing, altered or of another shape; its dictionary is not the one of the
// registry.
Result<CardReader> OpenCardReader(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir,
                                  const Layout& layout);

}  // namespace gradphoto::identity
