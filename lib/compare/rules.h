// SPDX-License-Identifier: Apache-2.0
// What similarities mean, from configs/comparison.yaml: the nets, how their votes are fused, the bands with the
// error rate each stands for, what a reference must be to speak against a student, and what is a duplicate.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/compare/embedder.h"
#include "lib/face/tensor.h"

namespace gradphoto::compare {

enum class Band { kMatch, kReview, kMismatch };
std::string_view BandName(Band band);  // "match", "review", "mismatch"

struct NetRule {
  std::string model;  // Of configs/models.yaml.
  face::ChannelOrder channel_order = face::ChannelOrder::kBgr;
  double weight = 0.5;  // Of its vote; the weights of the two nets sum to 1.
};

struct TrustRule {
  double min_interocular_px = 0;  // A smaller face cannot be compared at all.
  // Outside of these a face can be recognized, but its strangeness proves nothing.
  double trusted_interocular_px = 0;
  double max_blur_px = 0;            // Of the aligned face, 112 px wide.
  double min_norm = 0;               // Embedding::norm of the first net.
  double min_tone_bits = 0;          // See tones.h.
  double max_second_face_ratio = 0;  // Area of a second, other person's face over the first.
};

struct DuplicateRule {
  // Fused; from here on two photos may show one person, in a batch of up to a hundred. Every tenfold batch
  // shows each photo ten times as many strangers, so the limit rises with it.
  double similarity = 0, similarity_per_decade = 0, max_similarity = 0;
  double certain_similarity = 0;     // From here on no twins, but one person.
  double same_shot_correlation = 0;  // See shot.h.
  double SimilarityFor(std::size_t photos) const;
};

struct Rules {
  NetRule first, second;
  double match = 0;                // This similarity and above: the same person.
  double mismatch = 0;             // Below this: another person. Between the two a person decides.
  double false_match_rate = 0;     // Of pairs of different people, called match: at most.
  double false_mismatch_rate = 0;  // Of pairs of one person, called mismatch: at most.
  TrustRule trust;
  DuplicateRule duplicates;

  Band Of(double similarity) const;
  double Fuse(double first_similarity, double second_similarity) const {
    return first.weight * first_similarity + second.weight * second_similarity;
  }
  // A unit vector whose products are the fused similarities.
  Template Fuse(const Template& first_template, const Template& second_template) const;
};

// Errors: kUsage - see base/yaml.h; bounds in the wrong order, weights that do not sum to 1.
Result<Rules> LoadRules(const std::filesystem::path& config_dir);

// Changes whenever fused templates stop being comparable: how faces are aligned, nets (by hash), channel
// orders, weights. 16 hex digits. Errors: kUsage - a net is not in the registry.
Result<std::string> TemplateId(const Rules& rules, const nn::ModelRegistry& registry);

}  // namespace gradphoto::compare
