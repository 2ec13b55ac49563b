// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/comparison.h"

#include <cmath>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/check/judge.h"
#include "lib/standard/codes.h"

namespace gradphoto::pipeline {

Comparer::Comparer(standard::Standard standard, compare::Bands bands, image::DecodeLimits limits,
                   face::Detector detector, face::Landmarker landmarker, compare::Embedder embedder)
    : standard_(std::move(standard)),
      bands_(std::move(bands)),
      limits_(limits),
      detector_(std::move(detector)),
      landmarker_(std::move(landmarker)),
      embedder_(std::move(embedder)) {}

Result<Comparer> Comparer::Create(const EngineOptions& options) {
  auto resources = Resources::Load(options);
  if (!resources) return std::unexpected(resources.error());
  auto bands = compare::LoadBands(resources->config_dir);
  if (!bands) return std::unexpected(bands.error());
  auto detector = face::Detector::Create(resources->registry, resources->model_dir);
  if (!detector) return std::unexpected(detector.error());
  auto landmarker = face::Landmarker::Create(resources->registry, resources->model_dir);
  if (!landmarker) return std::unexpected(landmarker.error());
  auto embedder = compare::Embedder::Create(resources->registry, bands->model, resources->model_dir);
  if (!embedder) return std::unexpected(embedder.error());
  return Comparer(std::move(resources->standard), std::move(*bands), options.decode_limits,
                  std::move(*detector), std::move(*landmarker), std::move(*embedder));
}

Result<std::optional<FaceTemplate>> Comparer::TemplateOf(const std::filesystem::path& file) const {
  const auto bytes = ReadFile(file, limits_.max_file_bytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto photo = image::Decode(*bytes, limits_);
  if (!photo) return Fail(ErrorKind::kInput, file.string() + ": " + photo.error().message);
  const auto faces = detector_.Detect(photo->bgr);
  if (!faces) return std::unexpected(faces.error());
  for (const face::Face& candidate : *faces) {
    const auto landmarks = landmarker_.Find(photo->bgr, candidate);
    if (!landmarks) return std::unexpected(landmarks.error());
    if (landmarks->face_probability < 0.5) continue;
    auto values = embedder_.Embed(photo->bgr, *landmarks);
    if (!values) return std::unexpected(values.error());
    const double interocular =
        cv::norm(landmarks->At(face::point::kRightPupil) - landmarks->At(face::point::kLeftPupil));
    return FaceTemplate{std::move(*values), interocular};
  }
  return std::nullopt;
}

void Comparer::Add(Record& record, std::string_view code, std::string detail) const {
  if (auto finding = check::Failed(standard_, code, std::move(detail))) record.Add(std::move(*finding));
}

Record Comparer::Compare(Record record) const {
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kComparison; });
  const auto reference = record.comparison.find("reference");
  if (reference == record.comparison.end() || !reference->is_string()) {
    Add(record, "REFERENCE_MISSING", "");
    return record;
  }
  const auto expected = TemplateOf(reference->get<std::string>());
  if (!expected || !*expected) {
    Add(record, "REFERENCE_UNUSABLE", expected ? "no face found" : expected.error().message);
    return record;
  }
  const auto seen = TemplateOf(record.photo);
  if (!seen) {
    record.Add({"UNREADABLE", Severity::kError, {}, {}, {}, {}, seen.error().message});
    return record;
  }
  if (!*seen) {
    Add(record, "NO_FACE", "");
    return record;
  }
  const FaceTemplate &face = **seen, &other = **expected;
  const double similarity = std::round(compare::Similarity(face.values, other.values) * 1e4) / 1e4;
  const compare::Band band = bands_.Of(similarity);
  record.comparison["similarity"] = similarity;
  record.comparison["band"] = compare::BandName(band);
  record.comparison["reference_interocular_px"] = std::round(other.interocular_px * 10) / 10;
  if (other.interocular_px < bands_.min_interocular_px) {
    // Too few pixels to hold against the student.
    Add(record, "REFERENCE_UNUSABLE", "the face on the reference is too small");
  } else if (band == compare::Band::kMismatch) {
    Add(record, "FACE_MISMATCH", "");
  } else if (band == compare::Band::kReview) {
    Add(record, "FACE_UNCERTAIN", "");
  }
  return record;
}

}  // namespace gradphoto::pipeline
