// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/bands.h"

#include <doctest/doctest.h>

#include "lib/nn/registry.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::compare {
namespace {

constexpr std::string_view kGood =
    "model: net\nchannel_order: rgb\nmatch_similarity: 0.5\nmismatch_similarity: 0.3\nmin_interocular_px: "
    "18\nsource: made\n";

Result<Bands> Load(std::string text) {
  const testing::TempDir dir;
  dir.Write("comparison.yaml", text);
  return LoadBands(dir.path());
}

}  // namespace

TEST_CASE("a similarity at a limit belongs to the kinder band") {
  const auto bands = Load(std::string(kGood));
  REQUIRE(bands.has_value());
  CHECK(bands->model == "net");
  CHECK(bands->channel_order == face::ChannelOrder::kRgb);
  CHECK(bands->Of(0.51) == Band::kMatch);
  CHECK(bands->Of(0.5) == Band::kMatch);
  CHECK(bands->Of(0.499) == Band::kReview);
  CHECK(bands->Of(0.3) == Band::kReview);
  CHECK(bands->Of(0.299) == Band::kMismatch);
  CHECK(BandName(Band::kMatch) == "match");
  CHECK(BandName(Band::kReview) == "review");
  CHECK(BandName(Band::kMismatch) == "mismatch");
}

TEST_CASE("a bad file is a usage error that says what is wrong") {
  std::string swapped(kGood);
  swapped.replace(swapped.find("0.5"), 3, "0.2");
  const auto crossed = Load(swapped);
  REQUIRE(!crossed.has_value());
  CHECK(crossed.error().kind == ErrorKind::kUsage);
  CHECK(crossed.error().message.find("mismatch_similarity is above") != std::string::npos);
  const auto unknown = Load(std::string(kGood) + "match_similarty: 1\n");
  REQUIRE(!unknown.has_value());
  CHECK(unknown.error().message.find("did you mean 'match_similarity'") != std::string::npos);
  CHECK(!Load("model: net\nchannel_order: rgb\n").has_value());
}

TEST_CASE("the shipped bands name a model of the registry") {
  const auto bands = LoadBands(testing::SourceDir() / "configs");
  REQUIRE(bands.has_value());
  const auto registry = nn::ModelRegistry::Load(testing::SourceDir() / "configs");
  REQUIRE(registry.has_value());
  CHECK(registry->Find(bands->model).has_value());
  CHECK(bands->mismatch < bands->match);
}

}  // namespace gradphoto::compare
