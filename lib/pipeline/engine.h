// SPDX-License-Identifier: Apache-2.0
// Everything that is loaded once and shared by all photos and threads: the standard and the nets.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "lib/base/error.h"
#include "lib/face/detect.h"
#include "lib/face/features.h"
#include "lib/face/landmarks.h"
#include "lib/image/decode.h"
#include "lib/matte/external_net.h"
#include "lib/matte/person_mask.h"
#include "lib/nn/registry.h"
#include "lib/record/record.h"
#include "lib/roster/exemptions.h"
#include "lib/standard/standard.h"
#include "lib/text/reader.h"

namespace gradphoto::pipeline {

struct EngineOptions {
  std::string standard = "chsi-2017";
  std::filesystem::path config_dir;  // Empty: see base/resources.h.
  std::filesystem::path model_dir;   // Empty: see base/resources.h.
  image::DecodeLimits decode_limits;
  // Severities of the job in place of the standard's, for codes about comparison and batch.
  std::map<std::string, Severity, std::less<>> severities;
};

// What the options lead to, before any model is opened.
struct Resources {
  // Errors: kUsage - configuration, a severity for a code that takes none; kModel - no model directory.
  static Result<Resources> Load(const EngineOptions& options);

  std::filesystem::path config_dir, model_dir;
  standard::Standard standard;
  nn::ModelRegistry registry;
};

// Read-only after creation; all members may be used from several threads at once.
struct Engine {
  // Errors: kUsage - configuration; kModel - a model is missing, altered or of another shape.
  static Result<Engine> Create(const EngineOptions& options);

  standard::Standard standard;
  image::DecodeLimits decode_limits;
  face::Detector detector;
  face::Landmarker landmarker;
  face::EyeNet eye_net;
  matte::PersonMasker masker;
  text::Reader reader;
  std::optional<matte::ExternalNet> second_matte;  // Of models.yaml; usually none.
  roster::ExemptionTable exemptions;
  Json tool;  // The record's field of this name: version, standard, fingerprint of the models.
  // The same and what else decides about a photo: "rules", hash of the resolved standard and of the files about
  // comparison, exemptions and reasons, and "build", the commit. What a batch remembers judgements by.
  Json reuse_key;
};

}  // namespace gradphoto::pipeline
