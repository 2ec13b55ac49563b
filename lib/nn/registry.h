// SPDX-License-Identifier: Apache-2.0
// The list of neural models in configs/models.yaml: where each comes from, its hash, and the names and shapes
// of its inputs and outputs. Reading the list touches no model file; nn/session.h opens them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::nn {

struct TensorSpec {
  std::string name;
  std::vector<std::string> shape;  // Each a number, or a letter for a free dimension ("N", "H", "W").
};

// How a matting net of the user's own is fed and read; see docs/MATTING.md.
struct MattingSpec {
  enum class Fit { kStretch, kPad };   // To the input's size: stretched, or whole with grey at two sides.
  enum class Layout { kNchw, kNhwc };  // Of input and output.
  enum class Channels { kRgb, kBgr };
  enum class Activation { kNone, kSigmoid, kSoftmax, kMinMax };  // What makes 0..1 of the output.
  int width_px = 0, height_px = 0;
  Fit fit = Fit::kStretch;
  Layout layout = Layout::kNchw;
  Channels channels = Channels::kRgb;
  std::array<double, 3> mean{}, divisor{};  // In the net's channel order: (byte - mean) / divisor.
  std::string output;                       // Name of the output that holds alpha.
  int channel = 0;                          // Of that output.
  Activation activation = Activation::kNone;
};

// The list that goes with a net's classes, a file of its own in the model directory.
struct ListSpec {
  std::string file;
  std::string sha256;
};

struct ModelSpec {
  std::string name;
  std::string file;    // Inside the model directory.
  std::string task;    // One line for people.
  std::string source;  // "package@version: file"
  std::string licence;
  std::string sha256;
  std::vector<TensorSpec> inputs, outputs;
  std::optional<MattingSpec> matting;  // Only of nets that may be the second stage of matting.
  std::optional<ListSpec>
      characters;  // Only of nets that read: one character per class; see text/characters.h.
};

class ModelRegistry {
 public:
  // Errors: kUsage - see base/yaml.h; repeated model name; a second_matte that is no matting net.
  static Result<ModelRegistry> Load(const std::filesystem::path& config_dir);

  const std::vector<ModelSpec>& models() const { return models_; }
  // Errors: kUsage - unknown name, with the valid ones.
  Result<ModelSpec> Find(std::string_view name) const;
  // The net that looks again at mattes that are not trusted; empty: none.
  const std::string& second_matte() const { return second_matte_; }
  // Changes whenever any model of the list or the choice of the second matte changes: the first 16 digits of
  // the SHA-256 over names and hashes, those of lists included.
  std::string Fingerprint() const;

 private:
  std::vector<ModelSpec> models_;
  std::string second_matte_;
};

}  // namespace gradphoto::nn
