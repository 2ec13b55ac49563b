// SPDX-License-Identifier: Apache-2.0
// 人像比对: is the person on the photo the person on the reference? Finds the faces, compares them and writes
// findings and the record's field `comparison`. Thread-safe; nothing is stored.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "lib/base/error.h"
#include "lib/compare/embedder.h"
#include "lib/compare/rules.h"
#include "lib/compare/shot.h"
#include "lib/face/detect.h"
#include "lib/face/landmarks.h"
#include "lib/image/decode.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/engine.h"
#include "lib/record/record.h"
#include "lib/standard/standard.h"
#include "lib/text/strip.h"

namespace gradphoto::pipeline {

// comparison["reference_kind"] of the portrait on an identity card.
inline constexpr const char* kCardReference = "id-card";

// comparison["reference_window"]: x and y of four corners; nothing where there is none, or no such place.
std::optional<text::Quad> ReferenceWindow(const Record& record);

// One face, ready to be compared any number of times.
struct ComparedFace {
  std::string sha256;               // Of the file; empty when the face did not come from one.
  double interocular_px = 0;        // In its picture.
  bool other_person = false;        // A second face stands beside it: of another person, on a reference.
  double blur_px = 0;               // Of the aligned face; 0 when it shows too few edges to tell.
  double tone_bits = 0;             // See compare/tones.h.
  double chroma = 0;                // See check/monochrome.h; about 0 is a grey picture.
  double norm = 0;                  // Embedding::norm of the first net.
  compare::Template first, second;  // Of the two nets.
  compare::ShotFingerprint shot{};
};

class Comparer {
 public:
  // Errors: as Engine::Create.
  static Result<Comparer> Create(const EngineOptions& options);

  // Why a file gives no face; `why` names no file.
  struct Failure {
    enum class Kind { kUnreadable, kNoFace, kTechnical };
    Kind kind = Kind::kUnreadable;
    std::string why;
  };
  using Face = std::expected<std::shared_ptr<const ComparedFace>, Failure>;

  // A photo shows one student: its largest face, found as ProcessPhoto finds it. A reference may be a picture
  // of a whole identity card: see face::FindPortraits.
  enum class Role { kPhoto, kReference };
  // `window`: the reference is this place of the file and nothing else of it.
  Face FaceOf(const std::filesystem::path& file, Role role,
              const std::optional<text::Quad>& window = std::nullopt) const;
  // The largest face of a photo that is analysed already.
  Face FaceOf(const Analysis& analysis) const;
  // That of the reference which Compare looks at; nothing where the record names none.
  std::optional<Face> ReferenceFaceOf(const Record& record) const;

  // Files that these records name more than once are looked at only once; their faces are kept until the last
  // use. Not thread-safe: before the work begins.
  void Expect(std::span<const Record> records);

  // Compares record.photo with record.comparison["reference"], or, where `reference_window` stands beside it
  // (the portrait on an identity card, `reference_kind`), with what is in there. What an earlier comparison
  // left is replaced: REFERENCE_MISSING without a reference, REFERENCE_UNUSABLE when it shows no face, a tiny
  // one, two people, or when it is too poor to hold against the student, PHOTO_UNUSABLE when the photo shows no
  // face, FACE_MISMATCH, FACE_UNCERTAIN, SAME_AS_REFERENCE. A file that cannot be read is an error. `photo` and
  // `reference` are the faces where they are known already.
  Record Compare(Record record, const std::optional<Face>& photo = std::nullopt,
                 const std::optional<Face>& reference = std::nullopt) const;

  struct Similarity {
    double value = 0;  // What decides: both votes fused.
    double first = 0, second = 0;
  };
  Similarity SimilarityOf(const ComparedFace& one, const ComparedFace& other) const;
  // The template whose products are fused similarities.
  compare::Template FusedTemplate(const ComparedFace& face) const;

  const compare::Rules& rules() const { return rules_; }
  const standard::Standard& standard() const { return standard_; }
  const std::string& template_id() const { return template_id_; }

 private:
  Comparer(Resources resources, compare::Rules rules, std::string template_id, image::DecodeLimits limits,
           face::Detector detector, face::Landmarker landmarker, compare::Embedder first,
           compare::Embedder second);
  using NewFace = std::expected<std::shared_ptr<ComparedFace>, Failure>;
  Face LookAt(const std::filesystem::path& file, Role role, const std::optional<text::Quad>& window) const;
  NewFace MakeFace(const cv::Mat& bgr, const face::Landmarks& landmarks) const;
  NewFace MakePhoto(const cv::Mat& bgr, face::Orientation orientation) const;
  NewFace MakeReference(const cv::Mat& bgr, face::Orientation orientation) const;
  void Add(Record& record, standard::Code code, std::string detail) const;
  void AddSimilarity(Record& record, standard::Code code, double similarity, std::string detail) const;
  void AddFailure(Record& record, standard::Code code, const Failure& failure) const;
  void CompareWithReference(Record& record, const std::optional<Face>& photo,
                            std::optional<Face> reference) const;
  void Judge(Record& record, const ComparedFace& photo, const ComparedFace& reference) const;
  // By the area over that of the first.
  bool IsSecondFace(double area_ratio) const { return area_ratio >= rules_.trust.max_second_face_ratio; }
  // Why the face cannot be held against anybody; empty when it can.
  std::string WhyNotTrusted(const ComparedFace& face) const;

  standard::Standard standard_;
  compare::Rules rules_;
  std::string template_id_;
  image::DecodeLimits limits_;
  face::Detector detector_;
  face::Landmarker landmarker_;
  compare::Embedder first_, second_;
  class Cache;
  std::shared_ptr<Cache> cache_;
};

}  // namespace gradphoto::pipeline
