// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/comparison.h"

#include <cmath>
#include <condition_variable>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/base/photo_archive.h"
#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/check/judge.h"
#include "lib/check/monochrome.h"
#include "lib/check/sharpness.h"
#include "lib/compare/align.h"
#include "lib/compare/tones.h"
#include "lib/face/find.h"
#include "lib/standard/codes.h"

namespace gradphoto::pipeline {
namespace {

using Kind = Comparer::Failure::Kind;

std::unexpected<Comparer::Failure> Failed(Kind kind, std::string why) {
  return std::unexpected(Comparer::Failure{kind, std::move(why)});
}

// Colour changes slowly over a face: a sixteenth of the pixels tells as much.
double ChromaOf(const cv::Mat& aligned) {
  check::FacePatch patch;
  patch.bgr = aligned;
  patch.mask = cv::Mat(aligned.size(), CV_8U, cv::Scalar(255));
  return check::FaceChroma(patch);
}

std::string ReferenceOf(const Record& record) {
  const auto reference = record.comparison.find("reference");
  return reference != record.comparison.end() && reference->is_string() ? reference->get<std::string>() : "";
}

// Of two faces of one picture: the first alone stands on its middle line, so it is whom the picture shows, and
// the other one a neighbour. Faces looked at from near are not of one picture.
bool StandsInTheMiddle(const face::Portrait& first, const face::Portrait& next) {
  if (first.bgr.data != next.bgr.data) return false;
  const double middle = first.bgr.cols / 2.0;
  const auto covers = [&](const cv::Rect2d& box) { return box.x <= middle && middle <= box.x + box.width; };
  return covers(first.face.face.box) && !covers(next.face.face.box);
}

// Larger than any net needs.
constexpr int kMostWindow_px = 1024;

}  // namespace

std::optional<text::Quad> ReferenceWindow(const Record& record) {
  const auto found = record.comparison.find("reference_window");
  return found == record.comparison.end() ? std::nullopt : text::QuadFrom(*found);
}

// Faces of files that are used several times. Whoever comes first looks at the file, the others wait.
class Comparer::Cache {
 public:
  void Expect(const std::string& file, Role role) { ++entries_[{file, role}].uses; }
  // What is used once is not kept.
  void DropSingles() {
    std::erase_if(entries_, [](const auto& item) { return item.second.uses < 2; });
  }

  Face Get(const std::string& file, Role role, const std::function<Face()>& look) {
    std::unique_lock lock(mutex_);
    const auto found = entries_.find({file, role});
    if (found == entries_.end()) {
      lock.unlock();
      return look();
    }
    Entry& entry = found->second;
    if (entry.face) return Use(found);
    if (entry.busy) {
      changed_.wait(lock, [&] { return entry.face.has_value(); });
      return Use(found);
    }
    entry.busy = true;
    lock.unlock();
    Face face = look();
    lock.lock();
    entry.face = std::move(face);
    changed_.notify_all();
    return Use(found);
  }

 private:
  struct Entry {
    std::size_t uses = 0;
    bool busy = false;
    std::optional<Face> face;
  };
  using Entries = std::map<std::pair<std::string, Role>, Entry>;

  Face Use(Entries::iterator entry) {
    Face face = *entry->second.face;
    if (--entry->second.uses == 0) entries_.erase(entry);
    return face;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Entries entries_;
};

Comparer::Comparer(Resources resources, compare::Rules rules, std::string template_id,
                   image::DecodeLimits limits, face::Detector detector, face::Landmarker landmarker,
                   compare::Embedder first, compare::Embedder second)
    : standard_(std::move(resources.standard)),
      rules_(std::move(rules)),
      template_id_(std::move(template_id)),
      limits_(limits),
      detector_(std::move(detector)),
      landmarker_(std::move(landmarker)),
      first_(std::move(first)),
      second_(std::move(second)),
      cache_(std::make_shared<Cache>()) {}

Result<Comparer> Comparer::Create(const EngineOptions& options) {
  TRY_ASSIGN(auto resources, Resources::Load(options));
  const nn::ModelRegistry& registry = resources.registry;
  const std::filesystem::path& model_dir = resources.model_dir;
  TRY_ASSIGN(auto rules, compare::LoadRules(resources.config_dir));
  TRY_ASSIGN(auto template_id, compare::TemplateId(rules, registry));
  TRY_ASSIGN(auto detector, face::Detector::Create(registry, model_dir));
  TRY_ASSIGN(auto landmarker, face::Landmarker::Create(registry, model_dir));
  const auto open = [&](const compare::NetRule& net) {
    return compare::Embedder::Create(registry, net.model, net.channel_order, model_dir);
  };
  TRY_ASSIGN(auto first, open(rules.first));
  TRY_ASSIGN(auto second, open(rules.second));
  return Comparer(std::move(resources), std::move(rules), std::move(template_id), options.decode_limits,
                  std::move(detector), std::move(landmarker), std::move(first), std::move(second));
}

void Comparer::Expect(std::span<const Record> records) {
  for (const Record& record : records) {
    if (!record.photo.empty()) cache_->Expect(record.photo, Role::kPhoto);
    if (const std::string reference = ReferenceOf(record); !reference.empty() && !ReferenceWindow(record)) {
      cache_->Expect(reference, Role::kReference);
    }
  }
  cache_->DropSingles();
}

Comparer::Face Comparer::FaceOf(const std::filesystem::path& file, Role role,
                                const std::optional<text::Quad>& window) const {
  if (window) return LookAt(file, role, window);
  return cache_->Get(file.string(), role, [&] { return LookAt(file, role, std::nullopt); });
}

Comparer::Face Comparer::FaceOf(const Analysis& analysis) const {
  try {
    if (!analysis.head) return Failed(Kind::kNoFace, "no face found");
    const NewFace face = MakeFace(analysis.bgr, analysis.head->landmarks);
    if (face) (*face)->other_person = IsSecondFace(analysis.second_face_ratio);
    return face;
  } catch (const std::exception& error) {
    return Failed(Kind::kTechnical, error.what());
  }
}

Comparer::Face Comparer::LookAt(const std::filesystem::path& file, Role role,
                                const std::optional<text::Quad>& window) const {
  try {
    auto bytes = ReadPhoto(file, limits_.max_file_bytes);
    if (!bytes) return Failed(Kind::kUnreadable, std::string(DetailOf(bytes.error().why)));
    const std::string sha256 = Sha256Hex(std::span(*bytes));
    const auto photo =
        image::DecodeInTime(std::make_shared<const std::vector<std::byte>>(*std::move(bytes)), limits_);
    if (!photo) return Failed(Kind::kUnreadable, photo.error().message);
    const bool upright = window || photo->facts.IsSurelyUpright();
    const auto orientation = upright ? face::Orientation::kKnown : face::Orientation::kUnknown;
    const cv::Mat bgr = window ? text::CutUpright(photo->bgr, *window, kMostWindow_px) : photo->bgr;
    const NewFace face =
        role == Role::kReference ? MakeReference(bgr, orientation) : MakePhoto(bgr, orientation);
    if (face) (*face)->sha256 = sha256;
    return face;
  } catch (const std::exception& error) {  // OpenCV and the allocator throw; one photo must not end the batch.
    return Failed(Kind::kTechnical, error.what());
  }
}

Comparer::NewFace Comparer::MakeFace(const cv::Mat& bgr, const face::Landmarks& landmarks) const {
  const auto points = compare::BalancedPoints(landmarker_, bgr, compare::PointsOf(landmarks));
  if (!points) return Failed(Kind::kTechnical, points.error().message);
  const cv::Mat aligned = compare::AlignFace(bgr, *points);
  auto first = first_.Embed(aligned), second = second_.Embed(aligned);
  if (!first || !second) return Failed(Kind::kTechnical, (first ? second : first).error().message);
  auto face = std::make_shared<ComparedFace>();
  face->interocular_px =
      cv::norm(landmarks.At(face::point::kRightPupil) - landmarks.At(face::point::kLeftPupil));
  face->blur_px = check::BlurSigma(aligned).value_or(0);
  face->tone_bits = compare::ToneBits(aligned);
  face->chroma = ChromaOf(aligned);
  face->norm = first->norm;
  face->first = std::move(first->values);
  face->second = std::move(second->values);
  face->shot = compare::FingerprintOfShot(aligned);
  return face;
}

Comparer::NewFace Comparer::MakePhoto(const cv::Mat& bgr, face::Orientation orientation) const {
  const auto found = face::FindUprightFaces(detector_, landmarker_, bgr, orientation);
  if (!found) return Failed(Kind::kTechnical, found.error().message);
  const std::vector<face::ConfirmedFace>& faces = found->faces;
  if (faces.empty()) return Failed(Kind::kNoFace, "no face found");
  NewFace face = MakeFace(found->bgr, faces.front().landmarks);
  if (face && faces.size() > 1) {
    (*face)->other_person = IsSecondFace(faces[1].face.box.area() / faces.front().face.box.area());
  }
  return face;
}

Comparer::NewFace Comparer::MakeReference(const cv::Mat& bgr, face::Orientation orientation) const {
  const auto portraits = face::FindPortraits(detector_, landmarker_, bgr, orientation);
  if (!portraits) return Failed(Kind::kTechnical, portraits.error().message);
  if (portraits->empty()) return Failed(Kind::kNoFace, "no face found");
  NewFace face = MakeFace(portraits->front().bgr, portraits->front().face.landmarks);
  if (!face || portraits->size() < 2) return face;
  const face::Portrait& next = (*portraits)[1];
  if (!IsSecondFace(next.face.face.box.area() / portraits->front().face.face.box.area())) return face;
  if (StandsInTheMiddle(portraits->front(), next)) return face;
  // Cards carry a second, paler copy of the same portrait.
  const NewFace other = MakeFace(next.bgr, next.face.landmarks);
  if (!other) return other;
  (*face)->other_person = SimilarityOf(**face, **other).value < rules_.match;
  return face;
}

Comparer::Similarity Comparer::SimilarityOf(const ComparedFace& one, const ComparedFace& other) const {
  Similarity similarity;
  similarity.first = compare::Similarity(one.first, other.first);
  similarity.second = compare::Similarity(one.second, other.second);
  similarity.value = rules_.Fuse(similarity.first, similarity.second);
  return similarity;
}

compare::Template Comparer::FusedTemplate(const ComparedFace& face) const {
  return rules_.Fuse(face.first, face.second);
}

void Comparer::Add(Record& record, standard::Code code, std::string detail) const {
  if (auto finding = check::Failed(standard_, code, std::move(detail))) record.Add(std::move(*finding));
}

void Comparer::AddSimilarity(Record& record, standard::Code code, double similarity, std::string detail) const {
  auto finding = check::Failed(standard_, code, std::move(detail));
  if (!finding) return;
  finding->value = similarity;
  finding->limit_min = rules_.match;
  record.Add(std::move(*finding));
}

// What could not be read or failed was not judged, whatever the profile says.
void Comparer::AddFailure(Record& record, standard::Code code, const Failure& failure) const {
  if (failure.kind == Failure::Kind::kNoFace) return Add(record, code, failure.why);
  record.Add(standard::MakeFinding(code, Severity::kError, failure.why));
}

std::optional<Comparer::Face> Comparer::ReferenceFaceOf(const Record& record) const {
  const std::string file = ReferenceOf(record);
  if (file.empty()) return std::nullopt;
  return FaceOf(file, Role::kReference, ReferenceWindow(record));
}

Record Comparer::Compare(Record record, const std::optional<Face>& photo,
                         const std::optional<Face>& reference) const {
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kComparison; });
  for (const char* key : {"similarity", "band", "first_similarity", "second_similarity", "shot_correlation",
                          "reference_interocular_px", "reference_quality"}) {
    record.comparison.erase(key);
  }
  CompareWithReference(record, photo, reference);
  standard::SortFindings(record.findings);
  return record;
}

void Comparer::CompareWithReference(Record& record, const std::optional<Face>& photo,
                                    std::optional<Face> reference) const {
  if (!reference) reference = ReferenceFaceOf(record);
  if (!reference) return Add(record, "REFERENCE_MISSING", "");
  if (!*reference) return AddFailure(record, "REFERENCE_UNUSABLE", reference->error());
  const Face seen = photo ? *photo : FaceOf(record.photo, Role::kPhoto);
  if (!seen) return AddFailure(record, "PHOTO_UNUSABLE", seen.error());
  Judge(record, **seen, ***reference);
}

std::string Comparer::WhyNotTrusted(const ComparedFace& face) const {
  const compare::TrustRule& trust = rules_.trust;
  if (face.interocular_px < trust.trusted_interocular_px) return "is too small";
  if (face.blur_px > trust.max_blur_px) return "is blurred";
  if (face.norm < trust.min_norm) return "can hardly be recognized as a face";
  if (face.tone_bits < trust.min_tone_bits) return "has too few shades for a photo";
  return {};
}

void Comparer::Judge(Record& record, const ComparedFace& photo, const ComparedFace& reference) const {
  const Similarity similarity = SimilarityOf(photo, reference);
  const double value = Round(similarity.value, 4);
  const std::string reference_flaw = WhyNotTrusted(reference);
  const std::string photo_flaw = photo.other_person ? "is not the only one" : WhyNotTrusted(photo);
  const bool unusable = reference.other_person || reference.interocular_px < rules_.trust.min_interocular_px;
  compare::Band band = rules_.Of(value);
  const bool mismatch = band == compare::Band::kMismatch;
  // Never held against the student: what a bad reference, or a photo whose face is hardly seen, seems to say.
  if (unusable || (mismatch && !(reference_flaw.empty() && photo_flaw.empty()))) band = compare::Band::kReview;

  Json& comparison = record.comparison;
  comparison["similarity"] = value;
  comparison["band"] = compare::BandName(band);
  comparison["first_similarity"] = Round(similarity.first, 4);
  comparison["second_similarity"] = Round(similarity.second, 4);
  const double correlation = compare::ShotCorrelation(photo.shot, reference.shot);
  comparison["shot_correlation"] = Round(correlation, 3);
  comparison["reference_interocular_px"] = Round(reference.interocular_px, 1);
  comparison["reference_quality"] = {{"blur_px", Round(reference.blur_px, 2)},
                                     {"chroma", Round(reference.chroma, 1)},
                                     {"norm", Round(reference.norm, 2)},
                                     {"tone_bits", Round(reference.tone_bits, 2)},
                                     {"trusted", reference_flaw.empty() && !unusable}};

  if (unusable) {
    Add(record, "REFERENCE_UNUSABLE",
        reference.other_person ? "two people on the reference" : "the face on the reference is too small");
  } else if (band == compare::Band::kMismatch) {
    AddSimilarity(record, "FACE_MISMATCH", value, "");
  } else if (band == compare::Band::kReview && !reference_flaw.empty()) {
    Add(record, "REFERENCE_UNUSABLE", "the face on the reference " + reference_flaw);
  } else if (band == compare::Band::kReview) {
    AddSimilarity(record, "FACE_UNCERTAIN", value,
                  photo_flaw.empty() ? "" : "the face on the photo " + photo_flaw);
  }
  if (correlation >= rules_.duplicates.same_shot_correlation) Add(record, "SAME_AS_REFERENCE", "");
}

}  // namespace gradphoto::pipeline
