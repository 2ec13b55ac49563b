// SPDX-License-Identifier: Apache-2.0
// One neural model, ready to run: ONNX Runtime behind a plain tensor in, tensors out. The file's hash and the
// names and shapes of inputs and outputs are compared with the registry before first use. One thread per call;
// a session may be called from several threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/nn/registry.h"

namespace gradphoto::nn {

// Row-major floats: the last dimension varies fastest.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> data;
};

class Session {
 public:
  // Errors: kModel - missing, altered (hash), not loadable, or other inputs and outputs than the registry says;
  // the message names the file and the command that fixes it.
  static Result<Session> Open(const ModelSpec& spec, const std::filesystem::path& model_dir);

  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // All nets of this project have one input. The outputs come in the registry's order.
  // Errors: kInternal - the runtime failed.
  Result<std::vector<Tensor>> Run(const Tensor& input) const;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Finds the model in the registry and opens it. Errors: kUsage - unknown name; kModel - see Session::Open.
Result<Session> OpenModel(const ModelRegistry& registry, std::string_view name,
                          const std::filesystem::path& model_dir);

}  // namespace gradphoto::nn
