// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/engine.h"

#include "lib/base/resources.h"
#include "lib/base/version.h"
#include "lib/nn/registry.h"

namespace gradphoto::pipeline {

Result<Resources> Resources::Load(const EngineOptions& options) {
  auto config_dir = FindConfigDir(options.config_dir);
  if (!config_dir) return std::unexpected(config_dir.error());
  auto standard = standard::FindStandard(*config_dir, options.standard);
  if (!standard) return std::unexpected(standard.error());
  auto registry = nn::ModelRegistry::Load(*config_dir);
  if (!registry) return std::unexpected(registry.error());
  auto model_dir = FindModelDir(options.model_dir);
  if (!model_dir) return std::unexpected(model_dir.error());
  return Resources{std::move(*config_dir), std::move(*model_dir), std::move(*standard), std::move(*registry)};
}

Result<Engine> Engine::Create(const EngineOptions& options) {
  auto resources = Resources::Load(options);
  if (!resources) return std::unexpected(resources.error());
  const nn::ModelRegistry& registry = resources->registry;
  const std::filesystem::path& model_dir = resources->model_dir;
  auto exemptions = roster::ExemptionTable::Load(resources->config_dir);
  if (!exemptions) return std::unexpected(exemptions.error());
  auto detector = face::Detector::Create(registry, model_dir);
  if (!detector) return std::unexpected(detector.error());
  auto landmarker = face::Landmarker::Create(registry, model_dir);
  if (!landmarker) return std::unexpected(landmarker.error());
  auto eye_net = face::EyeNet::Create(registry, model_dir);
  if (!eye_net) return std::unexpected(eye_net.error());
  auto masker = matte::PersonMasker::Create(registry, model_dir);
  if (!masker) return std::unexpected(masker.error());

  Json tool;
  tool["version"] = Version();
  tool["standard"] = resources->standard.Id();
  tool["models"] = registry.Fingerprint();
  return Engine{std::move(resources->standard), options.decode_limits, std::move(*detector),
                std::move(*landmarker),         std::move(*eye_net),   std::move(*masker),
                std::move(*exemptions),         std::move(tool)};
}

}  // namespace gradphoto::pipeline
