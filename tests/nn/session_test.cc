// SPDX-License-Identifier: Apache-2.0
#include "lib/nn/session.h"

#include <cmath>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/nn/late_session.h"
#include "tests/nn/models.h"
#include "tests/support/data.h"

using gradphoto::ErrorKind;
using gradphoto::nn::LateSession;
using gradphoto::nn::ModelRegistry;
using gradphoto::nn::OpenModel;
using gradphoto::nn::Session;
using gradphoto::nn::Tensor;
using gradphoto::nn::testing::ListWith;
using gradphoto::nn::testing::LoadText;
using gradphoto::testing::ModelDir;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

constexpr const char* kSmall = "fr-eye";  // The smallest net: one grey 24 x 24 picture in, two logits out.

ModelRegistry Shipped() { return ModelRegistry::Load(SourceDir() / "configs").value(); }

// The message of the kModel error that opening must give.
std::string ErrorOf(const ModelRegistry& registry, const fs::path& dir) {
  const auto session = OpenModel(registry, kSmall, dir);
  REQUIRE_FALSE(session.has_value());
  CHECK(session.error().kind == ErrorKind::kModel);
  CHECK(session.error().message.find("fr-eye.onnx") != std::string::npos);
  CHECK(session.error().message.find("scripts/setup") != std::string::npos);
  return session.error().message;
}

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Tensor Input(float value) { return {{1, 1, 24, 24}, std::vector<float>(24 * 24, value)}; }

}  // namespace

TEST_CASE("every shipped model opens: hash, names and shapes are as the list says") {
  const fs::path dir = ModelDir();
  const ModelRegistry registry = Shipped();
  for (const auto& model : registry.models()) {
    const auto session = Session::Open(model, dir);
    CAPTURE(model.name);
    if (!session) FAIL_CHECK(session.error().message);
  }
}

TEST_CASE("a missing model comes with the command that makes it") {
  const TempDir empty;
  CHECK(Contains(ErrorOf(Shipped(), empty.path()), "missing"));
}

TEST_CASE("one changed byte is noticed, and both hashes are told") {
  const fs::path model = ModelDir() / "fr-eye.onnx";
  const TempDir dir;
  const fs::path copy = dir.path() / "fr-eye.onnx";
  fs::copy_file(model, copy);
  CHECK(OpenModel(Shipped(), kSmall, dir.path()).has_value());
  {
    std::fstream file(copy, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(1000);
    const char before = static_cast<char>(file.get());
    file.seekp(1000);
    file.put(static_cast<char>(before ^ 1));
  }
  const std::string message = ErrorOf(Shipped(), dir.path());
  CHECK(Contains(message, gradphoto::Sha256File(copy).value()));
  CHECK(Contains(message, gradphoto::Sha256File(model).value()));
}

TEST_CASE("other shapes and names than the list says are refused, both are shown") {
  const auto input = LoadText(ListWith("shape: [1, 1, 24, 24]", "shape: [1, 1, 32, 32]"));
  REQUIRE(input.has_value());
  const std::string message = ErrorOf(*input, ModelDir());
  CHECK(Contains(message, "[1,1,32,32]"));
  CHECK(Contains(message, "[1,1,24,24]"));
  const auto output = LoadText(ListWith("shape: [1, 2]}", "shape: [1, 3]}"));
  CHECK(Contains(ErrorOf(*output, ModelDir()), "[1,3]"));
  const auto name = LoadText(ListWith("{name: output, shape: [1, 2]}", "{name: logits, shape: [1, 2]}"));
  CHECK(Contains(ErrorOf(*name, ModelDir()), "logits"));
  // A letter stands for a free dimension only.
  const auto free = LoadText(ListWith("shape: [1, 2]}", "shape: ['N', 2]}"));
  CHECK(Contains(ErrorOf(*free, ModelDir()), "[N,2]"));
  const auto fewer = LoadText(ListWith("- {name: output, shape: [1, 2]}",
                                       "- {name: output, shape: [1, 2]}\n      - {name: more, shape: [1, 2]}"));
  CHECK(Contains(ErrorOf(*fewer, ModelDir()), "outputs"));
}

TEST_CASE("a file that is no network, although its hash is right, is a model error") {
  const TempDir dir;
  dir.Write("fr-eye.onnx", "no network");
  const std::string hash = gradphoto::Sha256Hex("no network");
  const auto spec = Shipped().Find(kSmall);
  const auto registry = LoadText(ListWith(spec->sha256, hash));
  CHECK(Contains(ErrorOf(*registry, dir.path()), "cannot be loaded"));
}

TEST_CASE("an unknown name is a usage error") {
  CHECK(OpenModel(Shipped(), "no-such-model", ModelDir()).error().kind == ErrorKind::kUsage);
}

TEST_CASE("running gives the outputs in their shapes, the same from any thread; a wrong input is an error") {
  const auto session = OpenModel(Shipped(), kSmall, ModelDir());
  REQUIRE(session.has_value());
  const auto once = session->Run(Input(0.5f));
  REQUIRE(once.has_value());
  REQUIRE(once->size() == 1);
  CHECK(once->front().shape == std::vector<std::int64_t>{1, 2});
  REQUIRE(once->front().data.size() == 2);
  CHECK(std::isfinite(once->front().data[0]));
  CHECK(session->Run(Input(0.1f))->front().data != once->front().data);

  std::vector<std::vector<float>> results(8);
  {
    std::vector<std::jthread> threads;
    for (auto& result : results) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) result = session->Run(Input(0.5f))->front().data;
      });
    }
  }
  for (const auto& result : results) CHECK(result == once->front().data);

  const auto wrong = session->Run({{1, 1, 12, 12}, std::vector<float>(144)});
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().kind == ErrorKind::kInternal);
}

TEST_CASE(
    "a net that is opened late gives the same; a bad file is told before, what only opening shows by the run") {
  const auto spec = Shipped().Find(kSmall).value();
  const LateSession later(spec, ModelDir());
  const auto now = OpenModel(Shipped(), kSmall, ModelDir());
  CHECK(later.Run(Input(0.5f))->front().data == now->Run(Input(0.5f))->front().data);
  CHECK(LateSession::CheckFile(spec, ModelDir()));
  const TempDir dir;
  CHECK(Contains(LateSession::CheckFile(spec, dir.path()).error().message, "missing"));
  dir.Write("fr-eye.onnx", "other bytes");
  CHECK(Contains(LateSession::CheckFile(spec, dir.path()).error().message, "altered"));
  const auto wrong = LoadText(ListWith("shape: [1, 2]}", "shape: [1, 3]}"));
  const LateSession other(wrong->Find(kSmall).value(), ModelDir());
  for (int i = 0; i < 2; ++i) {
    const auto outputs = other.Run(Input(0.5f));
    REQUIRE_FALSE(outputs.has_value());
    CHECK(outputs.error().kind == ErrorKind::kModel);
  }
}
