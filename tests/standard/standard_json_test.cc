// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/standard_json.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::Json;
using gradphoto::standard::FindStandard;
using gradphoto::standard::ToJson;

namespace {

Json Load(std::string_view name) {
  const auto standard = FindStandard(gradphoto::testing::SourceDir() / "configs", name);
  if (!standard) FAIL(standard.error().message);
  return ToJson(*standard);
}

}  // namespace

TEST_CASE("JSON has the keys of the profile, with what it inherits") {
  const Json json = Load("chsi-2017-white");
  CHECK(json["name"] == "chsi-2017-white");
  CHECK(json["frame"]["width_px"] == 480);
  CHECK(json["placement"][0]["measure"] == "eye_line");
  CHECK(json["placement"][0]["from"] == "top");
  CHECK(json["placement"][0]["target"] == Json({250, 260}));
  CHECK(json["background"]["policy"] == "if-needed");
  CHECK(json["background"]["when_uncertain"] == "keep-original");
  CHECK(json["background"]["colours"] == Json::parse(R"([{"name":"white","rgb":[255,255,255]}])"));
  CHECK(json["file"]["target_bytes"] == Json({30721, 40000}));
  CHECK(json["glasses"] == "allowed");
  CHECK(json["checks"]["HEAD_TILTED"]["reject_deg"] == 8);
  CHECK_FALSE(json["checks"]["HEAD_TILTED"].contains("review_deg"));
  CHECK(json["checks"]["NO_FACE"]["severity"] == "reject");
}

TEST_CASE("open ends, edges of lengths and exact sizes are left out where they say nothing") {
  const Json card = Load("id-card");
  CHECK_FALSE(card["placement"][0].contains("max"));
  CHECK_FALSE(card["placement"][1].contains("from"));
  const Json cet = Load("cet");
  CHECK_FALSE(cet["frame"].contains("width_px"));
  CHECK(cet["frame"]["min_px"] == Json({144, 192}));
  CHECK(cet["frame"]["aspect"] == Json({3, 4}));
}

TEST_CASE("checks stand in order of importance") {
  const Json json = Load("chsi-2017");
  std::vector<std::string> codes;
  for (const auto& [code, rule] : json["checks"].items()) codes.push_back(code);
  CHECK(codes.front() == "UNREADABLE");
  CHECK(codes.back() == "UPLOAD_NAME");
}
