// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/bands.h"

#include <array>

#include "lib/base/yaml.h"

namespace gradphoto::compare {

std::string_view BandName(Band band) {
  constexpr std::array<std::string_view, 3> kNames = {"match", "review", "mismatch"};
  return kNames[static_cast<std::size_t>(band)];
}

Band Bands::Of(double similarity) const {
  if (similarity >= match) return Band::kMatch;
  return similarity < mismatch ? Band::kMismatch : Band::kReview;
}

Result<Bands> LoadBands(const std::filesystem::path& config_dir) {
  const auto root = ReadYamlFile(config_dir / "comparison.yaml");
  if (!root) return std::unexpected(root.error());
  YamlMap map(*root);
  Bands bands;
  bands.model = map.String("model").value_or("");
  const std::string order = map.String("channel_order").value_or("bgr");
  if (order != "bgr" && order != "rgb") map.Fail(root->MakeError("channel_order must be bgr or rgb"));
  bands.channel_order = order == "rgb" ? face::ChannelOrder::kRgb : face::ChannelOrder::kBgr;
  bands.match = map.Double("match_similarity").value_or(0);
  bands.mismatch = map.Double("mismatch_similarity").value_or(0);
  bands.min_interocular_px = map.Double("min_interocular_px").value_or(0);
  map.String("source");
  if (bands.mismatch > bands.match) map.Fail(root->MakeError("mismatch_similarity is above match_similarity"));
  if (auto done = map.Finish(); !done) return std::unexpected(done.error());
  return bands;
}

}  // namespace gradphoto::compare
