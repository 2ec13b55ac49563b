// SPDX-License-Identifier: Apache-2.0
// Where the configuration and the models are: an explicit directory, else the environment, else what is
// installed beside the running program, else the build tree the program stands in. Nothing is found by
// accident: the first place that is named decides, and the error lists every place looked at.
#pragma once

#include <filesystem>
#include <string>

#include "lib/base/error.h"

namespace gradphoto {

// The directory with standards/, reasons.yaml, texts.yaml and models.yaml. Order: `explicit_dir` if not empty,
// $GRADPHOTO_CONFIGS, <bin>/../share/gradphoto/configs, <source>/configs of a build in
// <source>/build/<preset>/bin. Errors: kUsage.
Result<std::filesystem::path> FindConfigDir(const std::filesystem::path& explicit_dir);

// The directory with the .onnx files. Order: `explicit_dir`, $GRADPHOTO_MODELS,
// <bin>/../share/gradphoto/models, <source>/build/models. Errors: kModel, with the command that fixes it.
Result<std::filesystem::path> FindModelDir(const std::filesystem::path& explicit_dir);

}  // namespace gradphoto
