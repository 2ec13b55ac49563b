// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/rules.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/base/sha256.h"
#include "lib/base/yaml.h"

namespace gradphoto::compare {
namespace {

// What a template is made of; renamed when align.h or Embedder::Embed changes.
constexpr std::string_view kTemplateKind = "face and mirror image, balanced points";

void Require(bool good, YamlMap& map, const YamlNode& node, const std::string& message) {
  if (!good) map.Fail(node.MakeError(message));
}

// A map of `parent`; empty values and a kept error when it is missing or wrong.
template <typename Read>
void ReadPart(YamlMap& parent, const std::string& key, Read&& read) {
  const YamlNode* node = parent.Node(key);
  if (node == nullptr) return;
  YamlMap map(*node);
  read(map, *node);
  if (auto done = map.Finish(); !done) parent.Fail(done.error());
}

NetRule ReadNet(YamlMap& map, const YamlNode& node) {
  NetRule net;
  net.model = map.String("model").value_or("");
  const std::string order = map.String("channel_order").value_or("bgr");
  Require(order == "bgr" || order == "rgb", map, node, "channel_order must be bgr or rgb");
  net.channel_order = order == "rgb" ? face::ChannelOrder::kRgb : face::ChannelOrder::kBgr;
  net.weight = map.Double("weight").value_or(0);
  Require(net.weight > 0 && net.weight < 1, map, node, "weight must lie between 0 and 1");
  return net;
}

}  // namespace

std::string_view BandName(Band band) {
  constexpr std::array<std::string_view, 3> kNames = {"match", "review", "mismatch"};
  return kNames[static_cast<std::size_t>(band)];
}

double DuplicateRule::SimilarityFor(std::size_t photos) const {
  const double decades = std::max(0.0, std::log10(static_cast<double>(std::max<std::size_t>(photos, 1)) / 100));
  return std::min(max_similarity, similarity + similarity_per_decade * decades);
}

Band Rules::Of(double similarity) const {
  if (similarity >= match) return Band::kMatch;
  return similarity < mismatch ? Band::kMismatch : Band::kReview;
}

Template Rules::Fuse(const Template& first_template, const Template& second_template) const {
  Template fused;
  fused.reserve(first_template.size() + second_template.size());
  const auto first_scale = static_cast<float>(std::sqrt(first.weight));
  const auto second_scale = static_cast<float>(std::sqrt(second.weight));
  for (const float value : first_template) fused.push_back(first_scale * value);
  for (const float value : second_template) fused.push_back(second_scale * value);
  return fused;
}

Result<Rules> LoadRules(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "comparison.yaml"));
  YamlMap map(root);
  Rules rules;
  ReadPart(map, "first", [&](YamlMap& part, const YamlNode& node) { rules.first = ReadNet(part, node); });
  ReadPart(map, "second", [&](YamlMap& part, const YamlNode& node) { rules.second = ReadNet(part, node); });
  Require(std::abs(rules.first.weight + rules.second.weight - 1) < 1e-9, map, root,
          "the two weights must sum to 1");
  ReadPart(map, "bands", [&](YamlMap& part, const YamlNode& node) {
    rules.match = part.Double("match_similarity").value_or(0);
    rules.false_match_rate = part.Double("false_match_rate").value_or(0);
    rules.mismatch = part.Double("mismatch_similarity").value_or(0);
    rules.false_mismatch_rate = part.Double("false_mismatch_rate").value_or(0);
    part.String("source");
    Require(rules.mismatch <= rules.match, part, node, "mismatch_similarity is above match_similarity");
  });
  ReadPart(map, "trust", [&](YamlMap& part, const YamlNode& node) {
    TrustRule& trust = rules.trust;
    trust.min_interocular_px = part.Double("min_interocular_px").value_or(0);
    trust.trusted_interocular_px = part.Double("trusted_interocular_px").value_or(0);
    trust.max_blur_px = part.Double("max_blur_px").value_or(0);
    trust.min_norm = part.Double("min_norm").value_or(0);
    trust.min_tone_bits = part.Double("min_tone_bits").value_or(0);
    trust.max_second_face_ratio = part.Double("max_second_face_ratio").value_or(0);
    part.String("source");
    Require(trust.min_interocular_px <= trust.trusted_interocular_px, part, node,
            "min_interocular_px is above trusted_interocular_px");
  });
  ReadPart(map, "duplicates", [&](YamlMap& part, const YamlNode& node) {
    DuplicateRule& duplicates = rules.duplicates;
    duplicates.similarity = part.Double("similarity").value_or(0);
    duplicates.similarity_per_decade = part.Double("similarity_per_decade").value_or(0);
    duplicates.max_similarity = part.Double("max_similarity").value_or(0);
    duplicates.certain_similarity = part.Double("certain_similarity").value_or(0);
    duplicates.same_shot_correlation = part.Double("same_shot_correlation").value_or(0);
    part.String("source");
    Require(duplicates.similarity_per_decade >= 0, part, node, "similarity_per_decade must be 0 or more");
    Require(duplicates.similarity <= duplicates.max_similarity, part, node,
            "similarity is above max_similarity");
    Require(duplicates.max_similarity <= duplicates.certain_similarity, part, node,
            "max_similarity is above certain_similarity");
  });
  TRY(map.Finish());
  return rules;
}

Result<std::string> TemplateId(const Rules& rules, const nn::ModelRegistry& registry) {
  std::string text = std::string(kTemplateKind) + "\n";
  for (const NetRule* net : {&rules.first, &rules.second}) {
    TRY_ASSIGN(const auto spec, registry.Find(net->model));
    text += spec.sha256 + (net->channel_order == face::ChannelOrder::kRgb ? " rgb " : " bgr ") +
            std::to_string(net->weight) + "\n";
  }
  return Sha256Hex(text).substr(0, 16);
}

}  // namespace gradphoto::compare
