// SPDX-License-Identifier: Apache-2.0
// The list of neural models in configs/models.yaml: where each comes from, its hash, and the names and shapes
// of its inputs and outputs. Reading the list touches no model file; nn/session.h opens them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::nn {

struct TensorSpec {
  std::string name;
  std::vector<std::string> shape;  // Each a number, or a letter for a free dimension ("N", "H", "W").
};

struct ModelSpec {
  std::string name;
  std::string file;    // Inside the model directory.
  std::string task;    // One line for people.
  std::string source;  // "package@version: file"
  std::string licence;
  std::string sha256;
  std::vector<TensorSpec> inputs, outputs;
};

class ModelRegistry {
 public:
  // Errors: kUsage - see base/yaml.h; repeated model name.
  static Result<ModelRegistry> Load(const std::filesystem::path& config_dir);

  const std::vector<ModelSpec>& models() const { return models_; }
  // Errors: kUsage - unknown name, with the valid ones.
  Result<ModelSpec> Find(std::string_view name) const;
  // Changes whenever any model of the list changes: the first 16 digits of the SHA-256 over names and hashes.
  std::string Fingerprint() const;

 private:
  std::vector<ModelSpec> models_;
};

}  // namespace gradphoto::nn
