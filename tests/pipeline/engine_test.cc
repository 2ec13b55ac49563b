// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/engine.h"

#include <doctest/doctest.h>

#include "lib/base/version.h"
#include "tests/support/engine.h"

using gradphoto::ErrorKind;
using gradphoto::pipeline::Engine;
using gradphoto::pipeline::EngineOptions;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::ModelDir;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

TEST_CASE("the engine says in every record what it is made of") {
  const Engine& engine = LoadedEngine();
  CHECK(engine.standard.name == "chsi-2017");
  CHECK(engine.tool["version"] == gradphoto::Version());
  CHECK(engine.tool["standard"] == engine.standard.Id());
  CHECK(engine.tool["models"].get<std::string>().size() == 16);
}

TEST_CASE("an unknown standard or configuration is a usage error, a missing model a model error") {
  EngineOptions options;
  options.config_dir = SourceDir() / "configs";
  options.model_dir = ModelDir();
  options.standard = "no-such-standard";
  CHECK(Engine::Create(options).error().kind == ErrorKind::kUsage);
  const TempDir empty;
  options.standard = "chsi-2017";
  options.model_dir = empty.path();
  CHECK(Engine::Create(options).error().kind == ErrorKind::kModel);
  empty.Write("blazeface-back.onnx", "not the model");
  const auto altered = Engine::Create(options);
  REQUIRE_FALSE(altered.has_value());
  CHECK(altered.error().kind == ErrorKind::kModel);
  CHECK(altered.error().message.find("blazeface-back.onnx") != std::string::npos);
  options.config_dir = empty.path();
  CHECK(Engine::Create(options).error().kind == ErrorKind::kUsage);
}
