// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/engine.h"

#include "lib/base/resources.h"
#include "lib/base/version.h"
#include "lib/nn/registry.h"

namespace gradphoto::pipeline {

Result<Engine> Engine::Create(const EngineOptions& options) {
  const auto config_dir = FindConfigDir(options.config_dir);
  if (!config_dir) return std::unexpected(config_dir.error());
  auto standard = standard::FindStandard(*config_dir, options.standard);
  if (!standard) return std::unexpected(standard.error());
  const auto registry = nn::ModelRegistry::Load(*config_dir);
  if (!registry) return std::unexpected(registry.error());
  const auto model_dir = FindModelDir(options.model_dir);
  if (!model_dir) return std::unexpected(model_dir.error());

  auto detector = face::Detector::Create(*registry, *model_dir);
  if (!detector) return std::unexpected(detector.error());
  auto landmarker = face::Landmarker::Create(*registry, *model_dir);
  if (!landmarker) return std::unexpected(landmarker.error());
  auto eye_net = face::EyeNet::Create(*registry, *model_dir);
  if (!eye_net) return std::unexpected(eye_net.error());
  auto masker = matte::PersonMasker::Create(*registry, *model_dir);
  if (!masker) return std::unexpected(masker.error());

  Json tool;
  tool["version"] = Version();
  tool["standard"] = standard->Id();
  tool["models"] = registry->Fingerprint();
  return Engine{std::move(*standard), options.decode_limits, std::move(*detector), std::move(*landmarker),
                std::move(*eye_net), std::move(*masker), std::move(tool)};
}

}  // namespace gradphoto::pipeline
