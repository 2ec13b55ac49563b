// SPDX-License-Identifier: Apache-2.0
#include "lib/nn/registry.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/nn/models.h"

using gradphoto::ErrorKind;
using gradphoto::nn::ModelRegistry;
using gradphoto::nn::ModelSpec;
using gradphoto::nn::testing::ListWith;
using gradphoto::nn::testing::LoadText;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

std::string ErrorOf(const std::string& text) {
  const auto registry = LoadText(text);
  REQUIRE_FALSE(registry.has_value());
  CHECK(registry.error().kind == ErrorKind::kUsage);
  return registry.error().message;
}

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("every model of the shipped list says where it comes from and what it must be") {
  const auto registry = ModelRegistry::Load(SourceDir() / "configs");
  REQUIRE(registry.has_value());
  CHECK(registry->models().size() >= 5);
  std::set<std::string> files, hashes;
  for (const ModelSpec& model : registry->models()) {
    CAPTURE(model.name);
    CHECK(registry->Find(model.name)->file == model.file);
    CHECK(model.file.ends_with(".onnx"));
    CHECK_FALSE(model.task.empty());
    CHECK(Contains(model.source, "@"));
    CHECK_FALSE(model.licence.empty());
    CHECK(model.sha256.size() == 64);
    CHECK(model.inputs.size() == 1);
    CHECK_FALSE(model.outputs.empty());
    files.insert(model.file);
    hashes.insert(model.sha256);
  }
  CHECK(files.size() == registry->models().size());
  CHECK(hashes.size() == registry->models().size());
}

TEST_CASE("an unknown model is told with the valid names") {
  const auto registry = ModelRegistry::Load(SourceDir() / "configs");
  REQUIRE(registry.has_value());
  const auto unknown = registry->Find("selfi");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().kind == ErrorKind::kUsage);
  CHECK(Contains(unknown.error().message, "unknown model 'selfi'; did you mean 'selfie'?"));
  CHECK(Contains(unknown.error().message, "blazeface-back"));
}

TEST_CASE("errors of the list name the line and the key") {
  CHECK(Contains(ErrorOf(ListWith("name: selfie", "name: fr-eye")), "model 'fr-eye' stands twice"));
  CHECK(Contains(ErrorOf(ListWith("    licence: MIT (package)", "    license: MIT (package)")),
                 "unknown key 'license'; did you mean 'licence'?"));
  CHECK(Contains(ErrorOf(ListWith("    task: one eye open or closed\n", "")), "missing key 'task'"));
  CHECK(Contains(ErrorOf(ListWith("shape: [1, 2]", "shape: two")), "expected a list, got 'two'"));
  CHECK(Contains(ErrorOf("version: 1\n"), "missing key 'models'"));
  const TempDir empty;
  const auto absent = ModelRegistry::Load(empty.path());
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().kind == ErrorKind::kUsage);
  CHECK(Contains(absent.error().message, "models.yaml"));
}

TEST_CASE("a matting net says how it is fed, and a second matte must be one") {
  const auto registry = LoadText(ListWith("second_matte: ~", "second_matte: selfie-landscape"));
  if (!registry) FAIL(registry.error().message);
  CHECK(registry->second_matte() == "selfie-landscape");
  const auto matting = registry->Find("selfie-landscape")->matting;
  REQUIRE(matting.has_value());
  CHECK(matting->width_px == 256);
  CHECK(matting->height_px == 144);
  CHECK(matting->output == "mask");
  CHECK_FALSE(registry->Find("selfie")->matting.has_value());

  CHECK(Contains(ErrorOf(ListWith("second_matte: ~", "second_matte: selfie")),
                 "unknown matting net 'selfie'; valid: selfie-landscape"));
  CHECK(Contains(ErrorOf(ListWith("size_px: [256, 144]", "size_px: [144, 256]")),
                 "do not go with the input's shape"));
  CHECK(Contains(ErrorOf(ListWith("size_px: [256, 144]", "size_px: [256.5, 144]")), "whole numbers"));
  CHECK(Contains(ErrorOf(ListWith("layout: nchw ", "layout: nhwc ")), "do not go with the input's shape"));
  CHECK(Contains(ErrorOf(ListWith("fit: pad", "fit: padd")), "unknown fit 'padd'; did you mean 'pad'?"));
  CHECK(Contains(ErrorOf(ListWith("output: mask ", "output: alpha ")), "no output is called 'alpha'"));
  CHECK(Contains(ErrorOf(ListWith("divisor: [255, 255, 255]", "divisor: [255, 0, 255]")), "must not be 0"));
  CHECK(Contains(ErrorOf(ListWith("mean: [0, 0, 0]", "mean: [0, 0]")), "expected a list of 3 numbers"));
  CHECK(Contains(ErrorOf(ListWith("channel: 0", "channel: -1")), "must not be below 0"));
}

TEST_CASE("the fingerprint changes with any model and with nothing else") {
  const auto fingerprint = [](const std::string& text) { return LoadText(text)->Fingerprint(); };
  const std::string before = ModelRegistry::Load(SourceDir() / "configs")->Fingerprint();
  CHECK(before.size() == 16);
  CHECK(fingerprint(ListWith("task: one eye open or closed", "task: another text")) == before);
  CHECK(fingerprint(ListWith("second_matte: ~", "second_matte: selfie-landscape")) != before);
  CHECK(fingerprint(ListWith("name: fr-eye", "name: eye")) != before);
  CHECK(fingerprint(ListWith("sha256: 1afcea00", "sha256: 1afcea01")) != before);
  CHECK(fingerprint(ListWith("sha256: 28b2362a", "sha256: 28b2362b")) != before);  // The list of characters.
}
