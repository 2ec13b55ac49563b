// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/engine.h"

#include <algorithm>
#include <future>

#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/nn/registry.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::pipeline {
namespace {

// The job's severities take the place of the standard's. Only where a yes/no finding is a matter of the
// school's policy: what a photo must be is the standard's affair.
Result<void> SetSeverities(standard::Standard& standard, const EngineOptions& options) {
  for (const auto& [code, severity] : options.severities) {
    std::vector<std::string> valid;
    for (const standard::Code known : standard::AllCodes()) {
      if (known.stage() == standard::Stage::kComparison || known.stage() == standard::Stage::kIdentity ||
          known.stage() == standard::Stage::kBatch) {
        valid.emplace_back(known);
      }
    }
    if (std::ranges::find(valid, code) == valid.end()) {
      return Fail(ErrorKind::kUsage, UnknownNameMessage("code for a severity", code, valid));
    }
    if (severity == Severity::kError || severity == Severity::kNotAssessed) {
      return Fail(ErrorKind::kUsage, code + ": a severity must be info, warn, review or reject");
    }
    standard.checks[standard::Code::Find(code).value()].severity = severity;
  }
  return {};
}

// Errors: kUsage - a file is missing.
Result<std::string> HashOfRules(const standard::Standard& standard, const std::filesystem::path& config_dir) {
  std::string all = standard::RulesHash(standard);
  for (const char* file : {"comparison.yaml", "exemptions.yaml", "reasons.yaml"}) {
    const auto hash = Sha256File(config_dir / file);
    if (!hash) return Fail(ErrorKind::kUsage, hash.error().message);
    all += *hash;
  }
  return Sha256Hex(all).substr(0, 16);
}

}  // namespace

Result<Resources> Resources::Load(const EngineOptions& options) {
  TRY_ASSIGN(auto config_dir, FindConfigDir(options.config_dir));
  TRY_ASSIGN(auto standard, standard::FindStandard(config_dir, options.standard));
  TRY(SetSeverities(standard, options));
  TRY_ASSIGN(auto registry, nn::ModelRegistry::Load(config_dir));
  TRY_ASSIGN(auto model_dir, FindModelDir(options.model_dir));
  return Resources{std::move(config_dir), std::move(model_dir), std::move(standard), std::move(registry)};
}

Result<Engine> Engine::Create(const EngineOptions& options) {
  TRY_ASSIGN(auto resources, Resources::Load(options));
  const nn::ModelRegistry& registry = resources.registry;
  const std::filesystem::path& model_dir = resources.model_dir;
  TRY_ASSIGN(auto exemptions, roster::ExemptionTable::Load(resources.config_dir));
  // The nets for writing take a third of the time; they are opened beside the others.
  auto opening = std::async(std::launch::async, [&] { return text::Reader::Create(registry, model_dir); });
  TRY_ASSIGN(auto detector, face::Detector::Create(registry, model_dir));
  TRY_ASSIGN(auto landmarker, face::Landmarker::Create(registry, model_dir));
  TRY_ASSIGN(auto eye_net, face::EyeNet::Create(registry, model_dir));
  TRY_ASSIGN(auto masker, matte::PersonMasker::Create(registry, model_dir));
  TRY_ASSIGN(auto reader, opening.get());
  std::optional<matte::ExternalNet> second_matte;
  if (!registry.second_matte().empty()) {
    TRY_ASSIGN(auto net, matte::ExternalNet::Create(registry, registry.second_matte(), model_dir));
    second_matte = std::move(net);
  }

  Json tool;
  tool["version"] = Version();
  tool["standard"] = resources.standard.Id();
  tool["models"] = registry.Fingerprint();
  for (const auto& [code, severity] : options.severities) tool["severities"][code] = SeverityName(severity);
  Json reuse_key = tool;
  TRY_ASSIGN(reuse_key["rules"], HashOfRules(resources.standard, resources.config_dir));
  reuse_key["build"] = Commit();
  return Engine{std::move(resources.standard),
                options.decode_limits,
                std::move(detector),
                std::move(landmarker),
                std::move(eye_net),
                std::move(masker),
                std::move(reader),
                std::move(second_matte),
                std::move(exemptions),
                std::move(tool),
                std::move(reuse_key)};
}

}  // namespace gradphoto::pipeline
