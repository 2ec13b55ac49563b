// SPDX-License-Identifier: Apache-2.0
// One image standard as a typed value: the file that is to come out, where the face has to stand in it, which
// backgrounds are allowed, and how strict every check is. Nothing about a standard is hard-coded elsewhere.
// Coordinates: output pixels, origin at the outer top-left corner, x right, y down.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/geometry/crop.h"
#include "lib/record/record.h"
#include "lib/standard/codes.h"

namespace gradphoto::standard {

struct LocalizedText {
  std::string zh, en;
};

// Pixel size of the output. Exact when min == max; otherwise the largest size of the aspect ratio up to max is
// used that needs no upscaling.
struct FrameSize {
  int min_width_px = 0, min_height_px = 0;
  int max_width_px = 0, max_height_px = 0;
  int aspect_width = 0, aspect_height = 0;  // E.g. 3:4; for an exact size its own reduced ratio.
  int dpi = 300;                            // Written into the JFIF density field.
  std::string source;                       // The clause, or "ours" with the reason; so in all parts below.
  bool IsExact() const { return min_width_px == max_width_px && min_height_px == max_height_px; }
};

using geometry::Measure;
using geometry::MeasureName;
Code MeasureCode(Measure measure);  // The reason code of its window: EYE_LINE, ..., EYE_X

bool IsLength(Measure measure);      // A distance within the face; the others are positions in the frame.
bool IsHorizontal(Measure measure);  // Measured along x; percentages are of the width then.

enum class Edge { kTop, kBottom, kLeft };  // The edge a position is measured from; kLeft only for kEyeMidX.
// Percent: of the height; of the width for horizontal measures.
enum class LengthUnit { kPixel, kPercent, kMillimetre };

// One window of the standard. The order of the rules in a profile is their priority: when two conflict, the
// earlier wins and the later is reported.
struct PlacementRule {
  Measure measure = Measure::kEyeLine;
  Edge from = Edge::kTop;  // Ignored for lengths.
  LengthUnit unit = LengthUnit::kPixel;
  double min = 0, max = 0;  // Allowed window, ends included.
  // False: the standard leaves this end open; `min` is 0 or `max` the whole extent of the frame then.
  bool has_min = true, has_max = true;
  double target_min = 0, target_max = 0;  // Where we aim, inside the window.
  Severity severity = Severity::kReject;  // When it cannot be met; below kReject the crop goes on without.
  std::string source;
};

struct Colour {
  std::string name;
  std::array<int, 3> rgb{};  // sRGB 0..255, in the order red, green, blue.
};

enum class BackgroundPolicy { kNever, kIfNeeded, kAlways };
// What becomes of a photo whose person cannot be parted from the wall with certainty (MATTE_UNCERTAIN). A
// damaged head is never delivered: in both cases the picture keeps its own wall.
enum class WhenUncertain {
  kKeepOriginal,  // The limits of the check decide: a person looks at the original, or it is refused.
  kAskPlainWall,  // It is refused, and the student asked for a photo before a plain wall.
};
struct Background {
  BackgroundPolicy policy = BackgroundPolicy::kNever;
  WhenUncertain when_uncertain = WhenUncertain::kKeepOriginal;
  std::vector<Colour> allowed;   // At least one unless any_plain; the first is the one a replacement uses.
  double tolerance_delta_e = 0;  // CIEDE2000 distance to an allowed colour that still conforms.
  bool any_plain = false;        // The standard names no colour, only "plain".
  std::string source;
};

struct FileRules {
  std::int64_t min_bytes = 0, max_bytes = 0;                // Accepted range; max 0 = no limit.
  std::int64_t target_min_bytes = 0, target_max_bytes = 0;  // Preferred range inside it.
  int min_quality = 60;                                     // IJG quality, 1..100.
  std::string source;
};

// What a portal wants of the zips that photos are uploaded in. Photos only, in any case.
struct ZipRules {
  std::string name_template;   // One zip for each value, e.g. "{class}"; empty: all photos in one.
  bool flat = false;           // Without folders inside.
  bool gbk_names = false;      // File names inside in GBK instead of UTF-8.
  int max_files = 0;           // Photos per zip; 0 = no limit.
  std::int64_t max_bytes = 0;  // Bytes per zip; 0 = no limit.
  std::string source;          // Empty: the standard says nothing of zips.
};

// How strict one check is. Numeric codes carry thresholds, ends allowed; yes/no codes carry a severity.
struct CheckRule {
  std::optional<double> warn, review, reject;  // In the unit of codes.h.
  std::optional<Severity> severity;            // For Bound::kNone and kWindow codes.
  std::string source;
};

enum class GlassesPolicy { kAllowed, kForbidden };

struct Standard {
  std::string name;  // Equals the file's stem.
  int version = 1;   // Raised with every change of the file; the record says "name@version".
  LocalizedText title;
  std::string source;  // The document the numbers come from.
  std::string date;    // Of that document, "2017", "2017-06" or "2017-06-01"; empty = not known.
  std::string note;    // E.g. that an official tool must be used after us; may be empty.
  FrameSize frame;
  std::vector<PlacementRule> placement;
  Background background;
  FileRules file;
  bool allow_upscale = false;
  GlassesPolicy glasses = GlassesPolicy::kAllowed;
  std::string name_template;    // Of files in an upload pack, without extension, e.g. "{id_number}".
  std::string folder_template;  // Of folders in an upload pack, e.g. "{group}"; empty = flat.
  ZipRules zip;
  // A tool of the portal's own that our files still have to go through; empty texts: none.
  LocalizedText official_tool;
  // By code; an absent code is not checked under this standard. Placement codes stand in `placement` only.
  std::map<Code, CheckRule> checks;

  std::string Id() const { return name + "@" + std::to_string(version); }
  const CheckRule* Check(Code code) const;  // Null when the standard does not check it.
};

// Reads one profile. A profile may say `extends: <name>`: the named file of the same directory, or else of
// <config_dir>/standards (when `config_dir` is given), is read first,
// maps are merged key by key, scalars and lists replaced; a check is taken away with `CODE: off`. The base may
// extend another, up to three files in a row. Name, version and title are never inherited: two profiles are two
// standards.
//
// Errors: kUsage - "<file>:<line>: <key>: ..." for unknown, repeated, missing or ill-typed keys, for windows
// whose ends are swapped, targets outside windows, unknown codes and units, thresholds in the wrong order, a
// cycle.
Result<Standard> LoadStandard(const std::filesystem::path& file, const std::filesystem::path& config_dir = {});

// Names of all profiles in <config_dir>/standards, sorted; files that start with '_' are only for `extends`.
Result<std::vector<std::string>> ListStandards(const std::filesystem::path& config_dir);

// By name, or a profile of one's own by its path: what ends in .yaml. Errors: kUsage - unknown, with the valid
// names and the nearest.
Result<Standard> FindStandard(const std::filesystem::path& config_dir, std::string_view name);

// A placement window in output pixels for a frame of the given size; positions are measured from the top (or
// left) whatever edge the rule names, so `min`/`max` are swapped and mirrored where needed.
struct PixelWindow {
  double min_px = 0, max_px = 0, target_min_px = 0, target_max_px = 0;
  bool has_min = true, has_max = true;  // False: open end, the edge of the frame.
  std::optional<double> Least() const { return has_min ? std::optional(min_px) : std::nullopt; }
  std::optional<double> Most() const { return has_max ? std::optional(max_px) : std::nullopt; }
};
PixelWindow ToPixels(const PlacementRule& rule, int width_px, int height_px, int dpi);

}  // namespace gradphoto::standard
