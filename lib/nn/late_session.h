// SPDX-License-Identifier: Apache-2.0
// A net that is opened when it is wanted first.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::nn {

// A net that many photos do without. Its file is compared with the registry at once, and opened by whoever
// comes first. Safe in threads.
class LateSession {
 public:
  // Errors: kModel - missing, altered (hash).
  static Result<void> CheckFile(const ModelSpec& spec, const std::filesystem::path& model_dir);

  // Precondition: CheckFile went well.
  LateSession(ModelSpec spec, std::filesystem::path model_dir)
      : spec_(std::move(spec)), model_dir_(std::move(model_dir)) {}

  // Errors: as Session::Open and Session::Run.
  Result<std::vector<Tensor>> Run(const Tensor& input) const;

 private:
  ModelSpec spec_;
  std::filesystem::path model_dir_;
  mutable std::once_flag once_;
  mutable std::optional<Result<Session>> session_;
};

}  // namespace gradphoto::nn
