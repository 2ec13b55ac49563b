// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/standard.h"

#include <algorithm>
#include <cstddef>
#include <system_error>

#include "lib/base/text.h"

namespace gradphoto::standard {

Code MeasureCode(Measure measure) {
  switch (measure) {
    case Measure::kEyeLine:
      return "EYE_LINE";
    case Measure::kCrown:
      return "CROWN";
    case Measure::kSkull:
      return "HIGH_HAIR";
    case Measure::kChin:
      return "CHIN";
    case Measure::kFaceWidth:
      return "FACE_WIDTH";
    case Measure::kHeadLength:
      return "HEAD_LENGTH";
    case Measure::kPupilDistance:
      return "PUPIL_DISTANCE";
    case Measure::kEyeMidX:
      break;
  }
  return "EYE_X";
}

bool IsLength(Measure measure) {
  return measure == Measure::kFaceWidth || measure == Measure::kHeadLength ||
         measure == Measure::kPupilDistance;
}

bool IsHorizontal(Measure measure) {
  return measure == Measure::kFaceWidth || measure == Measure::kPupilDistance || measure == Measure::kEyeMidX;
}

const CheckRule* Standard::Check(Code code) const {
  const auto found = checks.find(code);
  return found == checks.end() ? nullptr : &found->second;
}

Result<std::vector<std::string>> ListStandards(const std::filesystem::path& config_dir) {
  const std::filesystem::path directory = config_dir / "standards";
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  std::vector<std::string> names;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::filesystem::path& path = entry->path();
    const std::string stem = path.stem().string();
    if (path.extension() == ".yaml" && !stem.starts_with('_') && !stem.starts_with('.')) names.push_back(stem);
  }
  if (error) {
    return Fail(ErrorKind::kUsage, directory.string() + ": cannot list the standards: " + error.message());
  }
  std::ranges::sort(names);
  return names;
}

Result<Standard> FindStandard(const std::filesystem::path& config_dir, std::string_view name) {
  if (name.ends_with(".yaml")) return LoadStandard(std::filesystem::path(name), config_dir);
  TRY_ASSIGN(const auto names, ListStandards(config_dir));
  // Only listed names reach the file system, so a name can never point out of the directory.
  if (std::ranges::find(names, name) == names.end()) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("standard", name, names));
  }
  return LoadStandard(config_dir / "standards" / (std::string(name) + ".yaml"), config_dir);
}

PixelWindow ToPixels(const PlacementRule& rule, int width_px, int height_px, int dpi) {
  constexpr double kMillimetresPerInch = 25.4;
  const double extent = IsHorizontal(rule.measure) ? width_px : height_px;
  double scale = 1;
  if (rule.unit == LengthUnit::kPercent) scale = extent / 100;
  if (rule.unit == LengthUnit::kMillimetre) scale = dpi / kMillimetresPerInch;

  PixelWindow window{.min_px = rule.has_min ? rule.min * scale : 0,
                     .max_px = rule.has_max ? rule.max * scale : extent,
                     .target_min_px = rule.target_min * scale,
                     .target_max_px = rule.target_max * scale,
                     .has_min = rule.has_min,
                     .has_max = rule.has_max};
  // The aim of an open end must not leave a frame that is smaller than the largest one.
  window.target_max_px = std::min(window.target_max_px, window.max_px);
  if (IsLength(rule.measure) || rule.from != Edge::kBottom) return window;
  return {.min_px = extent - window.max_px,
          .max_px = extent - window.min_px,
          .target_min_px = extent - window.target_max_px,
          .target_max_px = extent - window.target_min_px,
          .has_min = window.has_max,
          .has_max = window.has_min};
}

}  // namespace gradphoto::standard
