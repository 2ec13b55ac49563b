// SPDX-License-Identifier: Apache-2.0
// 人像比对: is the person on the photo the person on the reference? Decodes both, finds the faces, compares
// them and writes findings and the record's field `comparison`. Thread-safe; nothing is stored.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "lib/base/error.h"
#include "lib/compare/bands.h"
#include "lib/compare/embedder.h"
#include "lib/face/detect.h"
#include "lib/face/landmarks.h"
#include "lib/image/decode.h"
#include "lib/pipeline/engine.h"
#include "lib/record/record.h"
#include "lib/standard/standard.h"

namespace gradphoto::pipeline {

struct FaceTemplate {
  compare::Template values;
  double interocular_px = 0;  // Of the face in its picture.
};

class Comparer {
 public:
  // Errors: as Engine::Create.
  static Result<Comparer> Create(const EngineOptions& options);

  // Why a file gives no template; `why` names no file.
  struct Failure {
    enum class Kind { kUnreadable, kNoFace, kTechnical };
    Kind kind = Kind::kUnreadable;
    std::string why;
  };
  // The template of the largest face of a file, found as ProcessPhoto finds it.
  std::expected<FaceTemplate, Failure> TemplateOf(const std::filesystem::path& file) const;

  // Compares record.photo with record.comparison["reference"]. What an earlier comparison left is replaced:
  // REFERENCE_MISSING without a reference, REFERENCE_UNUSABLE when it shows no face or a tiny one,
  // PHOTO_UNUSABLE when the photo shows none, FACE_MISMATCH, FACE_UNCERTAIN. A file that cannot be read is an
  // error.
  Record Compare(Record record) const;

  const compare::Bands& bands() const { return bands_; }

 private:
  Comparer(standard::Standard standard, compare::Bands bands, image::DecodeLimits limits,
           face::Detector detector, face::Landmarker landmarker, compare::Embedder embedder);
  void Add(Record& record, std::string_view code, std::string detail) const;
  void AddFailure(Record& record, std::string_view code, const Failure& failure) const;
  void CompareWithReference(Record& record) const;

  standard::Standard standard_;
  compare::Bands bands_;
  image::DecodeLimits limits_;
  face::Detector detector_;
  face::Landmarker landmarker_;
  compare::Embedder embedder_;
};

}  // namespace gradphoto::pipeline
