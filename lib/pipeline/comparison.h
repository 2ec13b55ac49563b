// SPDX-License-Identifier: Apache-2.0
// 人像比对: is the person on the photo the person on the reference? Decodes both, finds the faces, compares
// them and writes findings and the record's field `comparison`. Thread-safe; nothing is stored.
#pragma once

#include <filesystem>
#include <optional>
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

  // The template of the largest face of a file; nothing when it shows none. Errors: kInput - unreadable, with
  // the file's name.
  Result<std::optional<FaceTemplate>> TemplateOf(const std::filesystem::path& file) const;

  // Compares record.photo with record.comparison["reference"]. Findings of an earlier comparison are replaced:
  // REFERENCE_MISSING without a reference, REFERENCE_UNUSABLE when it shows no face or a tiny one,
  // FACE_MISMATCH, FACE_UNCERTAIN; a photo without a face is NO_FACE, one that cannot be read UNREADABLE.
  Record Compare(Record record) const;

  const compare::Bands& bands() const { return bands_; }

 private:
  Comparer(standard::Standard standard, compare::Bands bands, image::DecodeLimits limits,
           face::Detector detector, face::Landmarker landmarker, compare::Embedder embedder);
  void Add(Record& record, std::string_view code, std::string detail) const;

  standard::Standard standard_;
  compare::Bands bands_;
  image::DecodeLimits limits_;
  face::Detector detector_;
  face::Landmarker landmarker_;
  compare::Embedder embedder_;
};

}  // namespace gradphoto::pipeline
