// SPDX-License-Identifier: Apache-2.0
// Where the print stands on a resident identity card, of configs/card.yaml or a file that --calibrate wrote. In
// mm from the card's upper left corner.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace gradphoto::identity {

inline constexpr double kCardWidthMm = 85.6, kCardHeightMm = 54;  // ISO/IEC 7810 ID-1.

enum class SideKind { kFront, kBack };
std::string_view SideName(SideKind side);  // "front", "back"

// The fields that are read. Address, ethnic group and authority are not needed, so they are not cut out.
enum class FieldKind { kName, kSex, kBirthDate, kNumber, kValidity };
inline constexpr std::size_t kFields = 5;
std::string_view FieldName(FieldKind field);  // "name", "sex", "birth_date", "number", "validity"

struct LabelPlace {
  double x = 0, y = 0;  // Centre of the first character.
  double pitch = 0;     // To the next.
};

struct ValuePlace {
  double left = 0, right = 0, row = 0;
};

// A fixed word of the card, by which it is found. 年, 月 and 日 count only behind a year.
struct LabelWord {
  std::string_view utf8;
  SideKind side = SideKind::kFront;
};
inline constexpr auto kLabelWords = std::to_array<LabelWord>({
    {"姓名", SideKind::kFront},
    {"性别", SideKind::kFront},
    {"民族", SideKind::kFront},
    {"出生", SideKind::kFront},
    {"年", SideKind::kFront},
    {"月", SideKind::kFront},
    {"日", SideKind::kFront},
    {"住址", SideKind::kFront},
    {"公民身份号码", SideKind::kFront},
    {"中华人民共和国", SideKind::kBack},
    {"居民身份证", SideKind::kBack},
    {"签发机关", SideKind::kBack},
    {"有效期限", SideKind::kBack},
});

struct Layout {
  std::array<LabelPlace, kLabelWords.size()> labels;
  LabelPlace digits;
  std::array<ValuePlace, kFields> values;

  const ValuePlace& Of(FieldKind field) const { return values[static_cast<std::size_t>(field)]; }
};

// Errors: kUsage - see base/yaml.h; a place that is not on the card.
Result<Layout> ReadLayout(const std::filesystem::path& file);
// configs/card.yaml.
Result<Layout> ShippedLayout(const std::filesystem::path& config_dir);

// The file that ReadLayout reads. `note`: a comment for its head, one line.
std::string LayoutYaml(const Layout& layout, std::string_view note);

}  // namespace gradphoto::identity
