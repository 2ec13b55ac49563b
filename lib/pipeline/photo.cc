// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/photo.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/numbers.h"
#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/check/checks.h"
#include "lib/check/compression.h"
#include "lib/check/finished_file.h"
#include "lib/check/glasses.h"
#include "lib/check/sheet.h"
#include "lib/check/text_overlay.h"
#include "lib/image/encode.h"
#include "lib/standard/codes.h"

namespace gradphoto::pipeline {
namespace {

using standard::Code;

constexpr std::array<Code, 3> kWallFaults = {"BACKGROUND_UNEVEN", "BACKGROUND_SHADOW", "BACKGROUND_OBJECTS"};

// Takes back what an earlier run of this module found; findings about roster, linking and comparison stay.
void Reset(Record& record) {
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kPhoto; });
  record.measures = record.crop = record.background = JsonText();
  record.output.clear();
  record.output_sha256.clear();
}

Code CodeOf(image::DecodeError::Kind kind) {
  using Why = image::DecodeError::Kind;
  switch (kind) {
    case Why::kNotAnImage:
      return "NOT_AN_IMAGE";
    case Why::kTruncated:
      return "TRUNCATED";
    case Why::kTooLarge:
      return "TOO_LARGE";
    case Why::kUnsupported:
      return "UNSUPPORTED_IMAGE";
    case Why::kTimeout:
      return "TECHNICAL_FAILURE";
    case Why::kUnreadable:
      break;
  }
  return "UNREADABLE";
}

class PhotoRun {
 public:
  PhotoRun(const Engine& engine, Record record, PhotoKind kind)
      : engine_(engine),
        kind_(kind),
        exemptions_(record.student ? engine.exemptions.Parse(record.student->Field("exemptions"))
                                   : roster::Exemptions{}),
        sheet_(engine.standard, exemptions_.codes),
        output_sheet_(engine.standard, exemptions_.codes) {
    result_.record = std::move(record);
  }

  PhotoResult Run() {
    Reset(result_.record);
    result_.record.tool = engine_.tool;
    if (ReadPhoto() && JudgePhoto()) {
      if (kind_ == PhotoKind::kSource) {
        Encode();
      } else if (facts_.format == image::Format::kJpeg) {
        result_.jpeg = *bytes_;
      }
    }
    return Finish();
  }

  // For pixels in memory: nothing is encoded.
  PhotoResult Judge(image::Photo photo, Wall wall) {
    wall_ = wall;
    result_.record.tool = engine_.tool;
    TakePhoto(std::move(photo));
    JudgePhoto();
    return Finish();
  }

 private:
  // True when there is a frame to be delivered.
  bool JudgePhoto() {
    if (!FindHead()) return false;
    PlaceFrame();
    if (!RenderOriginalFrame()) return false;
    RunChecks();
    if (!original_ || !FinishFrame()) return false;
    RunOutputChecks();
    return true;
  }
  PhotoResult Finish() {
    if (!exemptions_.codes.empty()) Source()["exempt"] = exemptions_.codes;
    sheet_.PassOrFail("EXEMPTION_UNKNOWN", exemptions_.unknown.empty(), UnknownExemptions());
    CloseSource();
    CloseOutput();
    result_.record.measures = measures_;
    result_.record.background = background_;
    standard::SortFindings(result_.record.findings);
    return std::move(result_);
  }

  // Which parts of the cell are not known; their words are personal and stay in the roster.
  std::string UnknownExemptions() const {
    std::string detail;
    for (const int place : exemptions_.unknown) {
      if (place == 0) return "a reason without what is to be exempt";
      detail += (detail.empty() ? "word " : ", ") + std::to_string(place);
    }
    return detail;
  }
  const standard::Standard& Profile() const { return engine_.standard; }
  void AddAll(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) result_.record.Add(finding);
  }
  // The file or the program failed: whatever the profile says, the photo has not been judged.
  void AddError(Code code, std::string detail) {
    result_.record.Add(standard::MakeFinding(code, Severity::kError, std::move(detail)));
  }
  Json& Source() { return measures_["source"]; }
  Json& Output() { return measures_["output"]; }

  bool ReadPhoto();
  void TakePhoto(image::Photo photo);
  bool FindHead();
  void PlaceFrame();
  void AddPassedPlace(geometry::Measure measure, const standard::PixelWindow& window, double value);
  bool RenderOriginalFrame();
  void RunChecks();
  void RunOutputChecks();
  // Hand what the sheets hold over to the record.
  void CloseSource();
  void CloseOutput();
  bool WallIsDisturbed() const;
  bool FinishFrame();
  void TellWhatBecameOfTheWall();
  void Encode();

  const Engine& engine_;
  PhotoKind kind_;
  Wall wall_ = Wall::kAsPolicySays;
  roster::Exemptions exemptions_;
  PhotoResult result_;
  Json measures_ = Json::object(), background_ = Json::object();  // Of the record.
  check::Sheet sheet_, output_sheet_;
  image::FileFacts facts_;
  std::shared_ptr<const std::vector<std::byte>> bytes_;  // Of a finished photo.
  std::optional<OriginalFrame> original_;
  cv::Mat upright_;
  face::Orientation orientation_ = face::Orientation::kUnknown;
};

bool PhotoRun::ReadPhoto() {
  Record& record = result_.record;
  auto bytes = gradphoto::ReadPhoto(record.photo, engine_.decode_limits.max_file_bytes);
  if (!bytes) {
    AddError("UNREADABLE", std::string(DetailOf(bytes.error().why)));
    return false;
  }
  record.sha256 = Sha256Hex(std::span(*bytes));
  const auto file = std::make_shared<const std::vector<std::byte>>(*std::move(bytes));
  auto photo = image::DecodeInTime(file, engine_.decode_limits);
  if (!photo) {
    AddError(CodeOf(photo.error().kind), photo.error().message);
    return false;
  }
  TakePhoto(std::move(*photo));
  if (kind_ == PhotoKind::kFinished) bytes_ = file;
  return true;
}

void PhotoRun::TakePhoto(image::Photo photo) {
  const image::FileFacts& facts = photo.facts;
  Json& source = Source();
  source["format"] = image::FormatName(facts.format);
  source["bytes"] = facts.bytes;
  source["width_px"] = photo.bgr.cols;
  source["height_px"] = photo.bgr.rows;
  if (facts.orientation) source["orientation_tag"] = *facts.orientation;
  if (facts.jpeg_quality) source["jpeg_quality"] = *facts.jpeg_quality;
  if (facts.dpi_x) source["dpi"] = Round(*facts.dpi_x, 1);
  if (!facts.captured_at.empty()) source["captured_at"] = facts.captured_at;
  if (kind_ == PhotoKind::kBySize) {
    kind_ = check::HasFinishedSize(facts, Profile()) ? PhotoKind::kFinished : PhotoKind::kSource;
  }
  if (kind_ == PhotoKind::kFinished) {
    source["finished"] = true;
    check::CheckFinishedFile(facts, Profile(), sheet_);
  }
  orientation_ = facts.IsSurelyUpright() ? face::Orientation::kKnown : face::Orientation::kUnknown;
  upright_ = std::move(photo.bgr);
  facts_ = facts;
}

bool PhotoRun::FindHead() {
  auto analysis = Analyse(engine_, upright_, orientation_);
  if (!analysis) {
    AddError("TECHNICAL_FAILURE", analysis.error().message);
    return false;
  }
  result_.analysis = std::move(*analysis);
  const Analysis& seen = *result_.analysis;
  Source()["faces"] = seen.others.size() + (seen.head ? 1 : 0);
  if (seen.quarter_turns > 0) {
    Source()["quarter_turns"] = seen.quarter_turns;
    sheet_.PassOrFail("ORIENTATION_GUESSED", false, std::to_string(90 * seen.quarter_turns));
  }
  sheet_.PassOrFail("NO_FACE", seen.head.has_value());
  return seen.head.has_value();
}

// Measures of the head that both groups of the record carry.
void PutHead(Json& group, const face::Head& head, const geometry::CropPlan& plan) {
  const geometry::FaceAnchors& anchors = head.anchors;
  using geometry::Measure;
  const auto put = [&](const char* key, Measure measure) {
    group[key] = Round(geometry::MeasureValue(measure, anchors, plan), 2);
  };
  put("eye_line_px", Measure::kEyeLine);
  put("crown_px", Measure::kCrown);
  put("skull_px", Measure::kSkull);
  put("chin_px", Measure::kChin);
  put("face_width_px", Measure::kFaceWidth);
  put("interocular_px", Measure::kPupilDistance);
  put("eye_x_px", Measure::kEyeMidX);
  group["roll_deg"] = Round(head.pose.roll_deg, 2);
  group["yaw_deg"] = Round(head.pose.yaw_deg, 2);
  group["pitch_deg"] = Round(head.pose.pitch_deg, 2);
}

void PhotoRun::PlaceFrame() {
  const Analysis& seen = *result_.analysis;
  const cv::Size size = seen.bgr.size();
  result_.frame = kind_ == PhotoKind::kSource ? PlanFrame(Profile(), *seen.head, size)
                                              : WholePictureFrame(Profile(), *seen.head, size);
  const geometry::CropPlan& plan = result_.frame->plan;
  AddAll(result_.frame->findings);
  for (std::size_t i = 0; i < result_.frame->windows.size(); ++i) {
    AddPassedPlace(Profile().placement[i].measure, result_.frame->windows[i], plan.values_px[i]);
  }
  PutHead(Source(), *seen.head, geometry::CropPlan{});
  Output()["width_px"] = plan.width_px;
  Output()["height_px"] = plan.height_px;
  PutHead(Output(), *seen.head, plan);
  result_.record.crop = Json{{"scale", plan.scale},
                             {"x", plan.x_px},
                             {"y", plan.y_px},
                             {"width_px", plan.width_px},
                             {"height_px", plan.height_px}};
}

// A placement rule without a finding has been met.
void PhotoRun::AddPassedPlace(geometry::Measure measure, const standard::PixelWindow& window, double value) {
  const Code code = standard::MeasureCode(measure);
  if (standard::FindFinding(result_.frame->findings, code) != nullptr) return;
  result_.passed.push_back(
      standard::MakeFinding(code, Severity::kInfo, Round(value, 2), window.Least(), window.Most()));
}

bool PhotoRun::RenderOriginalFrame() {
  const auto blocks = [](const geometry::CropObstacle& obstacle) {
    return obstacle.kind != geometry::CropObstacle::Kind::kRule;
  };
  // A frame that leaves the source, or needs pixels that are not there, is not made up.
  if (std::ranges::any_of(result_.frame->plan.obstacles, blocks)) return true;
  auto original = RenderOriginal(engine_, *result_.analysis, result_.frame->plan);
  if (!original) {
    AddError("TECHNICAL_FAILURE", original.error().message);
    return false;
  }
  original_ = std::move(*original);
  return true;
}

void PhotoRun::RunChecks() {
  const check::Subject subject =
      SubjectOf(Profile(), facts_, *result_.analysis, result_.frame->plan, original_ ? &*original_ : nullptr);
  for (const check::PhotoCheck& check : check::PhotoChecks()) check.run(subject, sheet_);
}

void PhotoRun::RunOutputChecks() {
  std::optional<std::vector<check::WrittenLine>> writing;
  if (background_["replaced"].get<bool>()) {
    // What slants was read in the frame: another wall adds none.
    auto lines = check::ReadWriting(engine_.reader, result_.rendered, check::SlantedLines::kSkip);
    if (!lines) return AddError("TECHNICAL_FAILURE", lines.error().message);
    writing = std::move(*lines);
  }
  const check::OutputView output{Profile(),
                                 result_.rendered,
                                 original_->person,
                                 *result_.analysis->head,
                                 result_.frame->plan,
                                 std::move(writing),
                                 CoveredPart(result_.frame->plan, result_.analysis->bgr.size())};
  for (const check::OutputCheck& check : check::OutputChecks()) check.run(output, output_sheet_);
}

void PhotoRun::CloseSource() {
  AddAll(sheet_.findings());
  if (!sheet_.measures().empty()) Source().update(sheet_.measures());
  result_.passed.insert(result_.passed.end(), sheet_.passed().begin(), sheet_.passed().end());
}

// What both the frame and the finished picture show is told once: the worse finding, and not as passed, too.
void PhotoRun::CloseOutput() {
  for (const Finding& finding : output_sheet_.findings()) {
    const auto same = [&](const Finding& other) { return other.code == finding.code; };
    const auto before = std::ranges::find(sheet_.findings(), finding.code, &Finding::code);
    if (before != sheet_.findings().end()) {
      if (before->severity >= finding.severity) continue;
      result_.record.TakeBack(same);
    }
    std::erase_if(result_.passed, same);
    result_.record.Add(finding);
  }
  for (const Finding& passed : output_sheet_.passed()) {
    if (std::ranges::find(sheet_.findings(), passed.code, &Finding::code) != sheet_.findings().end()) continue;
    if (std::ranges::find(result_.passed, passed.code, &Finding::code) != result_.passed.end()) continue;
    result_.passed.push_back(passed);
  }
  if (!output_sheet_.measures().empty()) Output().update(output_sheet_.measures());
}

// Whether a check of the wall found something, its colour apart.
bool PhotoRun::WallIsDisturbed() const {
  return std::ranges::any_of(kWallFaults, [&](Code code) {
    const Finding* finding = sheet_.Find(code);
    return finding != nullptr && finding->severity >= Severity::kWarn;
  });
}

bool PhotoRun::FinishFrame() {
  result_.person = original_->person;
  if (kind_ == PhotoKind::kFinished || wall_ == Wall::kAsItIs) {
    background_ = BackgroundAsItIs(Profile(), *original_);
    result_.rendered = original_->context.FramePixels();
    return true;
  }
  auto rendered =
      FinishBackground(engine_, *result_.analysis, result_.frame->plan, *original_, WallIsDisturbed());
  if (!rendered) {
    AddError("TECHNICAL_FAILURE", rendered.error().message);
    return false;
  }
  background_ = std::move(rendered->background);
  AddAll(rendered->findings);
  result_.rendered = rendered->bgr;
  TellWhatBecameOfTheWall();
  return true;
}

// Faults of the wall that a replacement has mended are told as info. Furniture and foliage are where a matte
// goes wrong sharply, which no measure of softness sees: there, and where the matte was not trusted and the
// wall stays, a person looks.
void PhotoRun::TellWhatBecameOfTheWall() {
  const bool replaced = background_["replaced"].get<bool>();
  const bool doubted = standard::FindFinding(result_.record.findings, "MATTE_UNCERTAIN") != nullptr;
  if (!replaced && !doubted) return;
  const std::string_view why = replaced ? "replaced" : "original kept";
  const Finding* objects = sheet_.Find("BACKGROUND_OBJECTS");
  const bool cluttered = objects != nullptr && objects->severity >= Severity::kReject;
  for (const Code code : std::initializer_list<Code>{"BACKGROUND_OBJECTS", "BACKGROUND_SHADOW",
                                                     "BACKGROUND_UNEVEN", "BACKGROUND_COLOUR"}) {
    const bool to_review = doubted || (code == Code("BACKGROUND_OBJECTS") && cluttered);
    sheet_.Soften(code, to_review ? Severity::kReview : Severity::kInfo, why);
  }
}

void PhotoRun::Encode() {
  const standard::FileRules& rules = Profile().file;
  image::ByteBudget budget;
  budget.target_max = rules.target_max_bytes;
  budget.min_quality = rules.min_quality;
  auto encoded = image::EncodeToBudget(result_.rendered, budget, Profile().frame.dpi);
  if (!encoded) {
    AddError("TECHNICAL_FAILURE", encoded.error().message);
    return;
  }
  Output()["bytes"] = encoded->bytes.size();
  Output()["jpeg_quality"] = encoded->quality;
  Output()["chroma_sampling"] = image::ChromaSamplingName(encoded->sampling);
  Output()["encodings"] = encoded->trials;
  check::CheckFileSize(static_cast<std::int64_t>(encoded->bytes.size()), Profile(), output_sheet_);
  result_.jpeg = std::move(encoded->bytes);
}

}  // namespace

check::Subject SubjectOf(const standard::Standard& standard, const image::FileFacts& facts,
                         const Analysis& seen, const geometry::CropPlan& plan, const OriginalFrame* original) {
  check::AlignedFace aligned =
      check::MakeAlignedFace(seen.bgr, seen.head->landmarks, seen.head_mask, seen.head_region);
  const double glasses_contrast = check::GlassesContrast(aligned);
  check::Subject subject{standard,
                         facts,
                         seen.bgr,
                         *seen.head,
                         seen.others,
                         seen.second_face_ratio,
                         plan,
                         check::MakeFacePatch(seen.bgr, *seen.head, plan.scale),
                         check::MakeFacePatch(seen.bgr, *seen.head, check::LightScale(*seen.head)),
                         std::move(aligned),
                         glasses_contrast,
                         {}};
  subject.jpeg_quality = check::LowestJpegQuality(subject);
  if (original != nullptr) {
    subject.frame = check::FrameView{original->context.FramePixels(), original->person, original->wall,
                                     original->writing, CoveredPart(plan, seen.bgr.size())};
  }
  return subject;
}

PhotoResult ProcessPhoto(const Engine& engine, Record record, PhotoKind kind) {
  PhotoResult failed = PassThrough(record);
  try {
    return PhotoRun(engine, std::move(record), kind).Run();
  } catch (const std::exception& error) {  // OpenCV and the allocator throw; one photo must not end the batch.
    Reset(failed.record);
    failed.record.tool = engine.tool;
    failed.record.Add(standard::MakeFinding("TECHNICAL_FAILURE", Severity::kError, error.what()));
    return failed;
  }
}

PhotoResult JudgePixels(const Engine& engine, image::Photo photo, PhotoKind kind, Wall wall) {
  try {
    return PhotoRun(engine, Record{}, kind).Judge(std::move(photo), wall);
  } catch (const std::exception& error) {
    PhotoResult failed;
    failed.record.Add(standard::MakeFinding("TECHNICAL_FAILURE", Severity::kError, error.what()));
    return failed;
  }
}

}  // namespace gradphoto::pipeline
