// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/rules.h"

#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::compare {
namespace {

constexpr std::string_view kGood =
    "first: {model: a, channel_order: bgr, weight: 0.6}\n"
    "second: {model: b, channel_order: rgb, weight: 0.4}\n"
    "bands: {match_similarity: 0.5, false_match_rate: 0.001, mismatch_similarity: 0.3, false_mismatch_rate: "
    "0.01, source: made}\n"
    "trust: {min_interocular_px: 12, trusted_interocular_px: 18, max_blur_px: 1.8, min_norm: 2.8, "
    "min_tone_bits: 3,\n"
    "        max_second_face_ratio: 0.3, source: made}\n"
    "duplicates: {similarity: 0.6, similarity_per_decade: 0.1, max_similarity: 0.75, certain_similarity: 0.9, "
    "same_shot_correlation: 0.98, source: made}\n";

Result<Rules> Load(std::string_view text) {
  const testing::TempDir dir;
  dir.Write("comparison.yaml", text);
  return LoadRules(dir.path());
}

std::string With(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string MessageFor(std::string_view from, std::string_view to) {
  const auto rules = Load(With(from, to));
  REQUIRE(!rules.has_value());
  CHECK(rules.error().kind == ErrorKind::kUsage);
  return rules.error().message;
}

}  // namespace

TEST_CASE("a similarity at a limit belongs to the kinder band") {
  const auto rules = Load(kGood);
  REQUIRE(rules.has_value());
  CHECK(rules->first.model == "a");
  CHECK(rules->second.channel_order == face::ChannelOrder::kRgb);
  CHECK(rules->Of(0.51) == Band::kMatch);
  CHECK(rules->Of(0.5) == Band::kMatch);
  CHECK(rules->Of(0.499) == Band::kReview);
  CHECK(rules->Of(0.3) == Band::kReview);
  CHECK(rules->Of(0.299) == Band::kMismatch);
  CHECK(BandName(Band::kMatch) == "match");
  CHECK(BandName(Band::kReview) == "review");
  CHECK(BandName(Band::kMismatch) == "mismatch");
}

TEST_CASE("votes are fused by their weights, without a seam") {
  const auto rules = Load(kGood);
  REQUIRE(rules.has_value());
  CHECK(rules->Fuse(0.4, 0.5) == doctest::Approx(0.44));
  for (double first = -0.2; first < 1; first += 0.01) {
    CHECK(rules->Fuse(first + 0.01, 0.5) - rules->Fuse(first, 0.5) == doctest::Approx(0.006));
  }
}

TEST_CASE("products of fused templates are fused similarities") {
  const auto rules = Load(kGood);
  REQUIRE(rules.has_value());
  const Template a1 = {1, 0}, b1 = {0.6F, 0.8F}, a2 = {0, 1, 0}, b2 = {0, 0.28F, 0.96F};
  const Template a = rules->Fuse(a1, a2), b = rules->Fuse(b1, b2);
  CHECK(a.size() == 5);
  CHECK(Similarity(a, a) == doctest::Approx(1));
  CHECK(Similarity(a, b) == doctest::Approx(rules->Fuse(0.6, 0.28)));
}

TEST_CASE("the limit of duplicates rises with the batch") {
  const auto rules = Load(kGood);
  REQUIRE(rules.has_value());
  CHECK(rules->duplicates.SimilarityFor(0) == 0.6);
  CHECK(rules->duplicates.SimilarityFor(100) == 0.6);
  CHECK(rules->duplicates.SimilarityFor(1000) == doctest::Approx(0.7));
  CHECK(rules->duplicates.SimilarityFor(1'000'000) == 0.75);
}

TEST_CASE("a bad file is a usage error that says what is wrong") {
  CHECK(MessageFor("match_similarity: 0.5", "match_similarity: 0.2").find("is above match_similarity") !=
        std::string::npos);
  CHECK(MessageFor("weight: 0.4", "weight: 0.5").find("sum to 1") != std::string::npos);
  CHECK(MessageFor("weight: 0.4", "weight: 1.4").find("between 0 and 1") != std::string::npos);
  CHECK(MessageFor("channel_order: rgb", "channel_order: grb").find("bgr or rgb") != std::string::npos);
  CHECK(MessageFor("max_blur_px", "max_blr_px").find("did you mean 'max_blur_px'") != std::string::npos);
  CHECK(MessageFor("certain_similarity: 0.9", "certain_similarity: 0.7").find("above certain_similarity") !=
        std::string::npos);
  CHECK(MessageFor("false_match_rate: 0.001, ", "").find("false_match_rate") != std::string::npos);
}

TEST_CASE("the shipped rules name models of the registry, and their templates are told apart from others") {
  const auto rules = LoadRules(testing::SourceDir() / "configs");
  REQUIRE(rules.has_value());
  const auto registry = nn::ModelRegistry::Load(testing::SourceDir() / "configs");
  REQUIRE(registry.has_value());
  const auto id = TemplateId(*rules, *registry);
  REQUIRE(id.has_value());
  CHECK(id->size() == 16);
  Rules changed = *rules;
  changed.first.weight = 0.7, changed.second.weight = 0.3;
  CHECK(TemplateId(changed, *registry).value() != *id);
  changed = *rules;
  changed.second.channel_order = face::ChannelOrder::kBgr;
  CHECK(TemplateId(changed, *registry).value() != *id);
  changed.first.model = "none";
  CHECK(!TemplateId(changed, *registry).has_value());
}

}  // namespace gradphoto::compare
