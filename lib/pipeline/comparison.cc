// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/comparison.h"

#include <cmath>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/check/judge.h"
#include "lib/face/find.h"
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
  auto embedder =
      compare::Embedder::Create(resources->registry, bands->model, bands->channel_order, resources->model_dir);
  if (!embedder) return std::unexpected(embedder.error());
  return Comparer(std::move(resources->standard), std::move(*bands), options.decode_limits,
                  std::move(*detector), std::move(*landmarker), std::move(*embedder));
}

std::expected<FaceTemplate, Comparer::Failure> Comparer::TemplateOf(const std::filesystem::path& file) const {
  using Kind = Failure::Kind;
  const auto fail = [](Kind kind, std::string why) { return std::unexpected(Failure{kind, std::move(why)}); };
  try {
    const auto bytes = ReadFile(file, limits_.max_file_bytes);
    if (!bytes) return fail(Kind::kUnreadable, "the file cannot be opened or is too large");
    const auto photo = image::Decode(*bytes, limits_);
    if (!photo) return fail(Kind::kUnreadable, photo.error().message);
    const auto orientation = photo->facts.orientation ? face::Orientation::kKnown : face::Orientation::kUnknown;
    const auto found = face::FindUprightFaces(detector_, landmarker_, photo->bgr, orientation);
    if (!found) return fail(Kind::kTechnical, found.error().message);
    if (found->faces.empty()) return fail(Kind::kNoFace, "no face found");
    const face::Landmarks& landmarks = found->faces.front().landmarks;
    auto values = embedder_.Embed(found->bgr, landmarks);
    if (!values) return fail(Kind::kTechnical, values.error().message);
    const double interocular =
        cv::norm(landmarks.At(face::point::kRightPupil) - landmarks.At(face::point::kLeftPupil));
    return FaceTemplate{std::move(*values), interocular};
  } catch (const std::exception& error) {  // OpenCV and the allocator throw; one photo must not end the batch.
    return fail(Kind::kTechnical, error.what());
  }
}

void Comparer::Add(Record& record, std::string_view code, std::string detail) const {
  if (auto finding = check::Failed(standard_, code, std::move(detail))) record.Add(std::move(*finding));
}

// What could not be read or failed was not judged, whatever the profile says.
void Comparer::AddFailure(Record& record, std::string_view code, const Failure& failure) const {
  if (failure.kind == Failure::Kind::kNoFace) return Add(record, code, failure.why);
  record.Add({std::string(code), Severity::kError, {}, {}, {}, {}, failure.why});
}

Record Comparer::Compare(Record record) const {
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kComparison; });
  for (const char* key : {"similarity", "band", "reference_interocular_px"}) record.comparison.erase(key);
  CompareWithReference(record);
  standard::SortFindings(record.findings);
  return record;
}

void Comparer::CompareWithReference(Record& record) const {
  const auto reference = record.comparison.find("reference");
  if (reference == record.comparison.end() || !reference->is_string()) {
    return Add(record, "REFERENCE_MISSING", "");
  }
  const auto expected = TemplateOf(reference->get<std::string>());
  if (!expected) return AddFailure(record, "REFERENCE_UNUSABLE", expected.error());
  const auto seen = TemplateOf(record.photo);
  if (!seen) return AddFailure(record, "PHOTO_UNUSABLE", seen.error());
  const double similarity = std::round(compare::Similarity(seen->values, expected->values) * 1e4) / 1e4;
  const compare::Band band = bands_.Of(similarity);
  record.comparison["similarity"] = similarity;
  record.comparison["band"] = compare::BandName(band);
  record.comparison["reference_interocular_px"] = std::round(expected->interocular_px * 10) / 10;
  if (expected->interocular_px < bands_.min_interocular_px) {
    // Too few pixels to hold against the student.
    Add(record, "REFERENCE_UNUSABLE", "the face on the reference is too small");
  } else if (band == compare::Band::kMismatch) {
    Add(record, "FACE_MISMATCH", "");
  } else if (band == compare::Band::kReview) {
    Add(record, "FACE_UNCERTAIN", "");
  }
}

}  // namespace gradphoto::pipeline
