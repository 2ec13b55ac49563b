// SPDX-License-Identifier: Apache-2.0
// What a similarity means: match, review or mismatch, from configs/comparison.yaml.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/face/tensor.h"

namespace gradphoto::compare {

enum class Band { kMatch, kReview, kMismatch };
std::string_view BandName(Band band);  // "match", "review", "mismatch"

struct Bands {
  face::ChannelOrder channel_order = face::ChannelOrder::kBgr;  // That the net was measured with.
  std::string model;              // Of configs/models.yaml; similarities of other nets mean something else.
  double match = 0;               // This similarity and above: the same person.
  double mismatch = 0;            // Below this: another person. Between the two a person decides.
  double min_interocular_px = 0;  // A reference with a smaller face is unusable.

  Band Of(double similarity) const;
};

// Errors: kUsage - see base/yaml.h; mismatch above match.
Result<Bands> LoadBands(const std::filesystem::path& config_dir);

}  // namespace gradphoto::compare
